import { assertNever } from "../core/assertNever.ts";
import { advice } from "../core/errors.ts";
import type { RateLimit } from "../core/http/rateLimit.ts";
import { rateLimitText } from "../core/http/rateLimitText.ts";
import { localTime, type LocalTimeOptions } from "../core/localTime.ts";
import { plain } from "../core/plain.ts";
import { brokenFailure, type Connection, type Session, type SessionState } from "../core/session.ts";
import { userOf } from "./sessionStatus.ts";

/** One line of the tooltip; both parts are plain text. */
export interface TooltipLine {
  readonly label: string;
  readonly value: string;
}

export interface TooltipOptions extends LocalTimeOptions {
  readonly rateLimit: RateLimit | undefined;
}

/** Who, which app, which hosts, when it ends and was refreshed, why it last failed, and what is left of the limits. */
export function statusTooltip({ active, pending }: SessionState, options: TooltipOptions): readonly TooltipLine[] {
  const waiting =
    pending === undefined
      ? []
      : [{ label: "Sign-in", value: `${plain(pending.environmentLabel)} waits for its authorization code` }];
  return [...waiting, ...(active === undefined ? [] : connectionLines(active, options))];
}

function connectionLines(connection: Connection, options: TooltipOptions): readonly TooltipLine[] {
  const { environment, origins, clientId, lastFailure, lastRefreshAt, session } = connection;
  const hosts = [...new Set([origins.login, origins.api, origins.web].map((origin) => hostOf(origin)))];
  const production = environment.kind === "production" && environment.id !== "production" ? " (production)" : "";
  const { rateLimit } = options;
  const isSignedOut = session.kind === "signedOut";
  return [
    ...(connection.label === environment.label ? [] : [{ label: "Connection", value: plain(connection.label) }]),
    { label: "Environment", value: `${plain(environment.label)}${production}` },
    ...(isSignedOut ? [] : [{ label: "User", value: userOf(connection) }]),
    { label: "App", value: `client ID ${shortened(plain(clientId))}` },
    { label: hosts.length === 1 ? "Host" : "Hosts", value: hosts.join(", ") },
    { label: "Session", value: sessionLine(connection, session, options) },
    ...(lastRefreshAt === undefined ? [] : [{ label: "Last refreshed", value: localTime(lastRefreshAt, options) }]),
    ...(lastFailure === undefined
      ? []
      : [
          { label: "Last failure", value: `${localTime(lastFailure.at, options)}, ${plain(lastFailure.message, 300)}` },
        ]),
    ...(rateLimit === undefined
      ? []
      : [{ label: "Rate limit", value: rateLimitText(rateLimit, connection.clockSkewMs, options) }]),
  ];
}

function sessionLine(connection: Connection, session: Session, options: TooltipOptions): string {
  switch (session.kind) {
    case "signedOut":
      return "signed out";
    case "broken":
      return plain(advice(brokenFailure(connection, session.reason)).message, 300);
    case "active": {
      const endsAt = session.expiresAt - connection.clockSkewMs;
      const time = localTime(endsAt, options);
      if (endsAt > options.now) return session.renewable ? `until ${time}, then renews on next use` : `until ${time}`;
      return session.renewable ? `ended ${time}, renews on next use` : `ended ${time}; sign in again`;
    }
    default:
      return assertNever(session);
  }
}

function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).host : plain(origin, 80);
}

const shortened = (clientId: string): string =>
  clientId.length <= 16 ? clientId : `${clientId.slice(0, 8)}…${clientId.slice(-4)}`;
