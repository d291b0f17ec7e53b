import type { Clock } from "../core/clock.ts";
import { ProcoreError } from "../core/errors.ts";
import type { OAuthApp, TokenEndpoint } from "../core/oauth/tokenEndpoint.ts";
import type { StoredTokenSet, TokenSet } from "../core/oauth/tokenSet.ts";
import type { Connection } from "../core/session.ts";
import type { Locks, StillHeld } from "../platform/locks.ts";
import type { Ledger } from "./ledger.ts";
import type { SessionHome } from "./sessionHome.ts";
import { activeSession, failureOf, isNewer, lockName, wordsOf } from "./sessionStates.ts";
import type { ThisWindow, TokenStore } from "./tokenStore.ts";

export interface RenewalDependencies {
  readonly store: TokenStore;
  readonly home: SessionHome;
  readonly ledger: Ledger;
  readonly locks: Locks;
  readonly tokenEndpoint: TokenEndpoint;
  readonly clock: Clock;
  readonly window: ThisWindow;
  readonly onTrouble: (error: unknown) => void;
}

/**
 * One renewal is in flight per connection, in all windows together: it holds the connection's lock, reads again what
 * others did, writes "spending" into the ledger, sends, stores, writes "stored". It belongs to the connection: a caller
 * that stops waiting does not stop it. One that ends under an older generation (somebody signed in or out, because the
 * lock was taken over or nobody waited) stores nothing and revokes what it got.
 */
export class Renewals {
  readonly #deps: RenewalDependencies;
  readonly #renewals = new Map<string, Promise<StoredTokenSet>>();
  /** Pairs that came too late to be stored and could not be revoked either. */
  readonly #strays = new Map<string, unknown>();

  constructor(deps: RenewalDependencies) {
    this.#deps = deps;
  }

  /** Why a pair lives on at the server that nobody keeps; undefined when there is none. */
  strayOf(connectionId: string): { readonly error: unknown } | undefined {
    return this.#strays.has(connectionId) ? { error: this.#strays.get(connectionId) } : undefined;
  }

  /** A new sign-in: what was left behind before it is no news any longer. */
  forgetStray(connectionId: string): void {
    this.#strays.delete(connectionId);
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

  #refresh(connection: Connection, stale: StoredTokenSet): Promise<StoredTokenSet> {
    return this.#deps.locks.hold(lockName(connection.id), (stillHeld) =>
      this.#refreshAlone(connection, stale, stillHeld),
    );
  }

  async #refreshAlone(connection: Connection, stale: StoredTokenSet, stillHeld: StillHeld): Promise<StoredTokenSet> {
    const { store } = this.#deps;
    const { id } = connection;
    store.forgetCached(id);
    await store.forgetOvertaken(id);
    const newest = await store.newest(connection);
    if (isNewer(newest, stale)) return newest;
    const { generation, rotation, tokens } = newest;
    if (tokens.refreshToken === undefined) throw await this.#unrenewable(connection, tokens);
    const app = await store.app(connection);
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
    await store.keep(id, next, "renewal");
    await store.note(id, {
      session: activeSession(complete),
      clockSkewMs: complete.clockSkewMs,
      lastRefreshAt: this.#deps.clock.now(),
      lastRefreshBy: this.#deps.window.id,
      lastFailure: undefined,
    });
    return next;
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
    const ended = this.#deps.clock.now() + connection.clockSkewMs >= tokens.expiresAt;
    if (ended) await this.#deps.store.breakSession(connection.id, "noRefreshToken");
    return new ProcoreError({ kind: "signedOut", reason: "noRefreshToken" });
  }

  /** Only `invalid_grant` for the newest refresh token ends a session; everything else is tried again when needed. */
  async #refreshFailed(
    connection: Connection,
    used: StoredTokenSet,
    { error, stillHeld }: { readonly error: unknown; readonly stillHeld: StillHeld },
  ): Promise<StoredTokenSet> {
    const { store } = this.#deps;
    const { id } = connection;
    const failure = failureOf(error);
    if (await this.#isOver(id, used.generation)) throw new ProcoreError({ kind: "signedOut" }, { cause: error });
    if (failure?.kind === "signedOut") {
      const stored = store.isMemoryOnly(id) ? undefined : await store.stored(id);
      if (stored !== undefined && isNewer(stored, used)) {
        store.adopt(id, stored);
        return stored;
      }
      // Who was overtaken while it sent spent what another window had spent before; that one's pair is on its way.
      await assertHeld(stillHeld);
      store.forgetCached(id, "all");
      await this.#deps.home.deleteSession(id).catch(this.#deps.onTrouble);
      await store.breakSession(id, "refreshTokenSpent");
    } else if (failure?.kind === "credentialsRejected") {
      await store.breakSession(id, "credentialsRejected");
    } else {
      await store.note(id, { lastFailure: { at: this.#deps.clock.now(), message: wordsOf(error) } });
    }
    throw error;
  }
}

const noop = (): void => undefined;

async function assertHeld(stillHeld: StillHeld): Promise<void> {
  if ((await stillHeld()) === "lost") throw new ProcoreError({ kind: "sessionBusy" });
}
