import * as l10n from "@vscode/l10n";
import { secondMs, type Clock } from "../core/clock.ts";
import { ProcoreError } from "../core/errors.ts";
import type { OAuthApp } from "../core/oauth/tokenEndpoint.ts";
import { isNewer, newestOrder, type StoredTokenSet, type TokenOrder, type TokenSet } from "../core/oauth/tokenSet.ts";
import type { Secret } from "../core/secret.ts";
import type { Connection } from "../core/session.ts";
import type { StillHeld } from "../platform/locks.ts";
import type { Connections } from "./connections.ts";
import type { Keyring } from "../core/keyring.ts";
import { Absence } from "./absence.ts";
import type { Ledger, LedgerEntry } from "./ledger.ts";
import type { MissingKeys } from "./missingKeys.ts";
import type { Occasion, SessionHome } from "./sessionHome.ts";
import { signedOutUpTo, type BrokenReason, type SessionNotes } from "./sessionNotes.ts";
import { activeSession, appOf, endedLongAgo, failureOf, settled } from "./sessionStates.ts";
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
  readonly missingKeys: MissingKeys;
  readonly keyring?: Keyring | undefined;
  /** Hears when tokens that just came from the server are in their home; `skewMs` is its clock minus this machine's. */
  readonly onStored?: (connection: string, skewMs: number) => void;
  /** Hears of trouble that stops nothing, e.g. a keyring that did not take a renewed session. */
  readonly onTrouble: (error: unknown) => void;
}

/** A pair that only this window had when another sign-in replaced it, and the secret where only this window had that. */
export interface Overtaken {
  readonly tokens: TokenSet;
  readonly clientSecret: Secret | undefined;
  /** The login service that made the pair: it is sent to no other. */
  readonly loginOrigin: string;
}

/** The tokens of a sign-in, as they were kept, and those that were in use before. */
export interface KeptFirst {
  readonly order: TokenOrder;
  readonly replaced: StoredTokenSet | undefined;
}

/** What is known of a session that only the memory of this window has. */
interface InMemory {
  /** Where the secret is in no store either. */
  readonly clientSecret: Secret | undefined;
  readonly loginOrigin: string;
  /** `beside`: something of a newer version is stored, or cannot be read; none of it is written over. */
  readonly place: "newest" | "beside";
}

/** The connection that tokens belong to, at the addresses that made them. */
export type TokenOwner = Pick<Connection, "id" | "origins">;

/**
 * The tokens that are known, wherever they are: in their home, with the ledger beside it, and in this window's memory.
 * Says why there are none; `sessionNotes.ts` writes into the list what became of them. Sends nothing.
 */
export class TokenStore {
  readonly #deps: TokenStoreDependencies;
  readonly #notes: SessionNotes;
  readonly #absence: Absence;
  readonly #cache = new Map<string, StoredTokenSet>();
  /** Sessions whose newest tokens the home did not take; memory is then newer than the home, the secret too. */
  readonly #memoryOnly = new Map<string, InMemory>();

  constructor(deps: TokenStoreDependencies, notes: SessionNotes) {
    this.#deps = deps;
    this.#notes = notes;
    this.#absence = new Absence({
      ...deps,
      breakSession: (...broken) => notes.breakSession(...broken),
      saySignedOut: (...ended) => notes.saySignedOut(...ended),
    });
  }

  /** Client ID, secret and login host of a connection, for token calls. */
  async app(connection: Connection): Promise<OAuthApp> {
    const secret =
      this.#memoryOnly.get(connection.id)?.clientSecret ?? (await this.#deps.vault.clientSecret(connection.id));
    if (secret === undefined) throw new ProcoreError({ kind: "signedOut", reason: "notKept" });
    return appOf(connection, secret);
  }

  /** The newest tokens known, from memory or their home. */
  async newest(connection: Connection): Promise<StoredTokenSet> {
    const { id, session } = connection;
    const cached = this.#cache.get(id);
    if (cached !== undefined) return cached;
    // The ledger first, for it is written last: who renews meanwhile does not make this copy look like an older one.
    const entry = await this.#deps.ledger.read(id);
    const stored = await this.#deps.home.session(id);
    // A sign-in or a renewal of this window kept something while the old state of things was read.
    const kept = this.#cache.get(id);
    if (kept !== undefined) return kept;
    const known = newestOrder(entry, connection.tokenOrder);
    const isOlder = stored !== undefined && known !== undefined && isNewer(known, stored);
    if (stored === undefined || isOlder) {
      const nothing = await this.#renewableNothing(connection, entry);
      if (nothing !== undefined) return nothing;
    }
    if (stored === undefined) throw await this.#absence.ofTokens(connection);
    if (isOlder) throw await this.#absence.ofNewest(connection, stored, entry);
    this.#cache.set(id, stored);
    await this.#deps.missingKeys.found(id);
    await this.#noteReadBack(connection, stored.tokens);
    // The store has it after all: a keyring that was locked, a newer copy that came back, a window that was quicker.
    const isMended = session.kind === "broken" && (session.reason === "notKept" || session.reason === "olderCopy");
    if (isMended) await this.resume(id, session.reason);
    return stored;
  }

  /** Tokens from before this window was opened came back: the store keeps what it gets. Once for each sign-in. */
  async #noteReadBack({ id, readBackAt, clockSkewMs }: Connection, tokens: TokenSet): Promise<void> {
    if (readBackAt !== undefined) return;
    // Clocks that agree within five seconds count as equal (core/http/headers.ts).
    const issuedAt = tokens.expiresAt - tokens.lifetimeMs - clockSkewMs + 5 * secondMs;
    if (issuedAt < this.#deps.window.openedAt) await this.#notes.note(id, { readBackAt: this.#deps.clock.now() });
  }

  /** The stored tokens; undefined also when the store does not answer. */
  async #storedOrNothing(connectionId: string): Promise<StoredTokenSet | undefined> {
    try {
      return await this.present(connectionId);
    } catch (error) {
      // Signing in must work when the store does not answer, and keeps what is damaged aside; a value of a newer version
      // is not ours to replace.
      if (["storage", "damaged"].includes(failureOf(error)?.kind ?? "")) return undefined;
      throw error;
    }
  }

  /**
   * Stores, then uses. When the home does not take it, the session goes on in memory and somebody is told. `over`: what
   * a renewal brought is not kept, because somebody signed in or out while it was stored.
   */
  async keep(
    { id: connectionId, origins }: TokenOwner,
    session: StoredTokenSet,
    occasion: Occasion,
    clientSecret?: Secret,
  ): Promise<"stored" | "memoryOnly" | "over"> {
    const { generation, rotation } = session;
    if (occasion === "renewal" && this.#memoryOnly.get(connectionId)?.place === "beside") {
      this.#cache.set(connectionId, session);
      return "memoryOnly";
    }
    let state: "stored" | "memoryOnly" = "stored";
    const secret = clientSecret ?? this.#memoryOnly.get(connectionId)?.clientSecret;
    try {
      if (secret !== undefined) await this.#putUnstored(connectionId, secret, occasion);
      const put = await this.#deps.home.putSession(connectionId, session, occasion);
      this.#memoryOnly.delete(connectionId);
      if (put === "overtaken") {
        this.forgetCached(connectionId);
        return "over";
      }
    } catch (error) {
      // Said when it begins, not at every renewal.
      if (!this.#memoryOnly.has(connectionId)) this.#deps.onTrouble(error);
      this.#memoryOnly.set(connectionId, { clientSecret: secret, loginOrigin: origins.login, place: "newest" });
      state = "memoryOnly";
    }
    if (occasion === "renewal" && (await this.isOver(connectionId, session))) {
      await this.#takeBack(connectionId, session).catch(this.#deps.onTrouble);
      return "over";
    }
    this.#cache.set(connectionId, session);
    await this.#deps.ledger.write(connectionId, { generation, rotation, state }).catch(this.#deps.onTrouble);
    return state;
  }

  /** Did somebody sign in or out since this session was read? Who cannot look keeps the only pair that works. */
  async isOver(connectionId: string, session: StoredTokenSet): Promise<boolean> {
    if (session.generation === 0 && this.#memoryOnly.get(connectionId)?.place === "beside") return false;
    try {
      const entry = await this.#deps.ledger.read(connectionId);
      // "spending" was written before: an entry that is gone was removed with its connection.
      return entry === undefined || entry.generation > session.generation;
    } catch {
      // Beside a record that cannot be read, a sign-out of this window shows in its memory alone.
      return session.generation === 0 && !this.#memoryOnly.has(connectionId);
    }
  }

  /** Removes what a renewal stored too late; what a later sign-in put in its place stays. */
  async #takeBack(connectionId: string, stored: StoredTokenSet): Promise<void> {
    const kept = this.#cache.get(connectionId);
    if (kept === undefined || kept.generation <= stored.generation) this.forgetCached(connectionId, "all");
    await this.#deps.home.deleteSession(connectionId, "tokens", stored);
  }

  /** Is this session only in memory, beside something that is not written over? Then it is in no ledger either. */
  isBeside(connectionId: string): boolean {
    return this.#memoryOnly.get(connectionId)?.place === "beside";
  }

  /**
   * What the store did not take at the sign-in it gets with the next tokens; without it they could not be renewed. In a
   * web workbench a renewal writes no secret: there both stay in memory.
   */
  async #putUnstored(connectionId: string, secret: Secret, occasion: Occasion): Promise<void> {
    if (occasion === "renewal" && this.#deps.home.kind === "sealedFile") {
      throw new ProcoreError({ kind: "storage", what: l10n.t("The client secret"), doing: "write" });
    }
    await this.#deps.vault.putClientSecret(connectionId, secret);
  }

  /** Keeps the first tokens of a sign-in. */
  async keepFirst(owner: TokenOwner, tokens: TokenSet, secret: Secret): Promise<KeptFirst> {
    const { id: connectionId, origins } = owner;
    try {
      const before = await this.#storedOrNothing(connectionId);
      const older = before === undefined ? undefined : await this.whyOlder(connectionId, before);
      const generation = await this.#nextGeneration(connectionId, before);
      const state = await this.keep(owner, { generation, rotation: 0, tokens }, "signIn", secret);
      if (state === "stored") this.#deps.onStored?.(connectionId, tokens.clockSkewMs);
      return { order: { generation, rotation: 0 }, replaced: older === undefined ? before : undefined };
    } catch (error) {
      // What a newer version stored is not overwritten: the new session lives in this window's memory.
      this.#memoryOnly.set(connectionId, { clientSecret: secret, loginOrigin: origins.login, place: "beside" });
      this.#cache.set(connectionId, { generation: 0, rotation: 0, tokens });
      this.#deps.onTrouble(error);
      return { order: { generation: 0, rotation: 0 }, replaced: undefined };
    }
  }

  /**
   * Keeps an edited client secret; the session goes on with it, as a generation of its own. Rejects when the store does
   * not take the secret, and everything is as it was; so it is when somebody took the lock over meanwhile.
   */
  async keepSecret(owner: TokenOwner, secret: Secret, stillHeld: StillHeld): Promise<"stored" | "memoryOnly"> {
    const { id: connectionId } = owner;
    const session = await this.#storedOrNothing(connectionId);
    const older = session === undefined ? undefined : await this.whyOlder(connectionId, session);
    const isUsable = session !== undefined && older === undefined;
    if ((await stillHeld()) === "lost") throw new ProcoreError({ kind: "sessionOvertaken" });
    if (isUsable && this.#memoryOnly.has(connectionId)) {
      const generation = await this.#nextGeneration(connectionId, session);
      const kept = await this.keep(owner, { ...session, generation }, "signIn", secret);
      return kept === "stored" ? kept : "memoryOnly";
    }
    await this.#deps.vault.putClientSecret(connectionId, secret);
    if (isUsable) await this.#keepAnew(connectionId, session).catch(this.#deps.onTrouble);
    return "stored";
  }

  async #keepAnew(connectionId: string, session: StoredTokenSet): Promise<void> {
    const generation = await this.#nextGeneration(connectionId, session);
    const next = { ...session, generation };
    // Who took the lock over and renewed or signed in goes on with what that brought, and with this secret.
    const now = await this.stored(connectionId);
    if (now === undefined || isNewer(now, session)) return;
    await this.#deps.home.putSession(connectionId, next, "signIn");
    this.#cache.set(connectionId, next);
    await this.#deps.ledger.write(connectionId, { generation, rotation: next.rotation, state: "stored" });
  }

  /** Later than everything that is known of a session; a ledger that is damaged makes way. */
  async #nextGeneration(connectionId: string, stored: StoredTokenSet | undefined): Promise<number> {
    const entry = await this.#readableEntry(connectionId);
    return Math.max(stored?.generation ?? 0, entry?.generation ?? 0) + 1;
  }

  async #readableEntry(connectionId: string): Promise<LedgerEntry | undefined> {
    try {
      return await this.#deps.ledger.read(connectionId);
    } catch (error) {
      if (failureOf(error)?.kind !== "damaged") throw error;
      await this.#deps.ledger.setAside(connectionId);
      return undefined;
    }
  }

  /** Rejects when this window's secrets are an old copy that a write would put in the place of another window's. */
  async assertFreshSecrets(): Promise<void> {
    const absence = await this.#absence.ofFreshSecrets();
    if (absence !== undefined) throw absence;
  }

  /**
   * Forgets the tokens; the list and the ledger say signed out. `tokens` writes no secret where those are in a file.
   * With `upTo`, what somebody signed in to since then stays.
   */
  async clear(connectionId: string, wanted: "all" | "tokens", upTo: TokenOrder | undefined): Promise<void> {
    this.forgetCached(connectionId, "all");
    const extent = wanted === "all" ? await this.#deletable() : wanted;
    await inOrder([
      () => this.raiseGeneration(connectionId, upTo),
      () => this.#deps.home.deleteSession(connectionId, extent, upTo),
      () => this.#deps.connections.change(connectionId, signedOutUpTo(upTo)),
    ]);
  }

  /** What may be deleted: a window whose secrets are an old copy would put them in the place of another window's. */
  async #deletable(): Promise<"all" | "tokens"> {
    const absence = await this.#absence.ofFreshSecrets().catch(() => undefined);
    return absence === undefined ? "all" : "tokens";
  }

  /**
   * Says signed out in the ledger: what a renewal on its way brings is then too late. Where the ledger knows newer tokens
   * than `upTo`, it says what became of those, and that stays.
   */
  async raiseGeneration(connectionId: string, upTo?: TokenOrder): Promise<void> {
    const entry = await this.#readableEntry(connectionId);
    if (entry !== undefined && upTo !== undefined && isNewer(entry, upTo)) return;
    const generation = Math.max(entry?.generation ?? 0, upTo?.generation ?? 0) + 1;
    await this.#deps.ledger.write(connectionId, { generation, rotation: 0, state: "signedOut" });
  }

  /**
   * Drops tokens that nobody uses any longer, with `upTo` no newer ones; beside a record that is not ours they are in
   * memory alone.
   */
  async drop(connectionId: string, upTo: TokenOrder | undefined): Promise<void> {
    const isBeside = this.isBeside(connectionId);
    this.forgetCached(connectionId, "all");
    if (isBeside) return;
    await inOrder([
      () => this.raiseGeneration(connectionId, upTo),
      () => this.#deps.home.deleteSession(connectionId, "tokens", upTo),
    ]);
  }

  /**
   * Drops everything that is kept of a connection, after it was signed out. `tokens` writes no secret where those are in
   * a file. What stays of it keeps its entry in the ledger, the last trace by which it is found and dropped later.
   */
  async purge(connectionId: string, wanted: "all" | "tokens"): Promise<"purged" | "partly"> {
    this.forgetCached(connectionId, "all");
    const { home, vault, ledger } = this.#deps;
    const extent = wanted === "tokens" && home.kind === "sealedFile" ? wanted : await this.#deletable();
    const deleting = inOrder([
      () => home.deleteSession(connectionId, extent),
      async () => {
        if (extent === "all") await vault.deleteClientSecret(connectionId);
      },
    ]);
    const isLeft = (await settled(deleting)) !== undefined || extent === "tokens";
    await inOrder([() => deleting, () => (isLeft ? this.raiseGeneration(connectionId) : ledger.forget(connectionId))]);
    return isLeft ? "partly" : "purged";
  }

  /** Another window may have written: what is in memory is read again at the next need. */
  forgetCached(connectionId: string, which: "stored" | "all" = "stored"): void {
    if (which === "all") this.#memoryOnly.delete(connectionId);
    if (!this.#memoryOnly.has(connectionId)) this.#cache.delete(connectionId);
  }

  /**
   * What only this window's memory has may be older than what another window stored since, e.g. at a sign-in: it is
   * neither spent nor written over that. Gives what was forgotten so, for nobody else can end it at the server.
   * Generation 0 is beside something that cannot be read, and of no order.
   */
  async forgetOvertaken(connectionId: string): Promise<Overtaken | undefined> {
    const own = this.#ownOf(connectionId);
    if (own === undefined || own.kept.generation === 0) return undefined;
    const { kept, overtaken } = own;
    const entry = await this.#readableEntry(connectionId);
    if (entry === undefined || !isNewer(entry, kept)) return undefined;
    this.forgetCached(connectionId, "all");
    return entry.generation > kept.generation ? overtaken : undefined;
  }

  /** Forgets a connection that another window removed; gives what only this window had of it. */
  forgetRemoved(connectionId: string): Overtaken | undefined {
    const own = this.#ownOf(connectionId);
    this.forgetCached(connectionId, "all");
    return own?.overtaken;
  }

  #ownOf(connectionId: string): { readonly kept: StoredTokenSet; readonly overtaken: Overtaken } | undefined {
    const [known, kept] = [this.#memoryOnly.get(connectionId), this.#cache.get(connectionId)];
    return known === undefined || kept === undefined
      ? undefined
      : { kept, overtaken: { tokens: kept.tokens, ...known } };
  }

  /**
   * A service account whose tokens are lost or old loses nothing as long as the app's keys are there: tokens that ended
   * long ago, which the next need renews. Undefined for a person's session, and after signing out.
   */
  async #renewableNothing(
    { id, grant, tokenOrder }: Connection,
    entry: LedgerEntry | undefined,
  ): Promise<StoredTokenSet | undefined> {
    if (grant.kind !== "clientCredentials" || entry?.state === "signedOut") return undefined;
    if ((await this.#deps.vault.clientSecret(id)) === undefined) return undefined;
    const { generation, rotation } = newestOrder(entry, tokenOrder) ?? { generation: 0, rotation: 0 };
    return { generation, rotation, tokens: endedLongAgo };
  }

  /** After the client secret was mended, or the store has the session again: one that was broken for that goes on. */
  async resume(connectionId: string, mended: BrokenReason): Promise<void> {
    const stored = await this.#storedOrNothing(connectionId);
    await this.#deps.connections.change(connectionId, (connection) => {
      const tokens = stored?.tokens ?? (connection.grant.kind === "clientCredentials" ? endedLongAgo : undefined);
      const { session } = connection;
      if (session.kind !== "broken" || session.reason !== mended || tokens === undefined) return undefined;
      return { session: activeSession(connection, tokens), lastFailure: undefined };
    });
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

  /** Why tokens that must be somewhere are not here; undefined when there need not be any. */
  async whyUnknown({ id, session }: Connection): Promise<ProcoreError | undefined> {
    const ended: readonly string[] = ["refreshTokenSpent", "noRefreshToken"];
    const isOver = session.kind === "signedOut" || (session.kind === "broken" && ended.includes(session.reason));
    const entry = await this.#readableEntry(id);
    if (isOver || entry === undefined || entry.state === "signedOut") return undefined;
    if (entry.state === "memoryOnly") return new ProcoreError({ kind: "signedOut", reason: "inAnotherWindow" });
    const reason = this.#deps.home.kind === "sealedFile" ? "storeReplaced" : "notKept";
    return new ProcoreError({ kind: "signedOut", reason });
  }

  /** Why these are not the newest tokens; undefined when they are, as far as is known. */
  async whyOlder(connectionId: string, tokens: StoredTokenSet): Promise<ProcoreError | undefined> {
    const entry = await this.#readableEntry(connectionId);
    if (entry === undefined || !isNewer(entry, tokens)) return undefined;
    const reason = entry.state === "memoryOnly" ? "inAnotherWindow" : "olderCopy";
    return new ProcoreError({ kind: "signedOut", reason });
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
