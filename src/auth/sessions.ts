import { ProcoreError } from "../core/errors.ts";
import type { KeysVerdict, TokenEndpoint } from "../core/oauth/tokenEndpoint.ts";
import { needsRenewal, type StoredTokenSet, type TokenSet } from "../core/oauth/tokenSet.ts";
import type { Secret } from "../core/secret.ts";
import type { Connection, TokenSource } from "../core/session.ts";
import { waitFor } from "../core/waitFor.ts";
import type { Locks, StillHeld } from "../platform/locks.ts";
import { Beginnings } from "./beginnings.ts";
import { listLock } from "./connectionsFile.ts";
import { Endings, type Revocation } from "./endings.ts";
import { Renewals, type RenewalDependencies } from "./renewals.ts";
import { Revocations } from "./revocations.ts";
import type { HomeKind } from "./sessionHome.ts";
import { SessionNotes } from "./sessionNotes.ts";
import {
  assertSameAddresses,
  endedLongAgo,
  handOutsLock,
  isPassing,
  isRenewable,
  isSameServer,
  lockName,
  rejectedFailure,
  settled,
} from "./sessionStates.ts";
import { TokenForgetting } from "./tokenForgetting.ts";
import { TokenKeeping } from "./tokenKeeping.ts";
import { TokenStore, type TokenStoreDependencies } from "./tokenStore.ts";
import { WindowTokens } from "./windowTokens.ts";

export interface SessionsDependencies extends TokenStoreDependencies {
  readonly tokenEndpoint: TokenEndpoint;
  readonly locks: Locks;
  readonly sharing?: RenewalDependencies["sharing"];
  /** Rejects a connection whose addresses are no longer those it signed in with. */
  readonly checkAddresses: (connection: Connection) => void;
  /** Aborted when the window goes. */
  readonly closed: AbortSignal;
}

/** An access token and when it ends: epoch ms, the server's time. */
export type IssuedToken = Pick<TokenSet, "accessToken" | "expiresAt">;

/** What is known of where a session's tokens are. */
export interface Keeping {
  readonly home: HomeKind;
  /** The newest tokens could not be saved: only the memory of this window has them, or that of another. */
  readonly unsaved: "no" | "thisWindow" | "otherWindow";
  /** Since the sign-in; undefined when there is no record of it. */
  readonly renewals: number | undefined;
}

/**
 * The sessions of all connections: a token for a request, signing in and out.
 * `tokenStore.ts` knows where tokens are, `tokenKeeping.ts` and `tokenForgetting.ts` put and delete them;
 * `beginnings.ts`, `renewals.ts` and `endings.ts` are what happens to a session. Signing in and out take the same lock as
 * a renewal and raise the ledger's generation.
 */
export class LoadedSessions implements TokenSource {
  readonly #deps: SessionsDependencies;
  readonly #memory = new WindowTokens();
  readonly #store: TokenStore;
  readonly #keeping: TokenKeeping;
  readonly #forgetting: TokenForgetting;
  readonly #notes: SessionNotes;
  readonly #revocations: Revocations;
  readonly #beginnings: Beginnings;
  readonly #renewals: Renewals;
  readonly #endings: Endings;

  constructor(deps: SessionsDependencies) {
    this.#deps = deps;
    const notes = new SessionNotes(deps);
    const memory = this.#memory;
    const store = new TokenStore(deps, notes, memory);
    const keeping = new TokenKeeping(deps, store, memory);
    const forgetting = new TokenForgetting(deps, store, memory);
    const revocations = new Revocations({ ...deps, memory, store });
    this.#store = store;
    this.#keeping = keeping;
    this.#forgetting = forgetting;
    const parts = { ...deps, memory, store, keeping, forgetting, notes, revocations };
    this.#notes = notes;
    this.#revocations = revocations;
    this.#beginnings = new Beginnings(parts);
    this.#renewals = new Renewals(parts);
    this.#endings = new Endings(parts);
  }

  /**
   * The access token with at least `minLeftMs` before its end: renewed first when less is left and it can be renewed.
   * Whoever gives a token out of hand wants this one, and no other when it cannot be had.
   */
  async longLivedToken(wanted: Connection, minLeftMs: number, signal?: AbortSignal): Promise<IssuedToken> {
    const { connection, stored } = await this.#newest(wanted);
    const leftMs = stored.tokens.expiresAt - this.#serverNow(connection);
    const { session } = connection;
    const renewable = session.kind === "active" && session.renewable;
    if (leftMs >= minLeftMs || (leftMs > 0 && !renewable)) return stored.tokens;
    this.#assertNotRejected(connection);
    return await this.#renewed(wanted, stored, { signal, minLeftMs });
  }

  /** The access token as it is, also past its end; nothing is sent. */
  async presentToken(wanted: Connection): Promise<IssuedToken> {
    return (await this.#newest(wanted)).stored.tokens;
  }

  /** Where the tokens are kept, how that went, and how often they were renewed since the sign-in; reads no secret. */
  async keeping(connectionId: string): Promise<Keeping> {
    const entry = await this.#deps.ledger.read(connectionId);
    const memory = this.#memory.isAlone(connectionId) ? "thisWindow" : "otherWindow";
    return {
      home: this.#deps.home.kind,
      unsaved: entry?.state === "memoryOnly" ? memory : "no",
      renewals: entry?.rotation,
    };
  }

  async accessToken(wanted: Connection, signal?: AbortSignal): Promise<Secret> {
    const { connection, stored } = await this.#newest(wanted);
    const now = this.#serverNow(connection);
    const { tokens } = stored;
    const alive = now < tokens.expiresAt;
    if (isRenewable(connection, tokens) ? !needsRenewal(tokens, now) : alive) return tokens.accessToken;
    this.#assertNotRejected(connection);
    try {
      return (await this.#renewed(wanted, stored, { signal })).accessToken;
    } catch (error) {
      // Renewal starts a little before the end: while the token lives, trouble on the way costs nobody a request.
      if (alive && isPassing(error)) return tokens.accessToken;
      throw error;
    }
  }

  async replaceToken(wanted: Connection, rejected: Secret, signal?: AbortSignal): Promise<Secret> {
    this.forgetCached(this.#usable(wanted).id);
    const { connection, stored } = await this.#newest(wanted);
    const { tokens } = stored;
    // Another window renewed it meanwhile; that token may have come to its end as well.
    if (tokens !== endedLongAgo && !tokens.accessToken.equals(rejected)) return await this.accessToken(wanted, signal);
    this.#assertNotRejected(connection);
    return (await this.#renewed(wanted, stored, { signal })).accessToken;
  }

  /**
   * Does the login service take the app's keys? Tried with a code that cannot exist; no token takes part, so it works
   * for a connection that is signed out as well.
   */
  async checkKeys(wanted: Connection, signal?: AbortSignal): Promise<KeysVerdict> {
    const connection = this.#deps.connections.get(wanted.id);
    if (connection === undefined) throw new ProcoreError({ kind: "signedOut" });
    assertSameAddresses(wanted, connection);
    this.#deps.checkAddresses(connection);
    return await this.#deps.tokenEndpoint.checkCredentials(await this.#store.app(connection), signal);
  }

  /** Renews now, because a person asked. */
  async renewNow(wanted: Connection, signal?: AbortSignal): Promise<void> {
    const { stored } = await this.#newest(wanted);
    await this.#renewed(wanted, stored, { signal });
  }

  /** Keeps an edited client secret, after it was tried; a session that was refused because of the old one goes on. */
  async changeSecret(connectionId: string, clientSecret: Secret): Promise<"stored" | "memoryOnly"> {
    const turn = async (stillHeld: StillHeld): Promise<"stored" | "memoryOnly" | "overtaken"> => {
      await this.assertMayStore();
      this.#memory.forget(connectionId);
      const connection = this.#deps.connections.get(connectionId);
      if (connection === undefined) throw new ProcoreError({ kind: "signedOut" });
      this.#revocations.retire(connection, await this.#store.forgetOvertaken(connectionId));
      return await this.#keeping.keepSecret(connection, clientSecret, stillHeld);
    };
    // A keyring that asked the person for a password, or a person's Take Over: nothing was kept, so it begins anew, once.
    for (let tries = 1; tries <= 2; tries += 1) {
      const kept = await this.#deps.locks.hold(lockName(connectionId), turn);
      if (kept === "overtaken") continue;
      const session = this.#deps.connections.get(connectionId)?.session;
      const isRejected = session?.kind === "broken" && session.reason === "credentialsRejected";
      if (isRejected) await this.#store.resume(connectionId, session.reason);
      return kept;
    }
    throw new ProcoreError({ kind: "sessionOvertaken" });
  }

  /**
   * Rejects when what this window stores would replace secrets of another window that it has never seen. Asked before a
   * person is asked for anything that would have to be stored.
   */
  async assertMayStore(): Promise<void> {
    await this.#store.assertFreshSecrets();
  }

  /** A person's Take Over, of a window that holds the session, its record or the list, and does not answer. */
  async takeOver(connectionId: string, signal?: AbortSignal): Promise<void> {
    await this.#deps.locks.takeOver(lockName(connectionId), signal, [listLock, handOutsLock(connectionId)]);
  }

  /** Keeps the tokens of a sign-in and lists them; gives the connection's id there. See `Beginnings#begin`. */
  async begin(connection: Connection, tokens: TokenSet, clientSecret: Secret): Promise<string | undefined> {
    return await this.#beginnings.begin(connection, { tokens, clientSecret });
  }

  /** Ends the pair of a sign-in that is not kept; rejects when the server cannot be told. */
  async discard(connection: Connection, tokens: TokenSet, clientSecret: Secret): Promise<void> {
    await this.#beginnings.discard(connection, { tokens, clientSecret });
  }

  /** Signs out: tells the server when it can be reached, and forgets the tokens in any case. See `Endings#end`. */
  async end(connectionId: string, signal?: AbortSignal): Promise<Revocation> {
    return await this.#endings.end(connectionId, signal);
  }

  /** Signs out, then drops everything that is kept of the connection, also its place in the list. */
  async remove(connectionId: string, signal?: AbortSignal): Promise<Revocation> {
    return await this.#endings.remove(connectionId, signal);
  }

  /**
   * Goes on with sign-outs whose windows closed before their turns at the lock came. For the first use of sessions in a
   * window: nothing is read or sent before.
   */
  async finishSignOuts(): Promise<void> {
    await settled(this.#deps.connections.load());
    await Promise.all(this.#deps.connections.current.connections.map(({ id }) => this.#endings.finish(id)));
  }

  /**
   * Deletes what is kept of a connection that is in no list any more, because the window that removed it closed before
   * its turn at the lock came. `kept`: it is listed after all, or this window may not delete all of it.
   */
  async forgetUnlisted(connectionId: string): Promise<"forgotten" | "kept"> {
    return await this.#deps.locks.hold(lockName(connectionId), async () => {
      // Who signs in puts the connection into the list in such a turn. A list that cannot be read tells nothing.
      await this.#deps.connections.load();
      if (this.#deps.connections.get(connectionId) !== undefined) return "kept";
      return (await this.#forgetting.purge(connectionId, await this.#forgetting.extentOf("all"))) === "purged"
        ? "forgotten"
        : "kept";
    });
  }

  /**
   * Drops a session without telling a server: for tokens that no server knows any longer. `gone` is the connection that
   * got them; where another window signed it in to another server meanwhile, that session stays.
   */
  async forget(gone: Connection): Promise<void> {
    await this.#deps.locks.hold(lockName(gone.id), async () => {
      const listed = await this.#notes.fresh(gone.id);
      if (listed === undefined || isSameServer(listed, gone)) await this.#forgetting.drop(gone.id);
    });
  }

  /** Another window may have written: what is in memory is read again at the next need. */
  forgetCached(connectionId: string): void {
    this.#memory.forget(connectionId);
  }

  /** The newest tokens; also after they were read, the addresses must be those that the caller knows. */
  async #newest(wanted: Connection): Promise<{ readonly connection: Connection; readonly stored: StoredTokenSet }> {
    const stored = await this.#store.newest(this.#usable(wanted));
    return { connection: this.#usable(wanted), stored };
  }

  /** The connection as it is listed now; its addresses must be those that the caller is about to send to. */
  #usable(wanted: Connection): Connection {
    const connection = this.#deps.connections.get(wanted.id);
    if (connection === undefined || connection.session.kind === "signedOut") {
      throw new ProcoreError({ kind: "signedOut" });
    }
    assertSameAddresses(wanted, connection);
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

  /** Tokens newer than `stale` with so much left, as far as the server gives that much. */
  async #renewed(
    wanted: Connection,
    stale: StoredTokenSet,
    { signal, minLeftMs = 1 }: { readonly signal: AbortSignal | undefined; readonly minLeftMs?: number },
  ): Promise<TokenSet> {
    const renewed = await waitFor(this.#renewals.renew(this.#usable(wanted), stale), signal);
    // While it was renewed, the connection may have been signed in again at other addresses.
    const connection = this.#usable(wanted);
    const { tokens } = renewed;
    const leftMs = tokens.expiresAt - this.#serverNow(connection);
    const isEnough = leftMs >= Math.min(minLeftMs, tokens.lifetimeMs);
    if (isEnough || (leftMs > 0 && !isRenewable(connection, tokens))) return tokens;
    // Another window's pair, from a while ago.
    const again = await waitFor(this.#renewals.renew(connection, renewed), signal);
    this.#usable(wanted);
    return again.tokens;
  }
}

/** What the rest of the product calls; `lazySessions.ts` loads the class behind it at the first need. */
export type Sessions = {
  readonly [Method in Exclude<keyof LoadedSessions, "finishSignOuts">]: LoadedSessions[Method];
};
