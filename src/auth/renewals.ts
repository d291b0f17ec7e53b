import { secondMs, type Clock } from "../core/clock.ts";
import { ProcoreError } from "../core/errors.ts";
import type { OAuthApp, TokenEndpoint } from "../core/oauth/tokenEndpoint.ts";
import { isNewer, type StoredTokenSet, type TokenSet } from "../core/oauth/tokenSet.ts";
import type { Connection } from "../core/session.ts";
import type { Locks, StillHeld } from "../platform/locks.ts";
import type { Connections } from "./connections.ts";
import type { Ledger } from "./ledger.ts";
import type { Revocations } from "./revocations.ts";
import type { SessionHome } from "./sessionHome.ts";
import type { SessionNotes } from "./sessionNotes.ts";
import { activeSession, assertSameAddresses, endedLongAgo, failureOf, lockName, wordsOf } from "./sessionStates.ts";
import type { TokenForgetting } from "./tokenForgetting.ts";
import type { TokenKeeping } from "./tokenKeeping.ts";
import type { ThisWindow, TokenStore, TokenStoreDependencies } from "./tokenStore.ts";
import type { WindowTokens } from "./windowTokens.ts";

export interface RenewalDependencies {
  readonly connections: Connections;
  readonly store: TokenStore;
  readonly keeping: TokenKeeping;
  readonly forgetting: TokenForgetting;
  readonly memory: WindowTokens;
  readonly notes: SessionNotes;
  readonly home: SessionHome;
  readonly ledger: Ledger;
  readonly locks: Locks;
  readonly tokenEndpoint: TokenEndpoint;
  readonly clock: Clock;
  readonly window: ThisWindow;
  /**
   * `secretsOnly`: windows on other machines may use the same secrets under locks of their own, as those do whose
   * extensions run on different remote machines behind one desktop. Default `lock`.
   */
  readonly sharing?: "lock" | "secretsOnly" | undefined;
  readonly onStored?: TokenStoreDependencies["onStored"];
  readonly revocations: Revocations;
  readonly onTrouble: (error: unknown) => void;
}

/** How long to look for the pair that a window elsewhere is about to store, and how often. */
const rereadMs = 5 * secondMs;
const rereadPauseMs = 500;

/**
 * One renewal is in flight per connection, in all windows together: it holds the connection's lock, reads again what
 * others did, writes "spending" into the ledger, sends, stores, writes "stored". It belongs to the connection: a caller
 * that stops waiting does not stop it. One that ends under an older generation (somebody signed in or out, because the
 * lock was taken over or nobody waited) stores nothing and revokes what it got.
 *
 * A service account has no refresh token: its renewal is a new token call with the app's keys. It takes the same way,
 * so that windows share one token and signing out finds the newest one. Its "spending" burns nothing: after a lost
 * answer the next need asks again, and only refused keys end it.
 */
export class Renewals {
  readonly #deps: RenewalDependencies;
  readonly #renewals = new Map<string, Promise<StoredTokenSet>>();

  constructor(deps: RenewalDependencies) {
    this.#deps = deps;
  }

  /** Renews, or joins the renewal that is on its way. Rejects with why there is no newer pair. */
  renew(connection: Connection, stale: StoredTokenSet): Promise<StoredTokenSet> {
    const running = this.#renewals.get(connection.id);
    if (running !== undefined) return running;
    const renewal = this.#refresh(connection, stale).finally(() => this.#renewals.delete(connection.id));
    // The call goes on when everybody stopped waiting; its failure is then nobody's.
    renewal.catch(noop);
    this.#renewals.set(connection.id, renewal);
    return renewal;
  }

  async #refresh(connection: Connection, stale: StoredTokenSet): Promise<StoredTokenSet> {
    const turn = (stillHeld: StillHeld): Promise<StoredTokenSet | "overtaken"> =>
      this.#refreshAlone(connection, stale, stillHeld);
    // A machine that slept, or a person's Take Over: nothing was sent, so it begins anew, once.
    for (let tries = 1; tries <= 2; tries += 1) {
      const renewed = await this.#deps.locks.hold(lockName(connection.id), turn);
      if (renewed !== "overtaken") return renewed;
    }
    throw new ProcoreError({ kind: "sessionOvertaken" });
  }

  async #refreshAlone(
    wanted: Connection,
    stale: StoredTokenSet,
    stillHeld: StillHeld,
  ): Promise<StoredTokenSet | "overtaken"> {
    const { memory, store, keeping, forgetting, notes } = this.#deps;
    const { id } = wanted;
    const listed = await notes.listed(id);
    // Who found it spent may not have lived to delete it.
    if (listed === "spent") throw new ProcoreError({ kind: "signedOut", reason: "refreshTokenSpent" });
    // Whoever signed out did not wait for a turn at the lock, and ends these tokens in it.
    if (listed === "signedOut") throw new ProcoreError({ kind: "signedOut" });
    // Removed while this window waited: nothing of it may come back.
    if (listed === "removed") {
      this.#deps.revocations.retireRemoved(wanted);
      throw new ProcoreError({ kind: "signedOut" });
    }
    const connection = this.#deps.connections.get(id) ?? wanted;
    // Signed in at other addresses while this window waited: those tokens are not for these.
    assertSameAddresses(wanted, connection);
    this.#deps.revocations.retire(connection, await store.forgetOvertaken(id));
    memory.forget(id);
    const newest = await store.newest(connection, "toSpend");
    if (isNewer(newest, stale) && newest.tokens !== endedLongAgo) return newest;
    const { generation, rotation, tokens } = newest;
    const call = this.#callFor(connection, tokens);
    if (call === undefined) throw await this.#unrenewable(connection, newest);
    const app = await store.app(connection);
    // A process that was stopped meanwhile may have been overtaken: whoever has the lock now writes and sends.
    if ((await stillHeld()) === "lost") return "overtaken";
    // Tokens that are in no home stay told as such: others find nothing to spend or to miss.
    const state = memory.isAlone(id) ? "memoryOnly" : "spending";
    if (!memory.isBeside(id)) await this.#deps.ledger.write(id, { generation, rotation, state });
    if ((await stillHeld()) === "lost") return "overtaken";
    let renewed: TokenSet;
    try {
      renewed = await call(app);
    } catch (error) {
      return await this.#refreshFailed(connection, newest, { error, stillHeld });
    }
    // RFC 6749 section 6: an answer without a refresh token leaves the old one in force.
    const complete = { ...renewed, refreshToken: renewed.refreshToken ?? tokens.refreshToken };
    if (await keeping.isOver(id, newest)) return await this.#tooLate(connection, app, complete);
    const next = { generation, rotation: rotation + 1, tokens: complete };
    const kept = await keeping.keep(connection, next, "renewal");
    if (kept === "over" || kept === "superseded") return await this.#tooLate(connection, app, complete);
    if (kept === "stored") this.#deps.onStored?.(id, complete.clockSkewMs, "renewal");
    const noted = await notes.noteRenewal(id, next, {
      session: activeSession(connection, complete),
      clockSkewMs: complete.clockSkewMs,
      lastRefreshAt: this.#deps.clock.now(),
      lastRefreshBy: this.#deps.window.id,
      lastFailure: undefined,
    });
    if (noted === "listed") return next;
    // At the server first: what a window that is killed in between leaves behind is ended by the next one.
    await this.#deps.revocations.giveBack(connection, app, complete);
    // Who was overtaken leaves what is stored to whoever has the lock now.
    if ((await stillHeld()) === "held") await forgetting.drop(id, next).catch(this.#deps.onTrouble);
    throw new ProcoreError({ kind: "signedOut" });
  }

  /** What brings the next tokens; undefined when nothing does. */
  #callFor({ grant }: Connection, { refreshToken }: TokenSet): ((app: OAuthApp) => Promise<TokenSet>) | undefined {
    const { tokenEndpoint } = this.#deps;
    if (grant.kind === "clientCredentials") return (app) => tokenEndpoint.clientCredentials(app);
    return refreshToken === undefined ? undefined : (app) => tokenEndpoint.refresh(app, refreshToken);
  }

  /** Somebody signed in or out while these tokens were on their way, or while they were stored. */
  async #tooLate(connection: Connection, app: OAuthApp, tokens: TokenSet): Promise<never> {
    await this.#deps.revocations.giveBack(connection, app, tokens);
    throw new ProcoreError({ kind: "signedOut" });
  }

  async #unrenewable(connection: Connection, newest: StoredTokenSet): Promise<ProcoreError> {
    const ended = this.#deps.clock.now() + connection.clockSkewMs >= newest.tokens.expiresAt;
    if (ended) await this.#deps.notes.breakSession(connection.id, newest, "noRefreshToken");
    return new ProcoreError({ kind: "signedOut", reason: "noRefreshToken" });
  }

  /** What another window stored meanwhile; where it may have a lock of its own, it gets time to do so. */
  async #newerThan(connectionId: string, used: StoredTokenSet): Promise<StoredTokenSet | undefined> {
    const { store, clock, sharing = "lock" } = this.#deps;
    const patienceMs = sharing === "secretsOnly" ? rereadMs : 0;
    for (let waitedMs = 0; ; waitedMs += rereadPauseMs) {
      const stored = await store.stored({ id: connectionId });
      if (stored !== undefined && isNewer(stored, used)) return stored;
      if (waitedMs >= patienceMs) return undefined;
      await clock.sleep(rereadPauseMs);
    }
  }

  /** Only `invalid_grant` for the newest refresh token ends a session; everything else is tried again when needed. */
  async #refreshFailed(
    connection: Connection,
    used: StoredTokenSet,
    { error, stillHeld }: { readonly error: unknown; readonly stillHeld: StillHeld },
  ): Promise<StoredTokenSet> {
    const { memory, keeping, notes } = this.#deps;
    const { id } = connection;
    const failure = failureOf(error);
    if (await keeping.isOver(id, used)) throw new ProcoreError({ kind: "signedOut" }, { cause: error });
    if (failure?.kind === "signedOut") {
      const stored = memory.isAlone(id) ? undefined : await this.#newerThan(id, used);
      if (stored !== undefined) {
        memory.use(id, stored);
        return stored;
      }
      // Who was overtaken while it sent spent what another window had spent before; that one's pair is on its way.
      if ((await stillHeld()) === "lost") throw new ProcoreError({ kind: "sessionOvertaken" }, { cause: error });
      memory.forget(id, "all");
      // Said before it is done: who finds no tokens then knows why.
      await notes.breakSession(id, used, "refreshTokenSpent");
      await this.#deps.home.deleteSession(id, "tokens", used).catch(this.#deps.onTrouble);
    } else if (failure?.kind === "credentialsRejected") {
      await notes.breakSession(id, used, "credentialsRejected");
    } else {
      await notes.noteAbout(id, used, { lastFailure: { at: this.#deps.clock.now(), message: wordsOf(error) } });
    }
    throw error;
  }
}

const noop = (): void => undefined;
