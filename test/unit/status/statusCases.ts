import { minuteMs } from "../../../src/core/clock.ts";
import { companyId } from "../../../src/core/procore/ids.ts";
import type { Connection, Grant, Session, SessionState } from "../../../src/core/session.ts";
import { activeUntil, environmentParts, sampleConnection, stateWith } from "../../fakes/sampleConnection.ts";

export const now = Date.UTC(2026, 0, 5, 9, 6);

const until = (leftMs: number): Session => activeUntil(now + leftMs);
const connected = (changes: Partial<Connection>): SessionState => stateWith(sampleConnection(changes));
const broken = (reason: Extract<Session, { kind: "broken" }>["reason"]): SessionState =>
  connected({ session: { kind: "broken", reason } });
const environment = (id: string): SessionState =>
  connected({ ...environmentParts(id), label: id, session: until(84 * minuteMs) });
const custom = (shortLabel: string): SessionState =>
  connected({
    environment: { id: "mine", label: `${shortLabel} long`, shortLabel, kind: "custom" },
    session: until(84 * minuteMs),
  });
const service = (companyName: string | undefined): Grant => ({
  kind: "clientCredentials",
  companyId: companyId(12),
  companyName,
});
const pending = { environmentLabel: "Production", startedAt: now };

/** Every state that the status bar can show, by name. */
export const statusCases: readonly (readonly [string, SessionState])[] = [
  ["no connection", stateWith(undefined)],
  ["connections, none active", stateWith(undefined, { connections: [sampleConnection()] })],
  ["signed out", connected({ session: { kind: "signedOut" } })],
  ["sign-in under way, no connection", stateWith(undefined, { pending })],
  ["sign-in under way, another session active", stateWith(sampleConnection(), { pending })],
  ["active, sandbox", environment("development-sandbox")],
  ["active, production", environment("production")],
  ["active, federal", environment("federal")],
  ["active, monthly sandbox", environment("monthly-sandbox")],
  ["active, local sandbox", environment("local-sandbox")],
  ["active, user's own environment", custom("Acme EU")],
  ["active, hostile label", custom("$(lock) \u202eProduction\n**1h**")],
  ["active, user not known yet", connected({ user: undefined, session: until(minuteMs) })],
  ["active, service account", connected({ grant: service("Acme Builders"), session: until(84 * minuteMs) })],
  [
    "active, service account of which little is known",
    connected({ grant: service(undefined), user: undefined, session: until(84 * minuteMs) }),
  ],
  ["past its end, service account", connected({ grant: service("$(zap) Evil\n**Corp**"), session: until(0) })],
  ["active, last minute", connected({ session: until(minuteMs - 1) })],
  ["past its end, renewable", connected({ session: until(0) })],
  ["past its end, renewable, production", connected({ ...environmentParts("production"), session: until(-1) })],
  ["past its end, not renewable", connected({ session: { kind: "active", expiresAt: now, renewable: false } })],
  ["not renewable, time left", connected({ session: { kind: "active", expiresAt: now + minuteMs, renewable: false } })],
  ["server's clock an hour ahead", connected({ clockSkewMs: 60 * minuteMs, session: until(84 * minuteMs) })],
  ["broken, refresh token spent", broken("refreshTokenSpent")],
  ["broken, no refresh token", broken("noRefreshToken")],
  ["broken, not kept", broken("notKept")],
  ["broken, credentials rejected", broken("credentialsRejected")],
  [
    "refreshed and failed yesterday",
    connected({
      lastRefreshAt: now - 3 * minuteMs,
      lastFailure: {
        at: now - 24 * 60 * minuteMs,
        message: "sandbox.procore.com did not answer.\n![x](https://evil.test/x)",
      },
    }),
  ],
];
