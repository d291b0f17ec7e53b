import type { StoredTokenSet, TokenSet } from "../core/oauth/tokenSet.ts";
import type { Secret } from "../core/secret.ts";

/** A pair that only this window had when another sign-in replaced it, and the secret where only this window had that. */
export interface Overtaken {
  readonly tokens: TokenSet;
  readonly clientSecret: Secret | undefined;
  /** The login service that made the pair: it is sent to no other. */
  readonly loginOrigin: string;
}

/** What is known of a session that only the memory of this window has. */
interface InMemory {
  /** Where the secret is in no store either. */
  readonly clientSecret: Secret | undefined;
  readonly loginOrigin: string;
  /** `beside`: something of a newer version is stored, or cannot be read; none of it is written over. */
  readonly place: "newest" | "beside";
}

/** The tokens in the memory of this window, and which of them no home has. */
export class WindowTokens {
  readonly #cache = new Map<string, StoredTokenSet>();
  /** Sessions whose newest tokens the home did not take; memory is then newer than the home, the secret too. */
  readonly #alone = new Map<string, InMemory>();

  get(connectionId: string): StoredTokenSet | undefined {
    return this.#cache.get(connectionId);
  }

  /** Tokens to use from now on; where they are otherwise stays as it is. */
  use(connectionId: string, session: StoredTokenSet): void {
    this.#cache.set(connectionId, session);
  }

  /** What is known of a session that only this window has. */
  alone(connectionId: string): InMemory | undefined {
    return this.#alone.get(connectionId);
  }

  /** Only this window has the newest tokens from now on. */
  haveAlone(connectionId: string, known: InMemory): void {
    this.#alone.set(connectionId, known);
  }

  /** The home has the newest tokens again. */
  share(connectionId: string): void {
    this.#alone.delete(connectionId);
  }

  /** Does only this window have the newest tokens? */
  isAlone(connectionId: string): boolean {
    return this.#alone.has(connectionId);
  }

  /** Is this session only in memory, beside something that is not written over? Then it is in no ledger either. */
  isBeside(connectionId: string): boolean {
    return this.#alone.get(connectionId)?.place === "beside";
  }

  /** Another window may have written: what a home has, or `all`, is read again at the next need. */
  forget(connectionId: string, which: "stored" | "all" = "stored"): void {
    if (which === "all") this.#alone.delete(connectionId);
    if (!this.#alone.has(connectionId)) this.#cache.delete(connectionId);
  }

  /** What only this window has of a session: the tokens as they are kept, and as they would be ended. */
  own(connectionId: string): { readonly kept: StoredTokenSet; readonly overtaken: Overtaken } | undefined {
    const [known, kept] = [this.#alone.get(connectionId), this.#cache.get(connectionId)];
    return known === undefined || kept === undefined
      ? undefined
      : { kept, overtaken: { tokens: kept.tokens, ...known } };
  }
}
