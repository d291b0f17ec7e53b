import assert from "node:assert/strict";
import { goneText, sessionText, type SessionView } from "../../../../src/auth/panel/sessionText.ts";
import { hourMs, minuteMs } from "../../../../src/core/clock.ts";
import { companyId } from "../../../../src/core/procore/ids.ts";
import type { Connection, Session } from "../../../../src/core/session.ts";
import { activeUntil, environmentParts, sampleConnection } from "../../../fakes/sampleConnection.ts";
import { assertGolden } from "../../../golden/goldenText.ts";

const now = Date.UTC(2026, 0, 5, 9, 6);
const endsAt = now + 84 * minuteMs;
const timeZone = "Europe/Berlin";
const info = {
  resourceOwnerId: "7",
  applicationUid: "0123456789abcdef0123456789abcdef",
  scopes: [],
  expiresInSeconds: 84 * 60,
  createdAt: now - 6 * minuteMs,
};

function view(connection: Partial<Connection> = {}, changes: Partial<SessionView> = {}): SessionView {
  const label = connection.environment?.label ?? "Development Sandbox";
  return {
    connection: sampleConnection({ session: activeUntil(endsAt), label, ...connection }),
    place: "active",
    windowId: "this-window",
    keeping: { home: "secretStorage", unsaved: "no", renewals: 0 },
    handOuts: [],
    sharing: "shared",
    tokenInfo: { kind: "notAsked" },
    rateLimit: undefined,
    transport: undefined,
    ...changes,
  };
}

const broken = (reason: Extract<Session, { kind: "broken" }>["reason"]): Partial<Connection> => ({
  session: { kind: "broken", reason },
});
const hostile = "$(zap) \u202eevil [x](command:procore.signOut)\r\n# heading\u2028\u0007";

const cases: readonly (readonly [name: string, view: SessionView])[] = [
  ["just signed in, nothing asked", view()],
  [
    "everything known",
    view(
      {
        lastRefreshAt: now - 6 * minuteMs,
        lastRefreshBy: "this-window",
        readBackAt: now - 50 * hourMs,
        createdAt: now - 90 * 24 * hourMs,
      },
      {
        keeping: { home: "secretStorage", unsaved: "no", renewals: 12 },
        handOuts: [
          { at: now - 3 * hourMs, to: "terminal", endsAt: now - 2 * hourMs, over: "over" },
          { at: now - 5 * minuteMs, to: "clipboard", endsAt },
          { at: now - 4 * minuteMs, to: "extension", endsAt, lastAt: now - minuteMs },
          { at: now - 2 * minuteMs, to: "terminal", endsAt },
        ],
        tokenInfo: { kind: "answer", info, at: now },
        rateLimit: { limit: 3_600, remaining: 3_580, resetAt: now + 34 * minuteMs },
        transport: { kind: "undici", reason: "the setting says auto, and no proxy is in the way" },
      },
    ),
  ],
  [
    "another window's connection, in a browser, with trouble",
    view(
      {
        lastRefreshAt: now - 20 * minuteMs,
        lastRefreshBy: "another",
        lastFailure: {
          at: now - 2 * minuteMs,
          message: "login-sandbox.procore.com did not answer in time. Check your connection, then try again.",
        },
        user: undefined,
      },
      {
        place: "other",
        keeping: { home: "sealedFile", unsaved: "no", renewals: 1 },
        tokenInfo: {
          kind: "failed",
          message: "The connection to login-sandbox.procore.com broke off. Try again.",
          at: now,
        },
      },
    ),
  ],
  [
    "the token is another user's and another app's",
    view(
      {},
      { tokenInfo: { kind: "answer", at: now, info: { ...info, resourceOwnerId: "8", applicationUid: "other" } } },
    ),
  ],
  [
    "token info that tells nothing",
    view(
      {},
      {
        tokenInfo: {
          kind: "answer",
          at: now,
          info: {
            resourceOwnerId: undefined,
            applicationUid: undefined,
            scopes: ["read"],
            expiresInSeconds: undefined,
            createdAt: undefined,
          },
        },
      },
    ),
  ],
  ["production, withheld", view(environmentParts("production"), { sharing: "withheld" })],
  ["a name of its own", view({ label: "Second app" })],
  [
    "service account",
    view({
      grant: { kind: "clientCredentials", companyId: companyId(4711), companyName: "Ironbridge & Vale Builders" },
    }),
  ],
  [
    "service account of a company whose name nobody told, user not known",
    view({
      user: undefined,
      grant: { kind: "clientCredentials", companyId: companyId(4711), companyName: undefined },
    }),
  ],
  ["federal", view(environmentParts("federal"), { sharing: "withheld" })],
  ["past its end", view({ session: activeUntil(now - 10 * minuteMs) }, { tokenInfo: { kind: "ended" } })],
  ["past its end, not renewable", view({ session: { kind: "active", expiresAt: now, renewable: false } })],
  ["the server's clock an hour ahead", view({ clockSkewMs: hourMs, session: activeUntil(endsAt + hourMs) })],
  [
    "signed out",
    view(
      { session: { kind: "signedOut" } },
      { keeping: { home: "secretStorage", unsaved: "no", renewals: undefined } },
    ),
  ],
  ["spent", view(broken("refreshTokenSpent"))],
  ["keys refused", view(broken("credentialsRejected"))],
  ["not kept", view(broken("notKept"))],
  [
    "only in this window's memory",
    view({}, { keeping: { home: "secretStorage", unsaved: "thisWindow", renewals: 3 } }),
  ],
  [
    "only in another window's memory",
    view({}, { keeping: { home: "secretStorage", unsaved: "otherWindow", renewals: 3 } }),
  ],
  ["Local Sandbox", view(environmentParts("local-sandbox"))],
  ["records that cannot be read", view({}, { keeping: undefined, handOuts: undefined })],
  ["asking", view({}, { tokenInfo: { kind: "asking" } })],
  ["cancelled", view({}, { tokenInfo: { kind: "cancelled" } })],
  [
    "hostile texts",
    view(
      {
        environment: { id: "mine", label: hostile, shortLabel: hostile, kind: "custom" },
        label: `${hostile} label`,
        grant: { kind: "clientCredentials", companyId: companyId(4711), companyName: hostile },
        user: { ...sampleConnection().user, login: hostile, name: hostile } as Connection["user"],
        clientId: hostile,
        lastFailure: { at: now, message: hostile.repeat(20) },
      },
      {
        tokenInfo: {
          kind: "answer",
          at: now,
          info: { ...info, resourceOwnerId: hostile, applicationUid: hostile, scopes: [hostile] },
        },
        transport: { kind: "vscode", reason: hostile },
      },
    ),
  ],
];

describe("sessionText", () => {
  it("tells every state in the reviewed words", () => {
    const blocks = cases.map(([name, it]) => `# ${name}\n\n${sessionText(it, { now, timeZone })}`);
    assertGolden("auth/sessions", [...blocks, `# removed\n\n${goneText}`].join("\n"));
  });

  it("keeps its lines short enough for a narrow editor, where words allow it", () => {
    for (const [name, it] of cases) {
      const long = sessionText(it, { now, timeZone })
        .split("\n")
        .filter((line) => line.length > 112);
      assert.deepEqual(long, [], name);
    }
  });
});
