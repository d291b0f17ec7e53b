import * as l10n from "@vscode/l10n";
import { assertNever } from "../core/assertNever.ts";
import { plain } from "../core/plain.ts";
import { serviceAccountOf, type Connection, type Session, type SessionState } from "../core/session.ts";
import { timeLeft } from "../core/timeLeft.ts";

/** What the status bar item shows; `statusTooltip.ts` has the details behind it. */
export interface SessionStatus {
  /** Hidden while there is neither a connection nor a sign-in under way: nobody asked for us yet. */
  readonly visibility: "shown" | "hidden";
  readonly text: string;
  /** Without the ticking time: a screen reader reads it again whenever it changes. */
  readonly accessibilityLabel: string;
  /** `none` while a request renews the session by itself; the others need a person. */
  readonly warning: "none" | "warning" | "error";
  /** Epoch ms on this machine when `text` changes by itself; undefined when it does not. */
  readonly nextChangeAt: number | undefined;
}

/** The status for `state` at `now` (epoch ms on this machine). A sign-in that waits for its code comes first. */
export function sessionStatus(state: SessionState, now: number): SessionStatus {
  const { active, pending } = state;
  if (pending !== undefined && active?.session.kind === "active") {
    const status = connectionStatus(active, active.session, now);
    return {
      ...status,
      text: l10n.t("{0} · enter code", status.text),
      accessibilityLabel: l10n.t("{0}; a sign-in waits for its code", status.accessibilityLabel),
    };
  }
  if (state.pending !== undefined) {
    const environment = plain(state.pending.environmentLabel, 40);
    return lasting(
      l10n.t("$(key) Enter authorization code"),
      l10n.t("Procore: {0} waits for an authorization code", environment),
      "none",
    );
  }
  if (state.active === undefined || state.active.session.kind === "signedOut") {
    const status = lasting(l10n.t("$(key) Procore: Sign In"), l10n.t("Procore: signed out, sign in"), "none");
    const isUnused = state.active === undefined && state.connections.length === 0;
    return isUnused ? { ...status, visibility: "hidden" } : status;
  }
  return connectionStatus(state.active, state.active.session, now);
}

/** "Sandbox"; the label of a user's own environment is text from outside. */
const shortLabelOf = ({ environment }: Connection): string =>
  plain(environment.shortLabel, 30) || plain(environment.id, 30);

/** Who is signed in, as far as known. */
export function userOf(connection: Connection): string {
  const { user } = connection;
  const account = serviceAccountOf(connection);
  if (account !== undefined) return plain(account, 80) + (user === undefined ? "" : ` (${plain(user.login, 80)})`);
  if (user === undefined) return l10n.t("not known yet");
  const login = plain(user.login, 80);
  const name = plain(user.name ?? "", 80);
  return name === "" || name === login ? login : `${name} (${login})`;
}

function connectionStatus(
  connection: Connection,
  session: Exclude<Session, { kind: "signedOut" }>,
  now: number,
): SessionStatus {
  const label = shortLabelOf(connection);
  if (session.kind === "broken") {
    const need = brokenNeed(session.reason);
    return lasting(
      `$(error) ${l10n.t("{0}: {1}", label, need)}`,
      l10n.t("Procore: {0}, {1}", spokenLabel(connection), need),
      "error",
    );
  }
  // Production has another icon as well as its word.
  const icon = connection.environment.kind === "production" ? "lock" : "key";
  const isKnown = connection.user !== undefined || serviceAccountOf(connection) !== undefined;
  const spoken = isKnown
    ? l10n.t("Procore: {0}, signed in as {1}", spokenLabel(connection), userOf(connection))
    : l10n.t("Procore: {0}, signed in", spokenLabel(connection));
  const serverNow = now + connection.clockSkewMs;
  const left = timeLeft(session.expiresAt - serverNow);
  if (left !== undefined) {
    const status = lasting(`$(${icon}) ${label} ${left.text}`, spoken, "none");
    return { ...status, nextChangeAt: now + left.changesInMs };
  }
  if (session.renewable) return lasting(`$(${icon}) ${l10n.t("{0} renews on next use", label)}`, spoken, "none");
  const need = l10n.t("sign in again");
  return lasting(
    `$(warning) ${l10n.t("{0}: {1}", label, need)}`,
    l10n.t("Procore: {0}, {1}", spokenLabel(connection), need),
    "warning",
  );
}

function brokenNeed(reason: Extract<Session, { kind: "broken" }>["reason"]): string {
  switch (reason) {
    case "refreshTokenSpent":
    case "noRefreshToken":
    case "olderCopy":
      return l10n.t("sign in again");
    case "notKept":
      return l10n.t("sign in again (not kept)");
    case "credentialsRejected":
      return l10n.t("check app credentials");
    default:
      return assertNever(reason);
  }
}

// "Federal" alone does not say that it is production.
function spokenLabel(connection: Connection): string {
  const label = shortLabelOf(connection);
  const isOtherWord = connection.environment.kind === "production" && label !== "Production";
  return isOtherWord ? l10n.t("{0} (production)", label) : label;
}

const lasting = (text: string, accessibilityLabel: string, warning: SessionStatus["warning"]): SessionStatus => ({
  visibility: "shown",
  text,
  accessibilityLabel,
  warning,
  nextChangeAt: undefined,
});
