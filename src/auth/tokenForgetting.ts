import { isNewer, newestOrder, type TokenOrder } from "../core/oauth/tokenSet.ts";
import { generationAfter, readableEntry } from "./ledger.ts";
import { isAboutLater, signedOut } from "./sessionNotes.ts";
import { failureOf, settled } from "./sessionStates.ts";
import type { TokenStore, TokenStoreDependencies } from "./tokenStore.ts";
import type { WindowTokens } from "./windowTokens.ts";

/** Forgets tokens, wherever they are, and says so in the ledger. For a turn at the connection's lock. */
export class TokenForgetting {
  readonly #deps: TokenStoreDependencies;
  readonly #store: TokenStore;
  readonly #memory: WindowTokens;

  constructor(deps: TokenStoreDependencies, store: TokenStore, memory: WindowTokens) {
    this.#deps = deps;
    this.#store = store;
    this.#memory = memory;
  }

  /**
   * Forgets the tokens; the list and the ledger say signed out. `tokens` writes no secret where those are in a file.
   * With `upTo`, what somebody signed in to since then stays. Where the tokens were `seen` and are deleted, the list says
   * that this came to its end: what is found later is a copy that was put back.
   */
  async clear(
    connectionId: string,
    wanted: "all" | "tokens",
    { upTo, tokens }: { readonly upTo?: TokenOrder | undefined; readonly tokens: "seen" | "unseen" },
  ): Promise<void> {
    this.#memory.forget(connectionId, "all");
    const extent = wanted === "all" ? await this.#deletable() : wanted;
    let isEnded = false;
    await inOrder([
      () => this.raiseGeneration(connectionId, upTo),
      async () => {
        await this.#deps.home.deleteSession(connectionId, extent, upTo);
        isEnded = tokens === "seen";
      },
      () => this.#saySignedOut(connectionId, upTo, () => isEnded),
    ]);
  }

  async #saySignedOut(connectionId: string, upTo: TokenOrder | undefined, isEnded: () => boolean): Promise<void> {
    const entry = isEnded() ? await readableEntry(this.#deps.ledger, connectionId).catch(noEntry) : undefined;
    const ended = entry?.state === "signedOut" ? entry : undefined;
    await this.#deps.connections.change(connectionId, (connection) => {
      if (isAboutLater(connection, upTo)) return undefined;
      return { ...signedOut, tokenOrder: newestOrder(ended, connection.tokenOrder) };
    });
  }

  /** What may be deleted of a connection that is to be forgotten; asked while it is still listed. */
  async extentOf(wanted: "all" | "tokens"): Promise<"all" | "tokens"> {
    return wanted === "tokens" && this.#deps.home.kind === "sealedFile" ? wanted : await this.#deletable();
  }

  /** What may be deleted: a window whose secrets are an old copy would put them in the place of another window's. */
  async #deletable(): Promise<"all" | "tokens"> {
    const absence = failureOf((await settled(this.#store.assertFreshSecrets()))?.error);
    return absence?.kind === "signedOut" ? "tokens" : "all";
  }

  /**
   * Says signed out in the ledger: what a renewal on its way brings is then too late. Where the ledger knows newer tokens
   * than `upTo`, it says what became of those, and that stays.
   */
  async raiseGeneration(connectionId: string, upTo?: TokenOrder): Promise<void> {
    const entry = await readableEntry(this.#deps.ledger, connectionId);
    if (entry !== undefined && upTo !== undefined && isNewer(entry, upTo)) return;
    const generation = generationAfter(entry, upTo);
    await this.#deps.ledger.write(connectionId, { generation, rotation: 0, state: "signedOut" });
  }

  /**
   * Drops tokens that nobody uses any longer, with `upTo` no newer ones; beside a record that is not ours they are in
   * memory alone.
   */
  async drop(connectionId: string, upTo?: TokenOrder): Promise<void> {
    const isBeside = this.#memory.isBeside(connectionId);
    this.#memory.forget(connectionId, "all");
    if (isBeside) return;
    await inOrder([
      () => this.raiseGeneration(connectionId, upTo),
      () => this.#deps.home.deleteSession(connectionId, "tokens", upTo),
    ]);
  }

  /**
   * Drops everything that is kept of a connection, after it was signed out, as far as `extentOf` lets it. What stays of it keeps its entry in the ledger, the last trace by which it is found and dropped later; so does
   * a connection that is still listed.
   */
  async purge(
    connectionId: string,
    extent: "all" | "tokens",
    trace: "forget" | "keep" = "forget",
  ): Promise<"purged" | "partly"> {
    this.#memory.forget(connectionId, "all");
    const { home, vault, ledger } = this.#deps;
    const deleting = inOrder([
      () => home.deleteSession(connectionId, extent),
      async () => {
        if (extent === "all") await vault.deleteClientSecret(connectionId);
      },
    ]);
    const isLeft = (await settled(deleting)) !== undefined || extent === "tokens" || trace === "keep";
    await inOrder([() => deleting, () => (isLeft ? this.raiseGeneration(connectionId) : ledger.forget(connectionId))]);
    return isLeft ? "partly" : "purged";
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

const noEntry = (): undefined => undefined;
