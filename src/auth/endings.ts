import { minuteMs, type Clock } from "../core/clock.ts";
import { lazily } from "../core/lazily.ts";
import { ProcoreError } from "../core/errors.ts";
import { isNewer, newestOrder, type TokenOrder, type TokenSet } from "../core/oauth/tokenSet.ts";
import type { Connection } from "../core/session.ts";
import { waitFor } from "../core/waitFor.ts";
import type { Locks, StillHeld } from "../platform/locks.ts";
import type { Connections } from "./connections.ts";
import type { Ledger, LedgerEntry } from "./ledger.ts";
import type { Revocations } from "./revocations.ts";
import { signedOutUpTo, type SessionNotes } from "./sessionNotes.ts";
import { failureOf, isSpent, lockName, settled } from "./sessionStates.ts";
import type { TokenForgetting } from "./tokenForgetting.ts";
import type { TokenStore } from "./tokenStore.ts";
import type { WindowTokens } from "./windowTokens.ts";

export interface EndingsDependencies {
  readonly connections: Connections;
  readonly store: TokenStore;
  readonly forgetting: TokenForgetting;
  readonly memory: WindowTokens;
  readonly ledger: Ledger;
  readonly locks: Locks;
  readonly notes: SessionNotes;
  readonly revocations: Revocations;
  readonly clock: Clock;
  /** Rejects a connection whose addresses are no longer those it signed in with. */
  readonly checkAddresses: (connection: Connection) => void;
  /** Aborted when the window goes: nothing waits for a turn any longer. */
  readonly closed: AbortSignal;
}

/**
 * Whether the server could be told that a session ended. `notWaited`: a person stopped waiting for that, and it goes on.
 * `later` settles, and never rejects, when the work that goes on behind the answer is over.
 */
export type Revocation =
  | { readonly kind: "revoked" }
  | { readonly kind: "nothingToRevoke" }
  | { readonly kind: "notTold"; readonly error: unknown; readonly later?: Promise<unknown> }
  | { readonly kind: "notWaited"; readonly later: Promise<unknown> };

/** What was known of the tokens that are cleared. */
type Cleared = Parameters<TokenForgetting["clear"]>[2];

/** A way to end a session: by signing out, or with its connection. */
interface Ending {
  /** Says it in the list, for all windows, without a turn at the connection's lock; gives the connection as it is left. */
  readonly say: () => Promise<Connection | undefined>;
  /** What is to be ended after it was said, by what is listed now; nothing when somebody signed in since. */
  readonly left: (said: Connection | undefined, listed: Connection | undefined) => Connection | undefined;
  /**
   * Forgets what is kept, in a turn at the lock; after somebody stopped waiting for it, the `tokens`. What is newer than
   * the pair's `upTo` is another sign-in's.
   */
  readonly clear: (extent: "all" | "tokens", pair: Cleared) => Promise<void>;
}

/**
 * How sessions end: at the server, in their home and in the list. Tokens are deleted in a turn at the connection's lock
 * only: a window that signs in or renews has it, and what is deleted beside that falls between its store and its ledger.
 * Whoever does not wait for the turn says the end in the list, which changes as a whole: a renewal that ends then sees
 * it there, and the turn, when it comes, finishes unless somebody signed in since.
 */
export class Endings {
  readonly #deps: EndingsDependencies;

  constructor(deps: EndingsDependencies) {
    this.#deps = deps;
  }

  /**
   * Signs out: revokes at the server when it can be reached, and forgets the tokens in any case. Who stops waiting does
   * not stop the work: the turn at the lock comes when it comes.
   */
  async end(connectionId: string, signal?: AbortSignal): Promise<Revocation> {
    const { connections, forgetting } = this.#deps;
    return await this.#end(connectionId, signal, {
      say: () => connections.change(connectionId, { session: { kind: "signedOut" }, lastFailure: undefined }),
      left: (_said, listed) => (listed?.session.kind === "signedOut" ? listed : undefined),
      // Who does not wait may store something in another window meanwhile. Where each has a copy of the secrets, a write
      // of this one's would undo that: the key stays, and opens nothing.
      clear: (extent, pair) => forgetting.clear(connectionId, extent, pair),
    });
  }

  /** Signs out, then drops everything that is kept of the connection, also its place in the list. */
  async remove(connectionId: string, signal?: AbortSignal): Promise<Revocation> {
    const { connections, forgetting } = this.#deps;
    return await this.#end(connectionId, signal, {
      say: () => connections.remove(connectionId),
      left: (said, listed) => (listed === undefined ? said : undefined),
      clear: async (extent) => {
        const deletable = await forgetting.extentOf(extent);
        // A keyring that does not delete must not keep the connection in the list for ever.
        const unlisting = connections.remove(connectionId);
        const isListed = (await settled(unlisting)) !== undefined;
        await forgetting.purge(connectionId, deletable, isListed ? "keep" : "forget");
        await unlisting;
      },
    });
  }

  /**
   * Goes on with a sign-out whose window closed before it ended: the list says signed out and the ledger does not, or
   * the ledger does and tokens from before are still there. Resolves when that is done; whoever signed in since stays
   * signed in.
   */
  async finish(connectionId: string): Promise<void> {
    const { connections, forgetting, ledger } = this.#deps;
    const isListed = connections.get(connectionId)?.session.kind === "signedOut";
    // One that cannot be read tells nothing.
    const entry = await ledger.read(connectionId).catch(noop);
    // Generation 0 stands beside a sign-in that was begun, where nothing was known before.
    if (entry === undefined || (entry.generation === 0 && !isListed)) return;
    if (entry.state === "signedOut" ? !(await this.#leaves(connectionId, entry)) : !isListed) return;
    const revocation = await this.#end(connectionId, AbortSignal.abort(), {
      say: async () =>
        isListed
          ? await this.#deps.notes.fresh(connectionId)
          : await connections.change(connectionId, signedOutUpTo(entry)),
      left: (_said, listed) => (listed?.session.kind === "signedOut" ? listed : undefined),
      clear: (extent, pair) => forgetting.clear(connectionId, extent, pair),
    });
    if (revocation.kind === "notWaited") await revocation.later;
  }

  /** Are tokens still there that a sign-out was about? A store that does not answer is asked by the next window. */
  async #leaves(connectionId: string, signedOut: LedgerEntry): Promise<boolean> {
    const stored = await this.#deps.store.stored({ id: connectionId }, signedOut).catch(noop);
    if (stored === undefined) return false;
    // Or of a sign-in after that whose window was killed before it could say so.
    return isNewer(signedOut, stored) || stored.generation <= (signedOut.begun ?? 0);
  }

  async #end(connectionId: string, signal: AbortSignal | undefined, ending: Ending): Promise<Revocation> {
    if (this.#deps.connections.get(connectionId) === undefined) return { kind: "nothingToRevoke" };
    const say = lazily(ending.say);
    let waits: "yes" | "no" = "yes";
    const gaveUp = (): boolean => waits === "no" || signal?.aborted === true;
    const whatIsLeft = async (): Promise<Connection | undefined> => {
      if (!gaveUp()) return await this.#deps.notes.fresh(connectionId);
      const said = await say();
      return ending.left(said, await this.#deps.notes.fresh(connectionId));
    };
    const once = async (stillHeld: StillHeld): Promise<Ended | "overtaken"> => {
      const connection = await whatIsLeft();
      if (connection === undefined) return { revocation: { kind: "nothingToRevoke" } };
      const pair = await this.#newestPair(connection);
      // Whoever took over may have renewed before the ledger said signed out: that pair is the one to end then.
      if ((await stillHeld()) === "lost" && !(await this.#isBegunAnew(connectionId, pair))) return "overtaken";
      const revoking = pair.revoke();
      // Who stops waiting for the server has the tokens forgotten at once.
      await waitFor(revoking, signal).catch(noop);
      // Whoever took over may have signed in; a list that cannot be written tells nothing of that.
      const left = await whatIsLeft().catch(() => connection);
      const isOver = left === undefined || (await this.#isBegunAnew(connectionId, pair));
      const known: Cleared = { upTo: pair.upTo, tokens: pair.tokens === undefined ? "unseen" : "seen" };
      const cleared = isOver ? undefined : await settled(ending.clear(gaveUp() ? "tokens" : "all", known));
      return { revocation: await revoking, cleared };
    };
    const turn = async (): Promise<Ended> => {
      for (let tries = 1; tries <= 3; tries += 1) {
        const ended = await this.#deps.locks.hold(lockName(connectionId), once);
        if (ended !== "overtaken") return ended;
      }
      throw new ProcoreError({ kind: "sessionOvertaken" });
    };
    const work = turn();
    work.catch(noop);
    const ended = await waitFor(work, signal).catch((error: unknown) => ({ error }));
    if ("revocation" in ended) {
      if (ended.cleared !== undefined) throw ended.cleared.error;
      return ended.revocation;
    }
    const { error } = ended;
    if (!gaveUp() && !isBusy(error)) throw error;
    waits = "no";
    await say();
    const later = settled(this.#later(work, turn));
    return isBusy(error) ? { kind: "notTold", error, later } : { kind: "notWaited", later };
  }

  /** A window that hangs has the lock: asks for the turn again and again, until this window closes. */
  async #later(work: Promise<unknown>, turn: () => Promise<unknown>): Promise<void> {
    for (let last = await settled(work); isBusy(last?.error);) {
      await this.#deps.clock.sleep(laterMs, this.#deps.closed);
      last = await settled(turn());
    }
  }

  /**
   * Did somebody sign in since this sign-out saw what there was? An edit of the client secret gives the same tokens a
   * generation of their own. What cannot be read says nothing.
   */
  async #isBegunAnew(connectionId: string, { upTo, tokens }: NewestPair): Promise<boolean> {
    const entry = await this.#deps.ledger.read(connectionId).catch(noop);
    const listed = await this.#deps.notes.fresh(connectionId);
    const known = newestOrder(
      entry?.state === "signedOut" ? undefined : entry,
      listed?.session.kind === "signedOut" ? undefined : listed?.tokenOrder,
    );
    if (known === undefined || upTo === undefined || known.generation <= upTo.generation) return false;
    const stored = tokens === undefined ? undefined : await this.#deps.store.stored({ id: connectionId }).catch(noop);
    return tokens === undefined || stored?.tokens.accessToken.equals(tokens.accessToken) !== true;
  }

  /**
   * Finds the newest pair and says signed out in the ledger. `upTo` is the newest one that is known of; undefined where
   * that could not be found out, so that whatever there is is forgotten.
   */
  async #newestPair(connection: Connection): Promise<NewestPair> {
    const { memory, store, forgetting, connections, revocations, checkAddresses } = this.#deps;
    const { id } = connection;
    let upTo: TokenOrder | undefined;
    let tokens: TokenSet | undefined;
    // A pair that this window could not give back before is told as well.
    const stray = revocations.stray(id);
    const withStray = (revocation: Revocation): Revocation =>
      stray === undefined ? revocation : { kind: "notTold", error: stray.error };
    const told = (revocation: Revocation): NewestPair => ({ upTo, tokens, revoke: async () => withStray(revocation) });
    try {
      const entry = await this.#deps.ledger.read(id).catch(noop);
      // Another window may have renewed: the newest pair is the one to end. Right before it is read: whoever reads beside
      // this may bring an older one back.
      memory.forget(id);
      const stored = isSpent(connection) ? undefined : await store.present(connection, entry);
      upTo = newestOrder(stored, connection.tokenOrder, entry);
      tokens = stored?.tokens;
      if (stored === undefined) {
        const error = await store.whyUnknown(connection);
        return told(error === undefined ? { kind: "nothingToRevoke" } : { kind: "notTold", error });
      }
      checkAddresses(connection);
      const app = await store.app(connection);
      const older = await store.whyOlder(connection, stored, "toEnd");
      if (older !== undefined) return told({ kind: "notTold", error: older });
      // So that no other window goes on with tokens that are being ended, also if this one does not live to the end of
      // it. A ledger or a list that cannot be written keeps nobody signed in: clearing tries again, and says so.
      await forgetting.raiseGeneration(id, upTo).catch(noop);
      await connections.change(id, signedOutUpTo(upTo)).catch(noop);
      const revoke = async (): Promise<Revocation> => withStray(await this.#revocation(connection, app, stored.tokens));
      return { upTo, tokens, revoke };
    } catch (error) {
      return told({ kind: "notTold", error });
    }
  }

  async #revocation(...pair: Parameters<Revocations["revoke"]>): Promise<Revocation> {
    try {
      return { kind: await this.#deps.revocations.revoke(...pair) };
    } catch (error) {
      const failure = failureOf(error);
      // A refresh token that the server no longer takes is as good as revoked.
      const isSpent = failure?.kind === "signedOut" && failure.reason === "refreshTokenSpent";
      return isSpent ? { kind: "nothingToRevoke" } : { kind: "notTold", error };
    }
  }
}

/** How a turn of a sign-out ended; `cleared` is why the tokens could not be forgotten here. */
interface Ended {
  readonly revocation: Revocation;
  readonly cleared?: { readonly error: unknown } | undefined;
}

/** What a sign-out ends. */
interface NewestPair {
  /** Ends it at the server: a call that goes on, and never rejects. */
  readonly revoke: () => Promise<Revocation>;
  readonly tokens: TokenSet | undefined;
  readonly upTo: TokenOrder | undefined;
}

/** How long to leave a window alone that hangs. */
const laterMs = 5 * minuteMs;

const isBusy = (error: unknown): boolean => failureOf(error)?.kind === "sessionBusy";
const noop = (): undefined => undefined;
