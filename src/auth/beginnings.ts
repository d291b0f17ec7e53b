import { randomUUID } from "node:crypto";
import type { Clock } from "../core/clock.ts";
import { ProcoreError } from "../core/errors.ts";
import type { TokenOrder, TokenSet } from "../core/oauth/tokenSet.ts";
import type { Connection } from "../core/session.ts";
import type { Locks, StillHeld } from "../platform/locks.ts";
import type { Connections } from "./connections.ts";
import type { Revocations } from "./revocations.ts";
import { listedOrder, type SessionNotes } from "./sessionNotes.ts";
import { activeSession, appOf, isSpent, lockName } from "./sessionStates.ts";
import type { TokenForgetting } from "./tokenForgetting.ts";
import type { SignedIn, TokenKeeping } from "./tokenKeeping.ts";
import type { TokenStore } from "./tokenStore.ts";
import type { Overtaken, WindowTokens } from "./windowTokens.ts";

export interface BeginningsDependencies {
  readonly connections: Connections;
  readonly store: TokenStore;
  readonly keeping: TokenKeeping;
  readonly forgetting: TokenForgetting;
  readonly notes: SessionNotes;
  readonly revocations: Revocations;
  readonly memory: WindowTokens;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly onTrouble: (error: unknown) => void;
}

/**
 * How a turn at the lock ended. `begun`: a session is there, and what it took the place of is to be ended. `unlisted`:
 * it is kept, but the list does not say so yet. `removed`, `another`: nothing is kept, because the connection is in no
 * list any more, or has a session that its caller has not seen.
 */
type Turn =
  | { readonly kind: "begun"; readonly replaced: Overtaken | undefined }
  | { readonly kind: "unlisted"; readonly error: unknown }
  | { readonly kind: "removed" | "another" };

/** How sessions begin: what a sign-in brought is kept and listed, and what it replaces is ended. */
export class Beginnings {
  readonly #deps: BeginningsDependencies;

  constructor(deps: BeginningsDependencies) {
    this.#deps = deps;
  }

  /**
   * Keeps what a sign-in just brought and puts `connection` into the list, active. Gives its id there: a new one when it
   * was removed meanwhile, for windows may still have what was before under the old one. Undefined when somebody signed
   * in to it since it was listed as `connection` is: nothing is kept, and the caller looks again whose that session is.
   * A pair that it replaces is revoked behind it, unless another login service made that: then it is forgotten and sent
   * nowhere. When this rejects and nothing of the new pair could be kept, that is given back.
   */
  async begin(connection: Connection, signedIn: SignedIn): Promise<string | undefined> {
    const { revocations, clock } = this.#deps;
    const turn = await this.#takeTurns(connection, signedIn);
    if (turn.kind === "unlisted") throw turn.error;
    if (turn.kind === "another") return undefined;
    if (turn.kind === "begun") {
      revocations.retire(connection, turn.replaced);
      return connection.id;
    }
    revocations.retireRemoved(connection, signedIn.clientSecret);
    const own = { ...connection, id: randomUUID(), tokenOrder: undefined, createdAt: clock.now() };
    return await this.begin(own, signedIn);
  }

  /** Ends the pair of a sign-in that is not kept; rejects when the server cannot be told. */
  async discard(connection: Connection, { tokens, clientSecret }: SignedIn): Promise<void> {
    await this.#deps.revocations.revoke(connection, appOf(connection, clientSecret), tokens);
  }

  async #takeTurns(connection: Connection, signedIn: SignedIn): Promise<Turn> {
    const { revocations, locks, store } = this.#deps;
    const work = (stillHeld: StillHeld): Promise<Turn | "overtaken"> => this.#takeTurn(connection, signedIn, stillHeld);
    try {
      // The dialogue may have been open while another window stored something.
      await store.assertFreshSecrets();
      revocations.forgetStray(connection.id);
      // A keyring that asked the person for a password, or a Take Over: nothing was kept, so it begins anew, once.
      for (let tries = 1; tries <= 2; tries += 1) {
        const turn = await locks.hold(lockName(connection.id), work);
        if (turn !== "overtaken") return turn;
      }
      throw new ProcoreError({ kind: "sessionOvertaken" });
    } catch (error) {
      await this.discard(connection, signedIn).catch(noop);
      throw error;
    }
  }

  async #takeTurn(connection: Connection, signedIn: SignedIn, stillHeld: StillHeld): Promise<Turn | "overtaken"> {
    const { revocations, forgetting, keeping, memory, notes, store } = this.#deps;
    const { id } = connection;
    const { tokens, clientSecret } = signedIn;
    const before = await notes.fresh(id);
    // Its tokens were listed once.
    if (before === undefined && connection.tokenOrder !== undefined) return { kind: "removed" };
    if (before?.session.kind === "active" && isSince(before.tokenOrder, connection.tokenOrder))
      return { kind: "another" };
    memory.forget(id);
    revocations.retire(connection, await store.forgetOvertaken(id));
    const owner = { ...connection, tokenOrder: before?.tokenOrder };
    const kept = await keeping.keepFirst(owner, signedIn, stillHeld);
    if (kept === "overtaken") return kept;
    const own = { tokens, clientSecret, loginOrigin: connection.origins.login };
    if (kept === "replaced") return { kind: "begun", replaced: own };
    try {
      // In the same turn: whoever has the next one knows by the list which login service made these tokens.
      await this.#putActive(connection, kept.order, tokens);
    } catch (error) {
      if (before !== undefined) return { kind: "unlisted", error };
      // A connection that is in no list cannot be signed out later: nothing of it stays.
      await forgetting.purge(id, "all").catch(this.#deps.onTrouble);
      throw error;
    }
    const older = kept.replaced;
    // What another window found spent and deleted is sent nowhere, though this one still sees it.
    const isOver = before === undefined || isSpent(before) || older?.tokens.accessToken.equals(tokens.accessToken);
    if (older === undefined || isOver === true) return { kind: "begun", replaced: undefined };
    return { kind: "begun", replaced: { ...own, tokens: older.tokens, loginOrigin: before.origins.login } };
  }

  async #putActive(connection: Connection, order: TokenOrder, tokens: TokenSet): Promise<void> {
    await this.#deps.connections.put({
      ...connection,
      session: activeSession(connection, tokens),
      tokenOrder: listedOrder(order),
      clockSkewMs: tokens.clockSkewMs,
      lastRefreshAt: undefined,
      lastRefreshBy: undefined,
      readBackAt: undefined,
      lastFailure: undefined,
    });
  }
}

/** Is the first of two of another sign-in, after the second? */
const isSince = (order: TokenOrder | undefined, seen: TokenOrder | undefined): boolean =>
  order !== undefined && seen !== undefined && order.generation > seen.generation;

const noop = (): void => undefined;
