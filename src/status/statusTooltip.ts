import { assertNever } from "../core/assertNever.ts";
import { advice, type Failure } from "../core/errors.ts";
import type { RateLimit } from "../core/http/rateLimit.ts";
import { plain } from "../core/plain.ts";
import type { Connection, Session, SessionState } from "../core/session.ts";
import { userOf } from "./sessionStatus.ts";

/** One line of the tooltip; both parts are plain text. */
export interface TooltipLine {
  readonly label: string;
  readonly value: string;
}

export interface TooltipOptions {
  /** Epoch ms on this machine. */
  readonly now: number;
  readonly rateLimit: RateLimit | undefined;
  /** IANA name; the machine's own when left out. */
  readonly timeZone?: string;
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
    ...(lastRefreshAt === undefined ? [] : [{ label: "Last refreshed", value: timeText(lastRefreshAt, options) }]),
    ...(lastFailure === undefined
      ? []
      : [{ label: "Last failure", value: `${timeText(lastFailure.at, options)}, ${plain(lastFailure.message, 300)}` }]),
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
      const time = timeText(endsAt, options);
      if (endsAt > options.now) return session.renewable ? `until ${time}, then renews on next use` : `until ${time}`;
      return session.renewable ? `ended ${time}, renews on next use` : `ended ${time}; sign in again`;
    }
    default:
      return assertNever(session);
  }
}

function brokenFailure(connection: Connection, reason: Extract<Session, { kind: "broken" }>["reason"]): Failure {
  if (reason !== "credentialsRejected") return { kind: "signedOut", reason };
  return { kind: reason, environment: connection.environment.label, host: hostOf(connection.origins.login) };
}

/** The reset is told in the server's time, `skewMs` ahead of this machine's. */
function rateLimitText({ limit, remaining, resetAt }: RateLimit, skewMs: number, options: TooltipOptions): string {
  const count = new Intl.NumberFormat("en");
  const resetsAt = resetAt - skewMs;
  const left = `${count.format(remaining)} of ${count.format(limit)} requests left`;
  return resetsAt > options.now ? `${left}, resets ${timeText(resetsAt, options)}` : left;
}

/** Local time: "10:30", with the day when it is another one. */
function timeText(at: number, { now, timeZone }: TooltipOptions): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const day = new Intl.DateTimeFormat("en", { dateStyle: "medium", ...zone });
  const time = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...zone });
  return day.format(at) === day.format(now) ? time.format(at) : `${day.format(at)} ${time.format(at)}`;
}

function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).host : plain(origin, 80);
}

const shortened = (clientId: string): string =>
  clientId.length <= 16 ? clientId : `${clientId.slice(0, 8)}…${clientId.slice(-4)}`;
