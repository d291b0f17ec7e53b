import * as l10n from "@vscode/l10n";
import type { Failure } from "./errors.ts";
import type { Listen } from "./events.ts";
import type { RateLimit } from "./http/rateLimit.ts";
import type { TokenOrder } from "./oauth/tokenSet.ts";
import type { Environment, EnvironmentKind, Origins } from "./procore/environments.ts";
import type { CompanyId, UserId } from "./procore/ids.ts";
import type { Secret } from "./secret.ts";

export interface User {
  readonly id: UserId;
  readonly login: string;
  /** Procore tells it only in a company's or project's context. */
  readonly name: string | undefined;
}

/** Why and when a call for this connection last failed; words for a person, no secret. */
export interface FailureRecord {
  /** Epoch ms. */
  readonly at: number;
  readonly message: string;
}

/**
 * How a connection gets its tokens. `authorizationCode`: a person allows it in the browser, and a refresh token renews
 * the session. `clientCredentials`: the app's own service account (Procore's DMSA), without a browser and without a
 * refresh token; it is made for one company, which every request has to name.
 * @see procore/documentation oauth/oauth_choose_grant_type.md, oauth/oauth_client_credentials.md
 */
export type Grant =
  | { readonly kind: "authorizationCode" }
  | {
      readonly kind: "clientCredentials";
      readonly companyId: CompanyId;
      /** As Procore told it at sign-in; text from outside. */
      readonly companyName: string | undefined;
    };

/**
 * One environment + one app + at most one signed-in user. Everything here may be shown, logged by id and kept in a
 * plain file: it holds no secret. `origins` are the ones it signed in with, and it sends to no other.
 */
export interface Connection {
  readonly id: string;
  readonly label: string;
  readonly environment: Pick<Environment, "id" | "label" | "shortLabel"> & { readonly kind: EnvironmentKind };
  readonly origins: Origins;
  readonly clientId: string;
  readonly grant: Grant;
  /** For a service account the user that its installation made in the company's directory. */
  readonly user: User | undefined;
  readonly session: Session;
  /** Which tokens `session` speaks of: what is said of older ones does not concern it. Undefined where nobody wrote it. */
  readonly tokenOrder?: TokenOrder | undefined;
  /** Server's clock minus this machine's, ms; 0 when they agree within the precision of a `Date` header. */
  readonly clockSkewMs: number;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly lastRefreshAt: number | undefined;
  /** The window that renewed last, by an id that each window makes up when it starts. */
  readonly lastRefreshBy?: string | undefined;
  /**
   * When a window first read the session from its store that was opened after it was saved there: the store was then
   * seen to keep what it got. Epoch ms; undefined while nobody has seen it since the sign-in.
   */
  readonly readBackAt?: number | undefined;
  readonly lastFailure: FailureRecord | undefined;
}

/**
 * The state of a connection's session, as every part of the screen reads it; replaced whole on each change.
 * `expiresAt` is epoch ms in the *server's* time and concerns the access token only: while it can be renewed, its end
 * is no trouble.
 */
export type Session =
  | { readonly kind: "signedOut" }
  | { readonly kind: "active"; readonly expiresAt: number; readonly renewable: boolean }
  | {
      readonly kind: "broken";
      readonly reason: "refreshTokenSpent" | "credentialsRejected" | "noRefreshToken" | "notKept" | "olderCopy";
    };

/** A sign-in that waits for its authorization code; it lives beside the session and never changes it. */
export interface PendingAuthorization {
  readonly environmentLabel: string;
  readonly startedAt: number;
}

/** What tree, status bar and context keys draw from. A new object each time something changed. */
export interface SessionState {
  /** The connection this window works with. */
  readonly active: Connection | undefined;
  readonly connections: readonly Connection[];
  readonly pending: PendingAuthorization | undefined;
}

/** Which transport carries a connection's requests in this window, and why; words for a person, no secret. */
export interface TransportUse {
  readonly kind: "undici" | "vscode";
  readonly reason: string;
}

/** The port through which features see connections and sessions. */
export interface SessionSource {
  readonly current: SessionState;
  readonly onDidChange: Listen<SessionState>;
  /** What the newest reply told of a connection's rate limit, in this window or another. */
  rateLimit(connectionId: string): RateLimit | undefined;
  /** Tells the connection whose rate limit or transport was told anew; with each reply while requests go out. */
  readonly onDidChangeRateLimit: Listen<string>;
  /** How the last request of a connection left this window; undefined before the first one. */
  transportUse(connectionId: string): TransportUse | undefined;
}

/**
 * What `core/http/api.ts` needs to send as a connection. Both methods reject with `ProcoreError`, also when the
 * connection as the caller knows it has other addresses than it has now: a token never goes to the old ones.
 */
export interface TokenSource {
  /** A token good for a request now; renews it first when it is about to end. */
  accessToken(connection: Connection, signal?: AbortSignal): Promise<Secret>;
  /** After a 401: the token that replaces `rejected`, renewed once when `rejected` is still the newest one. */
  replaceToken(connection: Connection, rejected: Secret, signal?: AbortSignal): Promise<Secret>;
}

/** The company of a service account; undefined for a person's connection, which has none of its own. */
export const ownCompanyId = ({ grant }: Pick<Connection, "grant">): CompanyId | undefined =>
  grant.kind === "clientCredentials" ? grant.companyId : undefined;

/** "service account of Acme Builders", or of "company 12"; undefined for a person's connection. Text from outside. */
export function serviceAccountOf({ grant }: Pick<Connection, "grant">): string | undefined {
  if (grant.kind !== "clientCredentials") return undefined;
  return l10n.t("service account of {0}", grant.companyName ?? l10n.t("company {0}", grant.companyId));
}

/** Why a broken session needs a person. */
export function brokenFailure(
  { environment, origins }: Connection,
  reason: Extract<Session, { kind: "broken" }>["reason"],
): Failure {
  if (reason !== "credentialsRejected") return { kind: "signedOut", reason };
  const host = URL.canParse(origins.login) ? new URL(origins.login).host : origins.login;
  return { kind: reason, environment: environment.label, host };
}

/** Is there a session that a request could use? */
export function isSignedIn(connection: Connection | undefined): connection is Connection {
  return connection !== undefined && connection.session.kind === "active";
}

/**
 * Can only a person help this session, by signing in?
 * @param now epoch ms of this machine
 */
export function needsSignIn({ session, clockSkewMs }: Connection, now: number): boolean {
  if (session.kind !== "active") return true;
  return !session.renewable && session.expiresAt <= now + clockSkewMs;
}
