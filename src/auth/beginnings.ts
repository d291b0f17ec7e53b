import { randomUUID } from "node:crypto";
import type { Clock } from "../core/clock.ts";
import { ProcoreError } from "../core/errors.ts";
import { isNewer, type StoredTokenSet, type TokenOrder, type TokenSet } from "../core/oauth/tokenSet.ts";
import type { Connection } from "../core/session.ts";
import type { Locks, StillHeld } from "../platform/locks.ts";
import type { Connections } from "./connections.ts";
import type { Ledger } from "./ledger.ts";
import type { Revocations } from "./revocations.ts";
import { isAboutLater, listedOrder, type SessionNotes } from "./sessionNotes.ts";
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
  readonly ledger: Ledger;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly onTrouble: (error: unknown) => void;
}

/**
 * How a turn at the lock ended. `begun`: the session is kept and listed, and what it replaced is to be ended; `unlisted`:
 * it is kept, but the list could not be written. `superseded`: somebody who took over signed in or out since, and this
 * pair is to be ended. `removed`, `another`: nothing is kept, because the connection is in no list any more, or has a
 * session that its caller has not seen.
 */
type Turn =
  | { readonly kind: "begun"; readonly replaced: Overtaken | undefined }
  | { readonly kind: "unlisted"; readonly replaced: Overtaken | undefined; readonly error: unknown }
  | { readonly kind: "superseded"; readonly replaced: Overtaken }
  | { readonly kind: "removed" }
  | { readonly kind: "another" };

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
    const { revocations, clock, memory } = this.#deps;
    const turn = await this.#takeTurns(connection, signedIn);
    // What somebody ended since is not used out of memory either.
    if (turn.kind === "superseded") memory.forget(connection.id, "all");
    if (turn.kind === "another") return undefined;
    if (turn.kind !== "removed") {
      revocations.retire(connection, turn.replaced);
      if (turn.kind === "unlisted") throw turn.error;
      revocations.forgetStray(connection.id);
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
    const { locks, store } = this.#deps;
    const take = (stillHeld: StillHeld): Promise<Turn | "overtaken"> => this.#takeTurn(connection, signedIn, stillHeld);
    const takeFirst: typeof take = async (stillHeld) => {
      // Another window may have stored something while the dialogue was open, or while this one waited for its turn.
      await store.assertFreshSecrets();
      return await take(stillHeld);
    };
    try {
      const first = await locks.hold(lockName(connection.id), takeFirst);
      if (first !== "overtaken") return first;
      // A keyring that asked the person for a password, or a Take Over: nothing was kept, so it begins anew, once.
      const second = await locks.hold(lockName(connection.id), take);
      if (second !== "overtaken") return second;
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
    revocations.retire(connection, await store.forgetOvertaken(id));
    memory.forget(id);
    const alone = memory.own(id)?.overtaken;
    const kept = await keeping.keepFirst({ ...connection, tokenOrder: before?.tokenOrder }, signedIn, stillHeld);
    if (kept === "overtaken" || kept === "superseded") {
      // What only this window had made way, and nobody else can end it.
      if (memory.own(id) === undefined) revocations.retire(connection, alone);
    }
    if (kept === "overtaken") return kept;
    const own = { tokens, clientSecret, loginOrigin: connection.origins.login };
    const superseded = { kind: "superseded", replaced: own } as const;
    if (kept === "superseded") return superseded;
    const { order } = kept;
    const replaced = replacedBy(own, kept.replaced, before);
    try {
      // In the same turn: whoever has the next one knows by the list which login service made these tokens.
      if ((await this.#putActive(connection, { before, order, tokens })) === "left") {
        revocations.retire(connection, replaced);
        return (await notes.fresh(id)) === undefined ? await this.#makeWay(id) : superseded;
      }
    } catch (error) {
      if (before !== undefined && !isOver(before)) return { kind: "unlisted", replaced, error };
      // Nobody could use or end a session that by the list is none: nothing of it stays.
      const undone = before === undefined ? this.#makeWay(id) : forgetting.drop(id, order);
      await undone.catch(this.#deps.onTrouble);
      throw error;
    }
    if (!(await this.#isEndedSince(id, order))) return { kind: "begun", replaced };
    revocations.retire(connection, replaced);
    return superseded;
  }

  /** Nothing stays under the id of a connection that is in no list; who removed it did not wait for a turn. */
  async #makeWay(id: string): Promise<{ readonly kind: "removed" }> {
    const { forgetting, onTrouble } = this.#deps;
    const purging = forgetting.extentOf("all").then((extent) => forgetting.purge(id, extent));
    await purging.catch(onTrouble);
    return { kind: "removed" };
  }

  /** Lists it as active, unless the list is about later tokens by now, or somebody removed it meanwhile. */
  async #putActive(
    connection: Connection,
    kept: { readonly before: Connection | undefined; readonly order: TokenOrder; readonly tokens: TokenSet },
  ): Promise<"put" | "left"> {
    const { before, order, tokens } = kept;
    const active: Connection = {
      ...connection,
      session: activeSession(connection, tokens),
      tokenOrder: listedOrder(order),
      clockSkewMs: tokens.clockSkewMs,
      lastRefreshAt: undefined,
      lastRefreshBy: undefined,
      readBackAt: undefined,
      lastFailure: undefined,
    };
    return await this.#deps.connections.put(active, (listed) =>
      listed === undefined ? before === undefined : !isAboutLater(listed, order),
    );
  }

  /** Whoever took over and signed out said so before this was listed: the list says it again. */
  async #isEndedSince(id: string, order: TokenOrder): Promise<boolean> {
    const entry = await this.#deps.ledger.read(id).catch(noop);
    if (entry?.state !== "signedOut" || order.generation === 0 || !isNewer(entry, order)) return false;
    await this.#deps.notes.saySignedOut(id, order);
    return true;
  }
}

/** What is to be ended behind a sign-in to this connection, of what lay in its home; nothing where that is over. */
function replacedBy(
  own: Overtaken,
  older: StoredTokenSet | undefined,
  before: Connection | undefined,
): Overtaken | undefined {
  if (older === undefined || before === undefined || older.tokens.accessToken.equals(own.tokens.accessToken))
    return undefined;
  // What another window found spent and deleted is sent nowhere, though this one still sees it.
  return isSpent(before) ? undefined : { ...own, tokens: older.tokens, loginOrigin: before.origins.login };
}

/** Does the list say that there are no tokens to use? */
const isOver = (connection: Connection): boolean => connection.session.kind === "signedOut" || isSpent(connection);

/** Is the first of two of another sign-in, after the second? */
const isSince = (order: TokenOrder | undefined, seen: TokenOrder | undefined): boolean =>
  order !== undefined && seen !== undefined && order.generation > seen.generation;

const noop = (): undefined => undefined;
