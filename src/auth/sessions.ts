import type { Clock } from "../core/clock.ts";
import { advice, ProcoreError, type Failure } from "../core/errors.ts";
import type { OAuthApp, TokenEndpoint } from "../core/oauth/tokenEndpoint.ts";
import { needsRenewal, type StoredTokenSet, type TokenSet } from "../core/oauth/tokenSet.ts";
import type { Secret } from "../core/secret.ts";
import type { Connection, Session, TokenSource } from "../core/session.ts";
import { waitFor } from "../core/waitFor.ts";
import type { Locks, StillHeld } from "../platform/locks.ts";
import type { Connections } from "./connections.ts";
import type { Ledger, LedgerEntry } from "./ledger.ts";
import type { SessionHome } from "./sessionHome.ts";
import type { Vault } from "./vault.ts";

export interface SessionsDependencies {
  readonly connections: Connections;
  readonly vault: Vault;
  readonly tokenEndpoint: TokenEndpoint;
  readonly home: SessionHome;
  readonly ledger: Ledger;
  readonly locks: Locks;
  readonly clock: Clock;
  /** Rejects a connection whose addresses are no longer those it signed in with. */
  readonly checkAddresses: (connection: Connection) => void;
  /** Hears of trouble that stops nothing, e.g. a keyring that did not take a renewed session. */
  readonly onTrouble: (error: unknown) => void;
}

/** Whether the server could be told that a session ended. */
export type Revocation =
  | { readonly kind: "revoked" }
  | { readonly kind: "nothingToRevoke" }
  | { readonly kind: "notTold"; readonly error: unknown };

type BrokenReason = Extract<Session, { kind: "broken" }>["reason"];

/**
 * The tokens of all connections: where they are kept, when they are renewed, how they end.
 *
 * One renewal is in flight per connection, in all windows together: it holds the connection's lock, reads again what
 * others did, writes "spending" into the ledger, sends, stores, writes "stored". It belongs to the connection, so a
 * caller that stops waiting does not stop it. Signing in and out take the same lock and raise the ledger's generation;
 * a renewal that ends under an older generation (its lock was taken over, its machine slept) stores nothing and revokes
 * what it got.
 */
export class Sessions implements TokenSource {
  readonly #deps: SessionsDependencies;
  readonly #cache = new Map<string, StoredTokenSet>();
  /** Sessions whose newest tokens the store did not take; memory is then newer than the store, the secret too. */
  readonly #memoryOnly = new Map<string, Secret | undefined>();
  readonly #renewals = new Map<string, Promise<StoredTokenSet>>();
  /** Pairs that came too late to be stored and could not be revoked either. */
  readonly #strays = new Map<string, unknown>();

  constructor(deps: SessionsDependencies) {
    this.#deps = deps;
  }

  async accessToken(wanted: Connection, signal?: AbortSignal): Promise<Secret> {
    const connection = this.#usable(wanted);
    const stored = await this.#newest(connection);
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
    const stored = await this.#newest(connection);
    if (!stored.tokens.accessToken.equals(rejected)) return stored.tokens.accessToken;
    this.#assertNotRejected(connection);
    return await this.#renewed(wanted, connection, stored, signal);
  }

  /** Renews now, because a person asked. */
  async renewNow(wanted: Connection, signal?: AbortSignal): Promise<void> {
    const connection = this.#usable(wanted);
    const stored = await this.#newest(connection);
    await this.#renewed(wanted, connection, stored, signal);
  }

  /** After the client secret was mended, or the store has the session again: it goes on. */
  async resume(connectionId: string): Promise<void> {
    const stored = await this.#storedOrNothing(connectionId);
    if (stored === undefined) return;
    await this.#deps.connections.change(connectionId, ({ session }) =>
      session.kind === "broken" ? { session: activeSession(stored.tokens), lastFailure: undefined } : undefined,
    );
  }

  /**
   * Keeps the tokens of a sign-in that just succeeded and puts `connection` into the list, active. A pair that it
   * replaces is revoked behind it.
   */
  async begin(connection: Connection, tokens: TokenSet, clientSecret: Secret): Promise<void> {
    const { id } = connection;
    const isNew = this.#deps.connections.get(id) === undefined;
    const replaced = await this.#deps.locks.hold(lockName(id), () => this.#keepFirst(id, tokens, clientSecret));
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
      return { revocation, cleared: await settled(this.#clear(connectionId)) };
    });
    work.catch(noop);
    try {
      const { revocation, cleared } = await waitFor(work, signal);
      if (cleared !== undefined) throw cleared.error;
      return revocation;
    } catch (error) {
      if (signal?.aborted !== true && failureOf(error)?.kind !== "sessionBusy") throw error;
      await this.#clear(connectionId);
      return { kind: "notTold", error };
    }
  }

  /** Drops a session without telling a server: for tokens that no server knows any longer. */
  async forget(connectionId: string): Promise<void> {
    this.forgetCached(connectionId, "all");
    await inOrder([() => this.#raiseGeneration(connectionId), () => this.#deps.home.deleteSession(connectionId)]);
  }

  /** Drops everything that is kept of a connection, after it was signed out. */
  async purge(connectionId: string): Promise<void> {
    this.forgetCached(connectionId, "all");
    await inOrder([
      () => this.#deps.home.deleteSession(connectionId),
      () => this.#deps.vault.deleteClientSecret(connectionId),
      () => this.#deps.ledger.forget(connectionId),
    ]);
  }

  /** Another window may have written: what is in memory is read again at the next need. */
  forgetCached(connectionId: string, which: "stored" | "all" = "stored"): void {
    if (which === "all") this.#memoryOnly.delete(connectionId);
    if (!this.#memoryOnly.has(connectionId)) this.#cache.delete(connectionId);
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

  async #clear(connectionId: string): Promise<void> {
    this.forgetCached(connectionId, "all");
    await inOrder([
      () => this.#raiseGeneration(connectionId),
      () => this.#deps.home.deleteSession(connectionId),
      () => this.#deps.connections.change(connectionId, { session: { kind: "signedOut" }, lastFailure: undefined }),
    ]);
  }

  async #raiseGeneration(connectionId: string): Promise<void> {
    const generation = ((await this.#deps.ledger.read(connectionId))?.generation ?? 0) + 1;
    await this.#deps.ledger.write(connectionId, { generation, rotation: 0, state: "signedOut" });
  }

  async #app(connection: Connection): Promise<OAuthApp> {
    const secret = this.#memoryOnly.get(connection.id) ?? (await this.#deps.vault.clientSecret(connection.id));
    if (secret === undefined) throw new ProcoreError({ kind: "signedOut", reason: "notKept" });
    return appOf(connection, secret);
  }

  /** The newest tokens known, from memory or their home. */
  async #newest(connection: Connection): Promise<StoredTokenSet> {
    const { id, session } = connection;
    const cached = this.#cache.get(id);
    if (cached !== undefined) return cached;
    const stored = await this.#deps.home.session(id);
    if (stored === undefined) throw await this.#missing(connection);
    const entry = await this.#deps.ledger.read(id);
    if (entry !== undefined && isAhead(entry, stored)) throw await this.#outdated(id, entry);
    this.#cache.set(id, stored);
    // The store has it after all: a keyring that was locked, a window that was quicker.
    if (session.kind === "broken" && session.reason === "notKept") await this.resume(id);
    return stored;
  }

  /** Why are there no tokens: signed out by another window, broken before, or a store that forgot? */
  async #missing({ id }: Connection): Promise<ProcoreError> {
    // The store's event can come before the list's: list and ledger as they are now decide.
    await this.#deps.connections.load();
    const session = this.#deps.connections.get(id)?.session;
    const state = (await this.#deps.ledger.read(id))?.state;
    if (session === undefined || session.kind === "signedOut" || state === "signedOut") {
      return new ProcoreError({ kind: "signedOut" });
    }
    if (session.kind === "broken" && session.reason !== "credentialsRejected") {
      return new ProcoreError({ kind: "signedOut", reason: session.reason });
    }
    // Where each window has its own copy of the secrets, this one's loss is not the connection's.
    if (this.#deps.home.kind === "sealedFile") return new ProcoreError({ kind: "signedOut", reason: "storeReplaced" });
    await this.#break(id, "notKept");
    return new ProcoreError({ kind: "signedOut", reason: "notKept" });
  }

  /** The ledger knows newer tokens than the home holds: what is there was used before and is never spent again. */
  async #outdated(connectionId: string, entry: LedgerEntry): Promise<ProcoreError> {
    if (entry.state === "signedOut") return new ProcoreError({ kind: "signedOut" });
    if (entry.state === "memoryOnly") return new ProcoreError({ kind: "signedOut", reason: "inAnotherWindow" });
    await this.#break(connectionId, "olderCopy");
    return new ProcoreError({ kind: "signedOut", reason: "olderCopy" });
  }

  async #storedOrNothing(connectionId: string): Promise<StoredTokenSet | undefined> {
    try {
      return this.#cache.get(connectionId) ?? (await this.#deps.home.session(connectionId));
    } catch (error) {
      // Signing in must work when the store does not answer; a value of a newer version is not ours to replace.
      if (failureOf(error)?.kind === "storage") return undefined;
      throw error;
    }
  }

  async #renewed(
    wanted: Connection,
    connection: Connection,
    stale: StoredTokenSet,
    signal: AbortSignal | undefined,
  ): Promise<Secret> {
    const { tokens } = await waitFor(this.#renew(connection, stale), signal);
    // While it was renewed, the connection may have been signed in again at other addresses.
    this.#usable(wanted);
    return tokens.accessToken;
  }

  #renew(connection: Connection, stale: StoredTokenSet): Promise<StoredTokenSet> {
    const running = this.#renewals.get(connection.id);
    if (running !== undefined) return running;
    const renewal = this.#refresh(connection, stale).finally(() => this.#renewals.delete(connection.id));
    // The call goes on when everybody stopped waiting; its failure is then nobody's.
    renewal.catch(noop);
    this.#renewals.set(connection.id, renewal);
    return renewal;
  }

  #refresh(connection: Connection, stale: StoredTokenSet): Promise<StoredTokenSet> {
    return this.#deps.locks.hold(lockName(connection.id), (stillHeld) =>
      this.#refreshAlone(connection, stale, stillHeld),
    );
  }

  async #refreshAlone(connection: Connection, stale: StoredTokenSet, stillHeld: StillHeld): Promise<StoredTokenSet> {
    const { id } = connection;
    this.forgetCached(id);
    await this.#forgetOvertaken(id);
    const newest = await this.#newest(connection);
    if (isNewer(newest, stale)) return newest;
    const { generation, rotation, tokens } = newest;
    if (tokens.refreshToken === undefined) throw await this.#unrenewable(connection, tokens);
    const app = await this.#app(connection);
    // A process that was stopped meanwhile may have been overtaken: whoever has the lock now writes and sends.
    await assertHeld(stillHeld);
    await this.#deps.ledger.write(id, { generation, rotation, state: "spending" });
    await assertHeld(stillHeld);
    let renewed: TokenSet;
    try {
      renewed = await this.#deps.tokenEndpoint.refresh(app, tokens.refreshToken);
    } catch (error) {
      return await this.#refreshFailed(connection, newest, { error, stillHeld });
    }
    if (await this.#isOver(id, generation)) {
      await this.#revokeStray(id, app, renewed);
      throw new ProcoreError({ kind: "signedOut" });
    }
    // RFC 6749 section 6: an answer without a refresh token leaves the old one in force.
    const complete = { ...renewed, refreshToken: renewed.refreshToken ?? tokens.refreshToken };
    const next = { generation, rotation: rotation + 1, tokens: complete };
    await this.#keep(id, next, "renewal");
    await this.#note(id, {
      session: activeSession(complete),
      clockSkewMs: complete.clockSkewMs,
      lastRefreshAt: this.#deps.clock.now(),
      lastFailure: undefined,
    });
    return next;
  }

  /**
   * What only this window's memory has may be older than what another window stored since, e.g. at a sign-in: it is
   * neither spent nor written over that. Generation 0 is beside something that cannot be read, and of no order.
   */
  async #forgetOvertaken(connectionId: string): Promise<void> {
    const kept = this.#cache.get(connectionId);
    if (kept === undefined || kept.generation === 0) return;
    const entry = await this.#deps.ledger.read(connectionId);
    if (entry !== undefined && isAhead(entry, kept)) this.forgetCached(connectionId, "all");
  }

  /** Did somebody sign in or out while the refresh was on its way? Who cannot look keeps the only pair that works. */
  async #isOver(connectionId: string, generation: number): Promise<boolean> {
    try {
      const entry = await this.#deps.ledger.read(connectionId);
      // "spending" was written before: an entry that is gone was removed with its connection.
      return entry === undefined || entry.generation > generation;
    } catch {
      return false;
    }
  }

  async #revokeStray(connectionId: string, app: OAuthApp, tokens: TokenSet): Promise<void> {
    try {
      await this.#deps.tokenEndpoint.revoke(app, tokens.accessToken);
    } catch (error) {
      this.#strays.set(connectionId, error);
    }
  }

  async #unrenewable(connection: Connection, tokens: TokenSet): Promise<ProcoreError> {
    if (this.#serverNow(connection) >= tokens.expiresAt) await this.#break(connection.id, "noRefreshToken");
    return new ProcoreError({ kind: "signedOut", reason: "noRefreshToken" });
  }

  /** Only `invalid_grant` for the newest refresh token ends a session; everything else is tried again when needed. */
  async #refreshFailed(
    connection: Connection,
    used: StoredTokenSet,
    { error, stillHeld }: { readonly error: unknown; readonly stillHeld: StillHeld },
  ): Promise<StoredTokenSet> {
    const { id } = connection;
    const failure = failureOf(error);
    if (await this.#isOver(id, used.generation)) throw new ProcoreError({ kind: "signedOut" }, { cause: error });
    if (failure?.kind === "signedOut") {
      const stored = this.#memoryOnly.has(id) ? undefined : await this.#deps.home.session(id);
      if (stored !== undefined && isNewer(stored, used)) {
        this.#cache.set(id, stored);
        return stored;
      }
      // Who was overtaken while it sent spent what another window had spent before; that one's pair is on its way.
      await assertHeld(stillHeld);
      this.forgetCached(id, "all");
      await this.#deps.home.deleteSession(id).catch(this.#deps.onTrouble);
      await this.#break(id, "refreshTokenSpent");
    } else if (failure?.kind === "credentialsRejected") {
      await this.#break(id, "credentialsRejected");
    } else {
      await this.#note(id, { lastFailure: { at: this.#deps.clock.now(), message: wordsOf(error) } });
    }
    throw error;
  }

  async #break(connectionId: string, reason: BrokenReason): Promise<void> {
    await this.#note(connectionId, (connection) => {
      if (connection.session.kind !== "active") return undefined;
      const failure: Failure =
        reason === "credentialsRejected" ? rejectedFailure(connection) : { kind: "signedOut", reason };
      const lastFailure = { at: this.#deps.clock.now(), message: advice(failure).message };
      return { session: { kind: "broken", reason }, lastFailure };
    });
  }

  /** Writes into the list; trouble with the list is told, but fails no request and hides no other error. */
  async #note(...change: Parameters<Connections["change"]>): Promise<void> {
    try {
      await this.#deps.connections.change(...change);
    } catch (error) {
      this.#deps.onTrouble(error);
    }
  }

  /** Stores, then uses. When the home does not take it, the session goes on in memory and somebody is told. */
  async #keep(
    connectionId: string,
    session: StoredTokenSet,
    occasion: "signIn" | "renewal",
    clientSecret?: Secret,
  ): Promise<void> {
    const { generation, rotation } = session;
    let state: "stored" | "memoryOnly" = "stored";
    try {
      if (clientSecret !== undefined) await this.#deps.vault.putClientSecret(connectionId, clientSecret);
      await this.#deps.home.putSession(connectionId, session, occasion);
      this.#memoryOnly.delete(connectionId);
    } catch (error) {
      // Said when it begins, not at every renewal.
      if (!this.#memoryOnly.has(connectionId)) this.#deps.onTrouble(error);
      this.#memoryOnly.set(connectionId, clientSecret ?? this.#memoryOnly.get(connectionId));
      state = "memoryOnly";
    }
    this.#cache.set(connectionId, session);
    await this.#deps.ledger.write(connectionId, { generation, rotation, state }).catch(this.#deps.onTrouble);
  }

  /** Keeps the first tokens of a sign-in; gives those that were there before. */
  async #keepFirst(connectionId: string, tokens: TokenSet, secret: Secret): Promise<StoredTokenSet | undefined> {
    this.#strays.delete(connectionId);
    try {
      const before = await this.#storedOrNothing(connectionId);
      const entry = await this.#deps.ledger.read(connectionId);
      const generation = Math.max(before?.generation ?? 0, entry?.generation ?? 0) + 1;
      await this.#keep(connectionId, { generation, rotation: 0, tokens }, "signIn", secret);
      return before;
    } catch (error) {
      // What a newer version stored is not overwritten: the new session lives in this window's memory.
      this.#memoryOnly.set(connectionId, secret);
      this.#cache.set(connectionId, { generation: 0, rotation: 0, tokens });
      this.#deps.onTrouble(error);
      return undefined;
    }
  }

  async #abandon(connection: Connection, tokens: TokenSet, clientSecret: Secret): Promise<void> {
    this.forgetCached(connection.id, "all");
    await this.purge(connection.id).catch(this.#deps.onTrouble);
    await this.#deps.tokenEndpoint.revoke(appOf(connection, clientSecret), tokens.accessToken).catch(noop);
  }

  async #revoke(connection: Connection): Promise<Revocation> {
    const { id } = connection;
    try {
      if (this.#strays.has(id)) return { kind: "notTold", error: this.#strays.get(id) };
      // Another window may have renewed: the newest pair is the one to end.
      this.forgetCached(id);
      const stored = this.#cache.get(id) ?? (await this.#deps.home.session(id));
      if (stored === undefined) return { kind: "nothingToRevoke" };
      this.#deps.checkAddresses(connection);
      const app = await this.#app(connection);
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

const appOf = ({ environment, origins, clientId }: Connection, clientSecret: Secret): OAuthApp => ({
  environmentLabel: environment.label,
  loginOrigin: origins.login,
  clientId,
  clientSecret,
});

const activeSession = (tokens: TokenSet): Session => ({
  kind: "active",
  expiresAt: tokens.expiresAt,
  renewable: tokens.refreshToken !== undefined,
});

const rejectedFailure = ({ environment, origins }: Connection): Failure => ({
  kind: "credentialsRejected",
  environment: environment.label,
  host: new URL(origins.login).host,
});

async function assertHeld(stillHeld: StillHeld): Promise<void> {
  if ((await stillHeld()) === "lost") throw new ProcoreError({ kind: "sessionBusy" });
}

const lockName = (connectionId: string): string => `sessions/${connectionId}`;

const isAhead = (entry: LedgerEntry, stored: StoredTokenSet): boolean =>
  entry.generation > stored.generation || (entry.generation === stored.generation && entry.rotation > stored.rotation);

const isNewer = (one: StoredTokenSet, other: StoredTokenSet): boolean =>
  one.generation > other.generation || (one.generation === other.generation && one.rotation > other.rotation);

const failureOf = (error: unknown): Failure | undefined => (error instanceof ProcoreError ? error.failure : undefined);

const wordsOf = (error: unknown): string =>
  error instanceof ProcoreError
    ? error.message
    : "Something went wrong inside Procore Explorer. The log has the details.";

/** Trouble of the way, not of the session. */
const isPassing = (error: unknown): boolean =>
  ["network", "http", "rateLimited", "unexpectedReply"].includes(failureOf(error)?.kind ?? "");

/** The failure of `work`, or undefined when it went well. */
async function settled(work: Promise<unknown>): Promise<{ readonly error: unknown } | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** Runs every step, also past one that fails, and then rejects with the first failure. */
async function inOrder(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
