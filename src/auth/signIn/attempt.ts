import { randomUUID } from "node:crypto";
import type { Environment, Origins } from "../../core/procore/environments.ts";
import type { OAuthApp } from "../../core/oauth/tokenEndpoint.ts";
import type { TokenSet } from "../../core/oauth/tokenSet.ts";
import type { Secret } from "../../core/secret.ts";
import type { SigningIn } from "../../core/sent/sentRecords.ts";
import { type Connection, type Grant, ownCompanyId } from "../../core/session.ts";

/** An environment that can be reached: the Local Sandbox has addresses only while it runs. */
export type ReachableEnvironment = Environment & { readonly origins: Origins };

/** Who signs in: a person in the browser, or the app itself as its service account. */
export type Account = Grant["kind"];

/**
 * A sign-in on its way, from the chosen environment to the accepted code. It lives in memory beside the session, so
 * cancelling it at any step changes nothing, and what was typed is there again when a box is reopened.
 */
export interface Attempt {
  readonly environment: ReachableEnvironment;
  /** The connection that is signed in again; undefined for a new one. */
  readonly connection: Connection | undefined;
  readonly account: Account;
  /** What stands in the company box of a service account. */
  typedCompany: string;
  /** What the token call of a service account brought. */
  serviceTokens: TokenSet | undefined;
  clientId: string;
  clientSecret: Secret | undefined;
  /** The client secret that was kept for the connection when the attempt began. */
  keptSecret: Secret | undefined;
  /** What stands in the code box. */
  typedCode: Secret | undefined;
  /** Epoch ms of the last time the browser was opened. */
  browserOpenedAt: number | undefined;
  /** The client ID that the browser was opened for: another one needs a page of its own. */
  browserOpenedFor: string | undefined;
}

export function createAttempt(
  environment: ReachableEnvironment,
  { account, connection }: { readonly account: Account; readonly connection?: Connection | undefined },
): Attempt {
  return {
    environment,
    connection,
    account,
    typedCompany: (connection === undefined ? undefined : ownCompanyId(connection)) ?? "",
    serviceTokens: undefined,
    clientId: connection?.clientId ?? "",
    clientSecret: undefined,
    keptSecret: undefined,
    typedCode: undefined,
    browserOpenedAt: undefined,
    browserOpenedFor: undefined,
  };
}

export const loginHost = (attempt: Attempt): string => new URL(attempt.environment.origins.login).host;

/** The keys of the attempt, for token calls; the credential steps or the vault have filled the secret by then. */
export function appOf(attempt: Attempt): OAuthApp {
  if (attempt.clientSecret === undefined) throw new Error("The client secret was not asked for");
  return {
    environmentLabel: attempt.environment.label,
    loginOrigin: attempt.environment.origins.login,
    clientId: attempt.clientId,
    clientSecret: attempt.clientSecret,
  };
}

/** Whose requests they are before there is a connection. */
export const signingIn = ({ environment, clientId }: Attempt): SigningIn => ({
  loginOrigin: new URL(environment.origins.login).origin,
  clientId,
});

/** A connection that is in no list yet; `now` is epoch ms. */
export function newConnection(attempt: Attempt, grant: Grant, now: number): Connection {
  const { id, label, shortLabel, kind, origins } = attempt.environment;
  return {
    id: randomUUID(),
    label,
    environment: { id, label, shortLabel, kind },
    origins,
    clientId: attempt.clientId,
    grant,
    user: undefined,
    session: { kind: "signedOut" },
    clockSkewMs: 0,
    createdAt: now,
    lastRefreshAt: undefined,
    lastFailure: undefined,
  };
}
