import * as l10n from "@vscode/l10n";
import { ProcoreError } from "../core/errors.ts";
import { isNewer, type StoredTokenSet, type TokenOrder, type TokenSet } from "../core/oauth/tokenSet.ts";
import type { Secret } from "../core/secret.ts";
import type { Connection } from "../core/session.ts";
import type { StillHeld } from "../platform/locks.ts";
import { generationAfter, readableEntry } from "./ledger.ts";
import type { Occasion } from "./sessionHome.ts";
import type { TokenStore, TokenStoreDependencies } from "./tokenStore.ts";
import type { WindowTokens } from "./windowTokens.ts";

/** What a sign-in brought: the tokens, and the client secret that got them. */
export interface SignedIn {
  readonly tokens: TokenSet;
  readonly clientSecret: Secret;
}

/** The tokens of a sign-in, as they were kept, and those that were in use before. */
export interface KeptFirst {
  readonly order: TokenOrder;
  readonly replaced: StoredTokenSet | undefined;
}

/** The connection that tokens belong to, at the addresses that made them, and the newest that the list knows of. */
export type TokenOwner = Pick<Connection, "id" | "origins" | "tokenOrder">;

/**
 * Keeps tokens: in their home, else in this window's memory, with the ledger beside them. For a turn at the connection's
 * lock.
 */
export class TokenKeeping {
  readonly #deps: TokenStoreDependencies;
  readonly #store: TokenStore;
  readonly #memory: WindowTokens;

  constructor(deps: TokenStoreDependencies, store: TokenStore, memory: WindowTokens) {
    this.#deps = deps;
    this.#store = store;
    this.#memory = memory;
  }

  /**
   * Stores, then uses. When the home does not take it, the session goes on in memory and somebody is told. `over`: it is
   * not kept, because somebody signed in or out while it was stored; `superseded`: and these are not in the home any more.
   */
  async keep(
    { id: connectionId, origins }: TokenOwner,
    session: StoredTokenSet,
    occasion: Occasion,
    clientSecret?: Secret,
  ): Promise<"stored" | "memoryOnly" | "over" | "superseded"> {
    const { generation, rotation } = session;
    if (occasion === "renewal" && this.#memory.isBeside(connectionId)) {
      this.#memory.use(connectionId, session);
      return "memoryOnly";
    }
    let state: "stored" | "memoryOnly" = "stored";
    const secret = clientSecret ?? this.#memory.alone(connectionId)?.clientSecret;
    try {
      if (secret !== undefined) await this.#putUnstored(connectionId, secret, occasion);
      const put = await this.#deps.home.putSession(connectionId, session, occasion);
      this.#memory.share(connectionId);
      if (put === "overtaken") {
        this.#memory.forget(connectionId);
        return "over";
      }
    } catch (error) {
      // Said when it begins, not at every renewal.
      if (!this.#memory.isAlone(connectionId)) this.#deps.onTrouble(error);
      this.#memory.haveAlone(connectionId, { clientSecret: secret, loginOrigin: origins.login, place: "newest" });
      state = "memoryOnly";
    }
    if (await this.#isOverAt(occasion, connectionId, session)) {
      const found = state === "stored" ? await this.#store.stored({ id: connectionId }).catch(noop) : session;
      await this.#takeBack(connectionId, session).catch(this.#deps.onTrouble);
      return found?.generation === generation ? "over" : "superseded";
    }
    this.#memory.use(connectionId, session);
    await this.#deps.ledger.write(connectionId, { generation, rotation, state }).catch(this.#deps.onTrouble);
    return state;
  }

  /** Did somebody who took the lock over sign in or out while this was stored? A sign-in may have no entry yet. */
  async #isOverAt(occasion: Occasion, connectionId: string, session: StoredTokenSet): Promise<boolean> {
    if (occasion === "renewal") return await this.isOver(connectionId, session);
    const entry = await this.#deps.ledger.read(connectionId).catch(noop);
    return entry !== undefined && entry.generation > session.generation;
  }

  /** Did somebody sign in or out since this session was read? Who cannot look keeps the only pair that works. */
  async isOver(connectionId: string, session: StoredTokenSet): Promise<boolean> {
    if (session.generation === 0 && this.#memory.isBeside(connectionId)) return false;
    try {
      const entry = await this.#deps.ledger.read(connectionId);
      // "spending" was written before: an entry that is gone was removed with its connection.
      return entry === undefined || entry.generation > session.generation;
    } catch {
      // Beside a record that cannot be read, a sign-out of this window shows in its memory alone.
      return session.generation === 0 && !this.#memory.isAlone(connectionId);
    }
  }

  /** Removes what was stored too late; what a later sign-in put in its place stays. */
  async #takeBack(connectionId: string, stored: StoredTokenSet): Promise<void> {
    const kept = this.#memory.get(connectionId);
    if (kept === undefined || kept.generation <= stored.generation) this.#memory.forget(connectionId, "all");
    await this.#deps.home.deleteSession(connectionId, "tokens", stored);
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

  /**
   * Keeps the first tokens of a sign-in. Nothing of it is kept after `overtaken`, for the lock was lost meanwhile, and
   * after `superseded`, for whoever took it over signed in or out since. Rejects when the lock cannot be looked at.
   */
  async keepFirst(
    owner: TokenOwner,
    signedIn: SignedIn,
    stillHeld: StillHeld,
  ): Promise<KeptFirst | "overtaken" | "superseded"> {
    const { tokens, clientSecret } = signedIn;
    let before: StoredTokenSet | undefined;
    let older: ProcoreError | undefined;
    let generation: number;
    try {
      before = await this.#store.presentOrNothing(owner);
      older = before === undefined ? undefined : await this.#store.whyOlder(owner, before, "toEnd");
      generation = await this.#nextGeneration(owner, before);
    } catch (error) {
      return this.#keepBeside(owner, signedIn, error);
    }
    if ((await stillHeld()) === "lost") return "overtaken";
    const session = { generation, rotation: 0, tokens };
    const state = await this.keep(owner, session, "signIn", clientSecret);
    if (state === "over") return "overtaken";
    const replaced = older === undefined ? before : undefined;
    if (state === "superseded") return await this.#keptSince(owner, tokens, replaced);
    if (state === "stored") this.#deps.onStored?.(owner.id, tokens.clockSkewMs, "signIn");
    return { order: { generation, rotation: 0 }, replaced };
  }

  /** Whoever took the lock over may only have edited the client secret: these tokens then go on, as later ones. */
  async #keptSince(
    { id }: TokenOwner,
    tokens: TokenSet,
    replaced: StoredTokenSet | undefined,
  ): Promise<KeptFirst | "superseded"> {
    const stored = await this.#store.stored({ id }).catch(noop);
    if (stored?.tokens.accessToken.equals(tokens.accessToken) !== true) return "superseded";
    this.#memory.use(id, stored);
    return { order: { generation: stored.generation, rotation: stored.rotation }, replaced };
  }

  /** What a newer version stored is not overwritten: the new session lives in this window's memory. */
  #keepBeside({ id, origins }: TokenOwner, { tokens, clientSecret }: SignedIn, error: unknown): KeptFirst {
    this.#memory.haveAlone(id, { clientSecret, loginOrigin: origins.login, place: "beside" });
    this.#memory.use(id, { generation: 0, rotation: 0, tokens });
    this.#deps.onTrouble(error);
    return { order: { generation: 0, rotation: 0 }, replaced: undefined };
  }

  /**
   * Keeps an edited client secret; the session goes on with it, as a generation of its own. Rejects when the store does
   * not take the secret, and everything is as it was; so it is after `overtaken`, for the lock was lost meanwhile.
   */
  async keepSecret(
    owner: TokenOwner,
    secret: Secret,
    stillHeld: StillHeld,
  ): Promise<"stored" | "memoryOnly" | "overtaken"> {
    const { id: connectionId } = owner;
    const session = await this.#store.presentOrNothing(owner);
    const older = session === undefined ? undefined : await this.#store.whyOlder(owner, session, "toUse");
    const isUsable = session !== undefined && older === undefined;
    if ((await stillHeld()) === "lost") return "overtaken";
    if (isUsable && this.#memory.isAlone(connectionId)) {
      const generation = await this.#nextGeneration(owner, session);
      const kept = await this.keep(owner, { ...session, generation }, "signIn", secret);
      return kept === "over" || kept === "superseded" ? "overtaken" : kept;
    }
    await this.#deps.vault.putClientSecret(connectionId, secret);
    if (isUsable) await this.#keepAnew(owner, session).catch(this.#deps.onTrouble);
    return "stored";
  }

  async #keepAnew(owner: TokenOwner, session: StoredTokenSet): Promise<void> {
    const { id: connectionId } = owner;
    const generation = await this.#nextGeneration(owner, session);
    const next = { ...session, generation };
    // Who took the lock over and renewed or signed in goes on with what that brought, and with this secret.
    const now = await this.#store.stored({ id: connectionId });
    if (now === undefined || isNewer(now, session)) return;
    await this.#deps.home.putSession(connectionId, next, "signIn");
    this.#memory.use(connectionId, next);
    await this.#deps.ledger.write(connectionId, { generation, rotation: next.rotation, state: "stored" });
  }

  /**
   * Later than everything that is known of a session, and nobody's again, also if this window does not live to say what
   * it stored; a ledger that is damaged makes way.
   */
  async #nextGeneration({ id, tokenOrder }: TokenOwner, stored: StoredTokenSet | undefined): Promise<number> {
    const { ledger } = this.#deps;
    const generation = generationAfter(await readableEntry(ledger, id), stored, tokenOrder);
    // A ledger that cannot be written is told when the tokens are stored.
    await ledger.begin(id, generation).catch(noop);
    return generation;
  }
}

const noop = (): void => undefined;
