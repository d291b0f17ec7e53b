import { secondMs, type Clock } from "../core/clock.ts";
import { advice, ProcoreError, type Failure } from "../core/errors.ts";
import type { OAuthApp } from "../core/oauth/tokenEndpoint.ts";
import type { StoredTokenSet, TokenSet } from "../core/oauth/tokenSet.ts";
import type { Secret } from "../core/secret.ts";
import type { Connection, Session } from "../core/session.ts";
import type { Connections } from "./connections.ts";
import type { Ledger, LedgerEntry } from "./ledger.ts";
import type { SessionHome } from "./sessionHome.ts";
import { activeSession, appOf, failureOf, isAhead, rejectedFailure } from "./sessionStates.ts";
import type { Vault } from "./vault.ts";

/** This window, as long as it lives: an id it made up, and when it was opened (epoch ms). */
export interface ThisWindow {
  readonly id: string;
  readonly openedAt: number;
}

export interface TokenStoreDependencies {
  readonly connections: Connections;
  readonly vault: Vault;
  readonly home: SessionHome;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly window: ThisWindow;
  /** Hears of trouble that stops nothing, e.g. a keyring that did not take a renewed session. */
  readonly onTrouble: (error: unknown) => void;
}

type BrokenReason = Extract<Session, { kind: "broken" }>["reason"];

/**
 * The tokens that are known, wherever they are: in their home, with the ledger beside it, and in this window's memory.
 * Says why there are none, and writes into the list of connections what became of them. Sends nothing.
 */
export class TokenStore {
  readonly #deps: TokenStoreDependencies;
  readonly #cache = new Map<string, StoredTokenSet>();
  /** Sessions whose newest tokens the home did not take; memory is then newer than the home, the secret too. */
  readonly #memoryOnly = new Map<string, Secret | undefined>();

  constructor(deps: TokenStoreDependencies) {
    this.#deps = deps;
  }

  /** Client ID, secret and login host of a connection, for token calls. */
  async app(connection: Connection): Promise<OAuthApp> {
    const secret = this.#memoryOnly.get(connection.id) ?? (await this.#deps.vault.clientSecret(connection.id));
    if (secret === undefined) throw new ProcoreError({ kind: "signedOut", reason: "notKept" });
    return appOf(connection, secret);
  }

  /** The newest tokens known, from memory or their home. */
  async newest(connection: Connection): Promise<StoredTokenSet> {
    const { id, session } = connection;
    const cached = this.#cache.get(id);
    if (cached !== undefined) return cached;
    const stored = await this.#deps.home.session(id);
    if (stored === undefined) throw await this.#missing(connection);
    const entry = await this.#deps.ledger.read(id);
    if (entry !== undefined && isAhead(entry, stored)) throw await this.#outdated(id, entry);
    this.#cache.set(id, stored);
    await this.#noteReadBack(connection, stored.tokens);
    // The store has it after all: a keyring that was locked, a window that was quicker.
    if (session.kind === "broken" && session.reason === "notKept") await this.resume(id);
    return stored;
  }

  /** Tokens from before this window was opened came back: the store keeps what it gets. Once for each sign-in. */
  async #noteReadBack({ id, readBackAt, clockSkewMs }: Connection, tokens: TokenSet): Promise<void> {
    if (readBackAt !== undefined) return;
    // Clocks that agree within five seconds count as equal (core/http/headers.ts).
    const issuedAt = tokens.expiresAt - tokens.lifetimeMs - clockSkewMs + 5 * secondMs;
    if (issuedAt < this.#deps.window.openedAt) await this.note(id, { readBackAt: this.#deps.clock.now() });
  }

  /** The stored tokens; undefined also when the store does not answer. */
  async #storedOrNothing(connectionId: string): Promise<StoredTokenSet | undefined> {
    try {
      return await this.present(connectionId);
    } catch (error) {
      // Signing in must work when the store does not answer; a value of a newer version is not ours to replace.
      if (failureOf(error)?.kind === "storage") return undefined;
      throw error;
    }
  }

  /** Stores, then uses. When the home does not take it, the session goes on in memory and somebody is told. */
  async keep(
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
  async keepFirst(connectionId: string, tokens: TokenSet, secret: Secret): Promise<StoredTokenSet | undefined> {
    try {
      const before = await this.#storedOrNothing(connectionId);
      const entry = await this.#deps.ledger.read(connectionId);
      const generation = Math.max(before?.generation ?? 0, entry?.generation ?? 0) + 1;
      await this.keep(connectionId, { generation, rotation: 0, tokens }, "signIn", secret);
      return before;
    } catch (error) {
      // What a newer version stored is not overwritten: the new session lives in this window's memory.
      this.#memoryOnly.set(connectionId, secret);
      this.#cache.set(connectionId, { generation: 0, rotation: 0, tokens });
      this.#deps.onTrouble(error);
      return undefined;
    }
  }

  /** Forgets the tokens; the list and the ledger say signed out. */
  async clear(connectionId: string): Promise<void> {
    this.forgetCached(connectionId, "all");
    await inOrder([
      () => this.#raiseGeneration(connectionId),
      () => this.#deps.home.deleteSession(connectionId),
      () => this.#deps.connections.change(connectionId, { session: { kind: "signedOut" }, lastFailure: undefined }),
    ]);
  }

  /** Says signed out in the ledger: what a renewal on its way brings is then too late. */
  async #raiseGeneration(connectionId: string): Promise<void> {
    const generation = ((await this.#deps.ledger.read(connectionId))?.generation ?? 0) + 1;
    await this.#deps.ledger.write(connectionId, { generation, rotation: 0, state: "signedOut" });
  }

  /** Drops tokens that no server knows any longer. */
  async drop(connectionId: string): Promise<void> {
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

  /**
   * What only this window's memory has may be older than what another window stored since, e.g. at a sign-in: it is
   * neither spent nor written over that. Generation 0 is beside something that cannot be read, and of no order.
   */
  async forgetOvertaken(connectionId: string): Promise<void> {
    const kept = this.#cache.get(connectionId);
    if (kept === undefined || kept.generation === 0) return;
    const entry = await this.#deps.ledger.read(connectionId);
    if (entry !== undefined && isAhead(entry, kept)) this.forgetCached(connectionId, "all");
  }

  /** Says in the list why the session needs a person. */
  async breakSession(connectionId: string, reason: BrokenReason): Promise<void> {
    await this.note(connectionId, (connection) => {
      if (connection.session.kind !== "active") return undefined;
      const failure: Failure =
        reason === "credentialsRejected" ? rejectedFailure(connection) : { kind: "signedOut", reason };
      const lastFailure = { at: this.#deps.clock.now(), message: advice(failure).message };
      return { session: { kind: "broken", reason }, lastFailure };
    });
  }

  /** Writes into the list; trouble with the list is told, but fails no request and hides no other error. */
  async note(...change: Parameters<Connections["change"]>): Promise<void> {
    try {
      await this.#deps.connections.change(...change);
    } catch (error) {
      this.#deps.onTrouble(error);
    }
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
    await this.breakSession(id, "notKept");
    return new ProcoreError({ kind: "signedOut", reason: "notKept" });
  }

  /** The ledger knows newer tokens than the home holds: what is there was used before and is never spent again. */
  async #outdated(connectionId: string, entry: LedgerEntry): Promise<ProcoreError> {
    if (entry.state === "signedOut") return new ProcoreError({ kind: "signedOut" });
    if (entry.state === "memoryOnly") return new ProcoreError({ kind: "signedOut", reason: "inAnotherWindow" });
    await this.breakSession(connectionId, "olderCopy");
    return new ProcoreError({ kind: "signedOut", reason: "olderCopy" });
  }

  /** After the client secret was mended, or the store has the session again: it goes on. */
  async resume(connectionId: string): Promise<void> {
    const stored = await this.#storedOrNothing(connectionId);
    if (stored === undefined) return;
    await this.#deps.connections.change(connectionId, ({ session }) =>
      session.kind === "broken" ? { session: activeSession(stored.tokens), lastFailure: undefined } : undefined,
    );
  }

  /** Does only this window have the newest tokens? */
  isMemoryOnly(connectionId: string): boolean {
    return this.#memoryOnly.has(connectionId);
  }

  /** A newer pair that another window stored. */
  adopt(connectionId: string, stored: StoredTokenSet): void {
    this.#cache.set(connectionId, stored);
  }

  /** The tokens in their home, past what is in memory. */
  async stored(connectionId: string): Promise<StoredTokenSet | undefined> {
    return await this.#deps.home.session(connectionId);
  }

  /** The tokens in memory, else those in their home, whatever the ledger says of them. */
  async present(connectionId: string): Promise<StoredTokenSet | undefined> {
    return this.#cache.get(connectionId) ?? (await this.stored(connectionId));
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
