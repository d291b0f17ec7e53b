import { ProcoreError } from "../core/errors.ts";
import type { TokenEndpoint } from "../core/oauth/tokenEndpoint.ts";
import { needsRenewal, type StoredTokenSet, type TokenSet } from "../core/oauth/tokenSet.ts";
import type { Secret } from "../core/secret.ts";
import type { Connection, TokenSource } from "../core/session.ts";
import { waitFor } from "../core/waitFor.ts";
import type { Locks } from "../platform/locks.ts";
import { Renewals } from "./renewals.ts";
import { activeSession, appOf, failureOf, isPassing, lockName, rejectedFailure } from "./sessionStates.ts";
import { TokenStore, type TokenStoreDependencies } from "./tokenStore.ts";

export interface SessionsDependencies extends TokenStoreDependencies {
  readonly tokenEndpoint: TokenEndpoint;
  readonly locks: Locks;
  /** Rejects a connection whose addresses are no longer those it signed in with. */
  readonly checkAddresses: (connection: Connection) => void;
}

/** Whether the server could be told that a session ended. */
export type Revocation =
  | { readonly kind: "revoked" }
  | { readonly kind: "nothingToRevoke" }
  | { readonly kind: "notTold"; readonly error: unknown };

/**
 * The sessions of all connections, as the rest of the product sees them: a token for a request, signing in and out.
 * `tokenStore.ts` knows where tokens are, `renewals.ts` how they are renewed. Signing in and out take the same lock as
 * a renewal and raise the ledger's generation.
 */
export class Sessions implements TokenSource {
  readonly #deps: SessionsDependencies;
  readonly #store: TokenStore;
  readonly #renewals: Renewals;

  constructor(deps: SessionsDependencies) {
    this.#deps = deps;
    this.#store = new TokenStore(deps);
    this.#renewals = new Renewals({ ...deps, store: this.#store });
  }

  async accessToken(wanted: Connection, signal?: AbortSignal): Promise<Secret> {
    const connection = this.#usable(wanted);
    const stored = await this.#store.newest(connection);
    const now = this.#serverNow(connection);
    const { tokens } = stored;
    const alive = now < tokens.expiresAt;
    if (tokens.refreshToken === undefined ? alive : !needsRenewal(tokens, now)) return tokens.accessToken;
    this.#assertNotRejected(connection);
    try {
      return await this.#renewed(wanted, connection, stored, signal);
    } catch (error) {
      // Renewal starts a little before the end: while the token lives, trouble on the way costs nobody a request.
      if (alive && isPassing(error)) return tokens.accessToken;
      throw error;
    }
  }

  async replaceToken(wanted: Connection, rejected: Secret, signal?: AbortSignal): Promise<Secret> {
    const connection = this.#usable(wanted);
    this.forgetCached(connection.id);
    const stored = await this.#store.newest(connection);
    // Another window renewed it meanwhile; that token may have come to its end as well.
    if (!stored.tokens.accessToken.equals(rejected)) return await this.accessToken(wanted, signal);
    this.#assertNotRejected(connection);
    return await this.#renewed(wanted, connection, stored, signal);
  }

  /** Renews now, because a person asked. */
  async renewNow(wanted: Connection, signal?: AbortSignal): Promise<void> {
    const connection = this.#usable(wanted);
    const stored = await this.#store.newest(connection);
    await this.#renewed(wanted, connection, stored, signal);
  }

  /** After the client secret was mended: the session that was kept goes on. */
  async resume(connectionId: string): Promise<void> {
    await this.#store.resume(connectionId);
  }

  /**
   * Keeps the tokens of a sign-in that just succeeded and puts `connection` into the list, active. A pair that it
   * replaces is revoked behind it.
   */
  async begin(connection: Connection, tokens: TokenSet, clientSecret: Secret): Promise<void> {
    const { id } = connection;
    this.#renewals.forgetStray(id);
    const isNew = this.#deps.connections.get(id) === undefined;
    const replaced = await this.#deps.locks.hold(lockName(id), () => this.#store.keepFirst(id, tokens, clientSecret));
    try {
      await this.#deps.connections.put({
        ...connection,
        session: activeSession(tokens),
        clockSkewMs: tokens.clockSkewMs,
        lastRefreshAt: undefined,
        lastFailure: undefined,
      });
    } catch (error) {
      // A connection that is in no list cannot be signed out later: nothing of it stays.
      if (isNew) await this.#abandon(connection, tokens, clientSecret);
      throw error;
    }
    if (replaced !== undefined && !replaced.tokens.accessToken.equals(tokens.accessToken)) {
      const app = appOf(connection, clientSecret);
      this.#deps.tokenEndpoint.revoke(app, replaced.tokens.accessToken).catch(noop);
    }
  }

  /**
   * Signs out: revokes at the server when it can be reached, and forgets the tokens in any case. An access token past
   * its end is renewed first, because revoking a dead one leaves its refresh token alive. Who stops waiting does not
   * stop the calls: what a renewal on its way brings is then revoked by the generation that is raised here.
   * @see doorkeeper-gem/doorkeeper 5.5 (TokensController#revoke)
   */
  async end(connectionId: string, signal?: AbortSignal): Promise<Revocation> {
    const connection = this.#deps.connections.get(connectionId);
    if (connection === undefined) return { kind: "nothingToRevoke" };
    const work = this.#deps.locks.hold(lockName(connectionId), async () => {
      const revocation = await this.#revoke(connection);
      return { revocation, cleared: await settled(this.#store.clear(connectionId)) };
    });
    work.catch(noop);
    try {
      const { revocation, cleared } = await waitFor(work, signal);
      if (cleared !== undefined) throw cleared.error;
      return revocation;
    } catch (error) {
      if (signal?.aborted !== true && failureOf(error)?.kind !== "sessionBusy") throw error;
      await this.#store.clear(connectionId);
      return { kind: "notTold", error };
    }
  }

  /** Drops a session without telling a server: for tokens that no server knows any longer. */
  async forget(connectionId: string): Promise<void> {
    await this.#store.drop(connectionId);
  }

  /** Drops everything that is kept of a connection, after it was signed out. */
  async purge(connectionId: string): Promise<void> {
    await this.#store.purge(connectionId);
  }

  /** Another window may have written: what is in memory is read again at the next need. */
  forgetCached(connectionId: string): void {
    this.#store.forgetCached(connectionId);
  }

  /** The connection as it is listed now; its addresses must be those that the caller is about to send to. */
  #usable(wanted: Connection): Connection {
    const connection = this.#deps.connections.get(wanted.id);
    if (connection === undefined || connection.session.kind === "signedOut") {
      throw new ProcoreError({ kind: "signedOut" });
    }
    const { api: was } = wanted.origins;
    const { api: now } = connection.origins;
    if (was !== now) {
      throw new ProcoreError({ kind: "addressesChanged", environment: connection.environment.label, was, now });
    }
    this.#deps.checkAddresses(connection);
    return connection;
  }

  #assertNotRejected(connection: Connection): void {
    // Keys that were refused are not offered again until somebody mended them.
    const { session } = connection;
    if (session.kind === "broken" && session.reason === "credentialsRejected") {
      throw new ProcoreError(rejectedFailure(connection));
    }
  }

  #serverNow(connection: Connection): number {
    return this.#deps.clock.now() + connection.clockSkewMs;
  }

  async #renewed(
    wanted: Connection,
    connection: Connection,
    stale: StoredTokenSet,
    signal: AbortSignal | undefined,
  ): Promise<Secret> {
    const { tokens } = await waitFor(this.#renewals.renew(connection, stale), signal);
    // While it was renewed, the connection may have been signed in again at other addresses.
    this.#usable(wanted);
    return tokens.accessToken;
  }

  async #abandon(connection: Connection, tokens: TokenSet, clientSecret: Secret): Promise<void> {
    await this.purge(connection.id).catch(this.#deps.onTrouble);
    await this.#deps.tokenEndpoint.revoke(appOf(connection, clientSecret), tokens.accessToken).catch(noop);
  }

  async #revoke(connection: Connection): Promise<Revocation> {
    const { id } = connection;
    try {
      const stray = this.#renewals.strayOf(id);
      if (stray !== undefined) return { kind: "notTold", ...stray };
      // Another window may have renewed: the newest pair is the one to end.
      this.forgetCached(id);
      const stored = await this.#store.present(id);
      if (stored === undefined) return { kind: "nothingToRevoke" };
      this.#deps.checkAddresses(connection);
      const app = await this.#store.app(connection);
      let { accessToken } = stored.tokens;
      const ended = this.#serverNow(connection) >= stored.tokens.expiresAt;
      if (ended && stored.tokens.refreshToken !== undefined) {
        ({ accessToken } = await this.#deps.tokenEndpoint.refresh(app, stored.tokens.refreshToken));
      }
      await this.#deps.tokenEndpoint.revoke(app, accessToken);
      return { kind: "revoked" };
    } catch (error) {
      const failure = failureOf(error);
      // A refresh token that the server no longer takes is as good as revoked.
      const isSpent = failure?.kind === "signedOut" && failure.reason === "refreshTokenSpent";
      return isSpent ? { kind: "nothingToRevoke" } : { kind: "notTold", error };
    }
  }
}

const noop = (): void => undefined;

/** The failure of `work`, or undefined when it went well. */
async function settled(work: Promise<unknown>): Promise<{ readonly error: unknown } | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return { error };
  }
}
