import type { Clock } from "../core/clock.ts";
import { advice, ProcoreError, type Failure } from "../core/errors.ts";
import type { OAuthApp, TokenEndpoint } from "../core/oauth/tokenEndpoint.ts";
import { needsRenewal, type StoredTokenSet, type TokenSet } from "../core/oauth/tokenSet.ts";
import type { Secret } from "../core/secret.ts";
import type { Connection, Session, TokenSource } from "../core/session.ts";
import type { Connections } from "./connections.ts";
import type { Vault } from "./vault.ts";

export interface SessionsDependencies {
  readonly connections: Connections;
  readonly vault: Vault;
  readonly tokenEndpoint: TokenEndpoint;
  readonly clock: Clock;
  /** Rejects a connection whose addresses are no longer those it signed in with. */
  readonly checkAddresses: (connection: Connection) => void;
  /** Hears of trouble that stops nothing, e.g. a keyring that did not take a renewed session. */
  readonly onTrouble: (error: unknown) => void;
}

/** Whether the server could be told that a session ended. */
export type Revocation =
  { readonly kind: "revoked" | "nothingToRevoke" } | { readonly kind: "notTold"; readonly error: unknown };

/**
 * The tokens of all connections: where they are kept, when they are renewed, how they end. One renewal is in flight
 * per connection; it belongs to the connection, so a caller that stops waiting does not stop it. A new pair is stored
 * before it is used.
 *
 * `generation` counts sign-ins and sign-outs of a connection, `rotation` its renewals: a renewal that ends under an
 * older generation stores nothing and revokes what it got.
 */
export class Sessions implements TokenSource {
  readonly #deps: SessionsDependencies;
  readonly #cache = new Map<string, StoredTokenSet>();
  /** Sessions whose newest tokens the store did not take: memory is then newer than the store. */
  readonly #memoryOnly = new Set<string>();
  readonly #generations = new Map<string, number>();
  readonly #renewals = new Map<string, Promise<StoredTokenSet>>();

  constructor(deps: SessionsDependencies) {
    this.#deps = deps;
  }

  async accessToken(connectionId: string, signal?: AbortSignal): Promise<Secret> {
    const connection = this.#usable(connectionId);
    const stored = await this.#newest(connection);
    if (!needsRenewal(stored.tokens, this.#serverNow(connection))) return stored.tokens.accessToken;
    // Keys that were refused are not offered again until somebody mended them.
    if (isRejected(connection)) throw new ProcoreError(this.#rejected(connectionId));
    try {
      return (await waitFor(this.#renew(connection, stored), signal)).tokens.accessToken;
    } catch (error) {
      // Renewal starts a little before the end: while the token lives, trouble on the way costs nobody a request.
      const alive = this.#serverNow(connection) < stored.tokens.expiresAt;
      if (alive && isPassing(error)) return stored.tokens.accessToken;
      throw error;
    }
  }

  async replaceToken(connectionId: string, rejected: Secret, signal?: AbortSignal): Promise<Secret> {
    const connection = this.#usable(connectionId);
    this.forgetCached(connectionId);
    const stored = await this.#newest(connection);
    if (!stored.tokens.accessToken.equals(rejected)) return stored.tokens.accessToken;
    return (await waitFor(this.#renew(connection, stored), signal)).tokens.accessToken;
  }

  /** Renews now, because a person asked. */
  async renewNow(connectionId: string, signal?: AbortSignal): Promise<void> {
    const connection = this.#usable(connectionId);
    await waitFor(this.#renew(connection, await this.#newest(connection)), signal);
  }

  /** After the client secret was mended: the session that was kept goes on. */
  async resume(connectionId: string): Promise<void> {
    const stored = await this.#storedOrNothing(connectionId);
    if (stored === undefined) return;
    await this.#deps.connections.change(connectionId, {
      session: activeSession(stored.tokens),
      lastFailure: undefined,
    });
  }

  /** Keeps the tokens of a sign-in that just succeeded; `connection` is put into the list with its session active. */
  async begin(connection: Connection, tokens: TokenSet, clientSecret: Secret): Promise<void> {
    const { id } = connection;
    try {
      const generation = this.#raiseGeneration(id, (await this.#storedOrNothing(id))?.generation ?? 0);
      await this.#keep(id, { generation, rotation: 0, tokens }, clientSecret);
    } catch (error) {
      // What a newer version stored is not overwritten: the new session lives in this window's memory.
      this.#keepInMemory(id, { generation: this.#raiseGeneration(id, 0), rotation: 0, tokens }, error);
    }
    await this.#deps.connections.put({
      ...connection,
      session: activeSession(tokens),
      clockSkewMs: tokens.clockSkewMs,
      lastRefreshAt: undefined,
      lastFailure: undefined,
    });
  }

  /**
   * Signs out: revokes at the server when it can be reached, and forgets the tokens in any case. An access token past
   * its end is renewed first, because revoking a dead one leaves its refresh token alive.
   * @see doorkeeper-gem/doorkeeper 5.5 (TokensController#revoke)
   */
  async end(connectionId: string, signal?: AbortSignal): Promise<Revocation> {
    const connection = this.#deps.connections.get(connectionId);
    if (connection === undefined) return { kind: "nothingToRevoke" };
    this.#raiseGeneration(connectionId, (await this.#storedOrNothing(connectionId))?.generation ?? 0);
    // Who stops waiting does not stop the calls: what was begun at the server is finished.
    const revocation = await waitFor(this.#revoke(connection), signal).catch((error: unknown): Revocation => ({
      kind: "notTold",
      error,
    }));
    this.forgetCached(connectionId, "all");
    await this.#deps.connections.change(connectionId, { session: { kind: "signedOut" }, lastFailure: undefined });
    await this.#deps.vault.deleteSession(connectionId);
    return revocation;
  }

  /** Drops a session without telling a server: for tokens that no server knows any longer. */
  async forget(connectionId: string): Promise<void> {
    this.#raiseGeneration(connectionId, (await this.#storedOrNothing(connectionId))?.generation ?? 0);
    this.forgetCached(connectionId, "all");
    await this.#deps.vault.deleteSession(connectionId);
  }

  /** Another window may have written: what is in memory is read again at the next need. */
  forgetCached(connectionId: string, which: "stored" | "all" = "stored"): void {
    if (which === "all") this.#memoryOnly.delete(connectionId);
    if (!this.#memoryOnly.has(connectionId)) this.#cache.delete(connectionId);
  }

  /** Client ID, secret and login host of a connection, for token calls. */
  async app(connection: Connection): Promise<OAuthApp> {
    const clientSecret = await this.#deps.vault.clientSecret(connection.id);
    if (clientSecret === undefined) throw new ProcoreError({ kind: "signedOut", reason: "notKept" });
    return {
      environmentLabel: connection.environment.label,
      loginOrigin: connection.origins.login,
      clientId: connection.clientId,
      clientSecret,
    };
  }

  #usable(connectionId: string): Connection {
    const connection = this.#deps.connections.get(connectionId);
    if (connection === undefined || connection.session.kind === "signedOut")
      throw new ProcoreError({ kind: "signedOut" });
    this.#deps.checkAddresses(connection);
    return connection;
  }

  #serverNow(connection: Connection): number {
    return this.#deps.clock.now() + connection.clockSkewMs;
  }

  #generation(connectionId: string): number {
    return this.#generations.get(connectionId) ?? 0;
  }

  #raiseGeneration(connectionId: string, stored: number): number {
    const next = Math.max(stored, this.#generation(connectionId)) + 1;
    this.#generations.set(connectionId, next);
    return next;
  }

  /** The newest tokens known, from memory or the store; a store that forgot breaks the session, once and told. */
  async #newest(connection: Connection): Promise<StoredTokenSet> {
    const cached = this.#cache.get(connection.id);
    if (cached !== undefined) return cached;
    const stored = await this.#deps.vault.session(connection.id);
    if (stored === undefined) {
      const { session } = connection;
      const reason = session.kind === "broken" && session.reason !== "credentialsRejected" ? session.reason : "notKept";
      if (session.kind === "active") await this.#break(connection.id, "notKept");
      throw new ProcoreError({ kind: "signedOut", reason });
    }
    this.#cache.set(connection.id, stored);
    // The store has it after all: a keyring that was locked, a window that was quicker.
    const { session } = connection;
    if (session.kind === "broken" && session.reason === "notKept") await this.resume(connection.id);
    this.#generations.set(connection.id, Math.max(stored.generation, this.#generation(connection.id)));
    return stored;
  }

  async #storedOrNothing(connectionId: string): Promise<StoredTokenSet | undefined> {
    try {
      return this.#cache.get(connectionId) ?? (await this.#deps.vault.session(connectionId));
    } catch (error) {
      // Signing in or out must work when the store does not answer; a value of a newer version is not ours to replace.
      if (failureOf(error)?.kind === "storage") return undefined;
      throw error;
    }
  }

  #renew(connection: Connection, stale: StoredTokenSet): Promise<StoredTokenSet> {
    const running = this.#renewals.get(connection.id);
    if (running !== undefined) return running;
    const renewal = this.#refresh(connection, stale).finally(() => this.#renewals.delete(connection.id));
    // The call goes on when everybody stopped waiting; its failure is then nobody's.
    renewal.catch(() => undefined);
    this.#renewals.set(connection.id, renewal);
    return renewal;
  }

  async #refresh(connection: Connection, stale: StoredTokenSet): Promise<StoredTokenSet> {
    const { id } = connection;
    this.forgetCached(id);
    const newest = await this.#newest(connection);
    if (isNewer(newest, stale)) return newest;
    const { generation, rotation, tokens } = newest;
    if (tokens.refreshToken === undefined) {
      await this.#break(id, "noRefreshToken");
      throw new ProcoreError({ kind: "signedOut", reason: "noRefreshToken" });
    }
    const app = await this.#app(connection);
    let renewed: TokenSet;
    try {
      renewed = await this.#deps.tokenEndpoint.refresh(app, tokens.refreshToken);
    } catch (error) {
      return await this.#refreshFailed(connection, newest, error);
    }
    if (generation !== this.#generation(id)) {
      await this.#deps.tokenEndpoint.revoke(app, renewed.accessToken);
      throw new ProcoreError({ kind: "signedOut" });
    }
    // RFC 6749 section 6: an answer without a refresh token leaves the old one in force.
    const complete = { ...renewed, refreshToken: renewed.refreshToken ?? tokens.refreshToken };
    const next = { generation, rotation: rotation + 1, tokens: complete };
    await this.#keep(id, next);
    await this.#deps.connections.change(id, {
      session: activeSession(complete),
      clockSkewMs: complete.clockSkewMs,
      lastRefreshAt: this.#deps.clock.now(),
      lastFailure: undefined,
    });
    return next;
  }

  /** Client credentials that are gone from the store are "not kept", like the session itself. */
  async #app(connection: Connection): Promise<OAuthApp> {
    try {
      return await this.app(connection);
    } catch (error) {
      await this.#note(connection.id, error);
      throw error;
    }
  }

  /** Only `invalid_grant` for the newest refresh token ends a session; everything else is tried again when needed. */
  async #refreshFailed(connection: Connection, used: StoredTokenSet, error: unknown): Promise<StoredTokenSet> {
    const { id } = connection;
    const failure = failureOf(error);
    if (used.generation !== this.#generation(id)) throw new ProcoreError({ kind: "signedOut" }, { cause: error });
    if (failure?.kind === "signedOut") {
      this.forgetCached(id);
      const newest = await this.#storedOrNothing(id);
      if (newest !== undefined && isNewer(newest, used)) {
        this.#cache.set(id, newest);
        return newest;
      }
      this.forgetCached(id, "all");
      await this.#deps.vault.deleteSession(id);
      await this.#break(id, "refreshTokenSpent");
    } else if (failure?.kind === "credentialsRejected") {
      await this.#break(id, "credentialsRejected");
    } else {
      await this.#note(id, error);
    }
    throw error;
  }

  async #break(connectionId: string, reason: Extract<Session, { kind: "broken" }>["reason"]): Promise<void> {
    const failure: Failure =
      reason === "credentialsRejected" ? this.#rejected(connectionId) : { kind: "signedOut", reason };
    await this.#deps.connections.change(connectionId, {
      session: { kind: "broken", reason },
      lastFailure: { at: this.#deps.clock.now(), message: advice(failure).message },
    });
  }

  #rejected(connectionId: string): Failure {
    const connection = this.#deps.connections.get(connectionId);
    return {
      kind: "credentialsRejected",
      environment: connection?.environment.label ?? "",
      host: connection === undefined ? "" : new URL(connection.origins.login).host,
    };
  }

  async #note(connectionId: string, error: unknown): Promise<void> {
    const message =
      error instanceof ProcoreError
        ? error.message
        : "Something went wrong inside Procore Explorer. The log has the details.";
    await this.#deps.connections.change(connectionId, { lastFailure: { at: this.#deps.clock.now(), message } });
  }

  /** Stores, then uses. When the store throws, the session goes on in memory and somebody is told. */
  async #keep(connectionId: string, session: StoredTokenSet, clientSecret?: Secret): Promise<void> {
    try {
      if (clientSecret !== undefined) await this.#deps.vault.putClientSecret(connectionId, clientSecret);
      await this.#deps.vault.putSession(connectionId, session);
      this.#memoryOnly.delete(connectionId);
      this.#cache.set(connectionId, session);
    } catch (error) {
      this.#keepInMemory(connectionId, session, error);
    }
  }

  #keepInMemory(connectionId: string, session: StoredTokenSet, why: unknown): void {
    this.#memoryOnly.add(connectionId);
    this.#cache.set(connectionId, session);
    this.#deps.onTrouble(why);
  }

  async #revoke(connection: Connection): Promise<Revocation> {
    try {
      await this.#renewals.get(connection.id)?.catch(noop);
      const stored = await this.#storedOrNothing(connection.id);
      if (stored === undefined) return { kind: "nothingToRevoke" };
      this.#deps.checkAddresses(connection);
      const app = await this.app(connection);
      let { accessToken } = stored.tokens;
      const ended = this.#serverNow(connection) >= stored.tokens.expiresAt;
      if (ended && stored.tokens.refreshToken !== undefined) {
        ({ accessToken } = await this.#deps.tokenEndpoint.refresh(app, stored.tokens.refreshToken));
      }
      await this.#deps.tokenEndpoint.revoke(app, accessToken);
      return { kind: "revoked" };
    } catch (error) {
      // A refresh token that the server no longer takes is as good as revoked.
      if (failureOf(error)?.kind === "signedOut") return { kind: "nothingToRevoke" };
      return { kind: "notTold", error };
    }
  }
}

const noop = (): void => undefined;

const activeSession = (tokens: TokenSet): Session => ({
  kind: "active",
  expiresAt: tokens.expiresAt,
  renewable: tokens.refreshToken !== undefined,
});

const isRejected = ({ session }: Connection): boolean =>
  session.kind === "broken" && session.reason === "credentialsRejected";

const isNewer = (one: StoredTokenSet, other: StoredTokenSet): boolean =>
  one.generation > other.generation || (one.generation === other.generation && one.rotation > other.rotation);

const failureOf = (error: unknown): Failure | undefined => (error instanceof ProcoreError ? error.failure : undefined);

/** Trouble of the way, not of the session. */
const isPassing = (error: unknown): boolean =>
  ["network", "http", "rateLimited", "unexpectedReply"].includes(failureOf(error)?.kind ?? "");

/** Waits for `work`, or until `signal` is aborted; the work itself goes on. */
function waitFor<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new DOMException("Stopped waiting", "AbortError"));
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener("abort", onAbort, { once: true });
    work
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", onAbort))
      .catch(noop);
  });
}
