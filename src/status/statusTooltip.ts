import * as l10n from "@vscode/l10n";
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
      : [
          {
            label: l10n.t("Sign-in"),
            value: l10n.t("{0} waits for its authorization code", plain(pending.environmentLabel)),
          },
        ];
  return [...waiting, ...(active === undefined ? [] : connectionLines(active, options))];
}

function connectionLines(connection: Connection, options: TooltipOptions): readonly TooltipLine[] {
  const { environment, origins, clientId, lastFailure, lastRefreshAt, session } = connection;
  const hosts = [...new Set([origins.login, origins.api, origins.web].map((origin) => hostOf(origin)))];
  const where = plain(environment.label);
  const isOther = environment.kind === "production" && environment.id !== "production";
  const { rateLimit } = options;
  const isSignedOut = session.kind === "signedOut";
  return [
    ...(connection.label === environment.label
      ? []
      : [{ label: l10n.t("Connection"), value: plain(connection.label) }]),
    { label: l10n.t("Environment"), value: isOther ? l10n.t("{0} (production)", where) : where },
    ...(isSignedOut ? [] : [{ label: l10n.t("User"), value: userOf(connection) }]),
    { label: l10n.t("App"), value: l10n.t("client ID {0}", shortened(plain(clientId))) },
    { label: hosts.length === 1 ? l10n.t("Host") : l10n.t("Hosts"), value: hosts.join(", ") },
    { label: l10n.t("Session"), value: sessionLine(connection, session, options) },
    ...(lastRefreshAt === undefined
      ? []
      : [{ label: l10n.t("Last refreshed"), value: localTime(lastRefreshAt, options) }]),
    ...(lastFailure === undefined
      ? []
      : [
          {
            label: l10n.t("Last failure"),
            value: `${localTime(lastFailure.at, options)}, ${plain(lastFailure.message, 300)}`,
          },
        ]),
    ...(rateLimit === undefined
      ? []
      : [{ label: l10n.t("Rate limit"), value: rateLimitText(rateLimit, connection.clockSkewMs, options) }]),
  ];
}

function sessionLine(connection: Connection, session: Session, options: TooltipOptions): string {
  switch (session.kind) {
    case "signedOut":
      return l10n.t("signed out");
    case "broken":
      return plain(advice(brokenFailure(connection, session.reason)).message, 300);
    case "active": {
      const endsAt = session.expiresAt - connection.clockSkewMs;
      const time = localTime(endsAt, options);
      if (endsAt > options.now) {
        return session.renewable
          ? l10n.t({
              message: "until {0}, then renews on next use",
              args: [time],
              comment: ["{0} is e.g. 10:30, or Jan 5, 2026 10:30"],
            })
          : l10n.t({ message: "until {0}", args: [time], comment: ["{0} is e.g. 10:30, or Jan 5, 2026 10:30"] });
      }
      return session.renewable
        ? l10n.t("ended {0}, renews on next use", time)
        : l10n.t("ended {0}; sign in again", time);
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
