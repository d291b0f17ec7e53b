import * as l10n from "@vscode/l10n";
import { hourMs } from "../core/clock.ts";
import { ProcoreError, type Failure } from "../core/errors.ts";
import type { OAuthApp } from "../core/oauth/tokenEndpoint.ts";
import type { TokenSet } from "../core/oauth/tokenSet.ts";
import { Secret } from "../core/secret.ts";
import type { Connection, Session } from "../core/session.ts";

/** How long a sealed session may lie unopened before it is deleted. */
export const keptMs = 30 * 24 * hourMs;

/**
 * Was what is stored of this session opened so long ago that it may have been deleted? Whoever opens it after the end of
 * its access token renews it, and the list says so.
 */
export function isUnused({ session, clockSkewMs, lastFailure }: Connection, now: number): boolean {
  const lastUsed = session.kind === "active" ? session.expiresAt - clockSkewMs : lastFailure?.at;
  return session.kind !== "signedOut" && lastUsed !== undefined && now - lastUsed > keptMs - longestLifeMs;
}

/** A file is opened for the last time at most the life of an access token before that token's end. */
const longestLifeMs = 2 * hourMs;

/** Client ID, secret and login host of a connection, for token calls. */
export const appOf = ({ id, environment, origins, clientId }: Connection, clientSecret: Secret): OAuthApp => ({
  connectionId: id,
  environmentLabel: environment.label,
  loginOrigin: origins.login,
  clientId,
  clientSecret,
});

/** Can the session go on past the end of its access token? A service account asks for a new one with the app's keys. */
export const isRenewable = ({ grant }: Pick<Connection, "grant">, tokens: TokenSet): boolean =>
  grant.kind === "clientCredentials" || tokens.refreshToken !== undefined;

/** Stands for the lost tokens of a service account: of no use, and renewed at the next need. */
export const endedLongAgo: TokenSet = {
  accessToken: new Secret(""),
  refreshToken: undefined,
  expiresAt: 0,
  lifetimeMs: 0,
  clockSkewMs: 0,
};

/** The state of a connection that has these tokens. */
export const activeSession = (connection: Pick<Connection, "grant">, tokens: TokenSet): Session => ({
  kind: "active",
  expiresAt: tokens.expiresAt,
  renewable: isRenewable(connection, tokens),
});

/**
 * Rejects when the connection has other addresses by now than those that a caller is about to send to.
 * @throws ProcoreError `addressesChanged`
 */
export function assertSameAddresses(wanted: Connection, now: Connection): void {
  for (const use of ["login", "api"] as const) {
    if (wanted.origins[use] === now.origins[use]) continue;
    const [was, is] = [wanted.origins[use], now.origins[use]];
    throw new ProcoreError({ kind: "addressesChanged", environment: now.environment.label, was, now: is });
  }
}

/** Are both the same app at the same server? A Local Sandbox that starts anew is another one. */
export const isSameServer = (one: Connection, other: Connection): boolean =>
  one.origins.login === other.origins.login && one.origins.api === other.origins.api && one.clientId === other.clientId;

/** Did the login service say that the refresh token is spent? What a window still sees of these tokens is of no use. */
export const isSpent = ({ session }: Pick<Connection, "session">): boolean =>
  session.kind === "broken" && session.reason === "refreshTokenSpent";

/** The login service refused the connection's client ID and secret. */
export const rejectedFailure = ({ environment, origins }: Connection): Failure => ({
  kind: "credentialsRejected",
  environment: environment.label,
  host: new URL(origins.login).host,
});

/** The lock that everything holds that writes a connection's tokens. */
export const lockName = (connectionId: string): string => `sessions/${connectionId}`;

/** The lock of the record of what was handed out of a session. */
export const handOutsLock = (connectionId: string): string => `${lockName(connectionId)}.handOuts`;

/** What was foreseen about an error; undefined for our own bugs and for cancelling. */
export const failureOf = (error: unknown): Failure | undefined =>
  error instanceof ProcoreError ? error.failure : undefined;

/** What a person reads about an error. */
export const wordsOf = (error: unknown): string =>
  error instanceof ProcoreError
    ? error.message
    : l10n.t("Something went wrong inside Procore Explorer. The log has the details.");

/** Trouble of the way, not of the session. */
export const isPassing = (error: unknown): boolean =>
  ["network", "http", "rateLimited", "unexpectedReply"].includes(failureOf(error)?.kind ?? "");

/** The failure of `work`, or undefined when it went well. */
export async function settled(work: Promise<unknown>): Promise<{ readonly error: unknown } | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return { error };
  }
}
