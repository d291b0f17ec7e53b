import { secondMs, type Clock } from "../core/clock.ts";
import { ProcoreError } from "../core/errors.ts";
import type { OAuthApp } from "../core/oauth/tokenEndpoint.ts";
import { isNewer, newestOrder, type StoredTokenSet, type TokenOrder } from "../core/oauth/tokenSet.ts";
import type { Connection } from "../core/session.ts";
import type { Connections } from "./connections.ts";
import type { Keyring } from "../core/keyring.ts";
import { Absence } from "./absence.ts";
import { readableEntry, type Ledger, type LedgerEntry } from "./ledger.ts";
import type { MissingKeys } from "./missingKeys.ts";
import type { Known, Occasion, SessionHome } from "./sessionHome.ts";
import { isAboutLater, type BrokenReason, type SessionNotes } from "./sessionNotes.ts";
import { activeSession, appOf, endedLongAgo, failureOf, isUnused } from "./sessionStates.ts";
import type { Vault } from "./vault.ts";
import type { Overtaken, WindowTokens } from "./windowTokens.ts";

/** This window, as long as it lives: an id it made up, and when it was opened (epoch ms). */
export interface ThisWindow {
  readonly id: string;
  readonly openedAt: number;
}

/** A connection whose tokens are wanted, and the newest of them that the list knows of. */
type Listed = Pick<Connection, "id" | "tokenOrder">;

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
  readonly onStored?: ((connection: string, skewMs: number, occasion: Occasion) => void) | undefined;
  /** Hears of trouble that stops nothing, e.g. a keyring that did not take a renewed session. */
  readonly onTrouble: (error: unknown) => void;
}

/**
 * The tokens that are known, wherever they are: in their home, with the ledger beside it, and in this window's memory.
 * Says why there are none; `sessionNotes.ts` writes into the list what became of them. Sends nothing.
 */
export class TokenStore {
  readonly #deps: TokenStoreDependencies;
  readonly #notes: SessionNotes;
  readonly #absence: Absence;
  readonly #memory: WindowTokens;

  constructor(deps: TokenStoreDependencies, notes: SessionNotes, memory: WindowTokens) {
    this.#deps = deps;
    this.#memory = memory;
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
      this.#memory.alone(connection.id)?.clientSecret ?? (await this.#deps.vault.clientSecret(connection.id));
    if (secret === undefined) throw new ProcoreError({ kind: "signedOut", reason: "notKept" });
    return appOf(connection, secret);
  }

  /** The newest tokens known, from memory or their home; `toSpend` in a turn at the lock, to renew them. */
  async newest(connection: Connection, use: "toRead" | "toSpend" = "toRead"): Promise<StoredTokenSet> {
    const { id, session } = connection;
    const cached = this.#memory.get(id);
    if (cached !== undefined) return cached;
    // The ledger first, for it is written last: who renews meanwhile does not make this copy look like an older one.
    const entry = await this.#deps.ledger.read(id);
    // Why there are none was told before: nobody waits again for what may come late.
    const order = use === "toSpend" ? leftOrder(entry, connection) : storedOrder(entry, connection);
    const stored = await this.#deps.home.session(id, session.kind === "broken" ? undefined : order);
    const known = newestOrder(entry, connection.tokenOrder);
    const isBehind = (tokens: TokenOrder): boolean => known !== undefined && isNewer(known, tokens);
    // A sign-in or a renewal of this window kept something while the old state of things was read; or somebody who had
    // read that did, and those are of no use.
    const kept = this.#memory.get(id);
    if (kept !== undefined && (this.#memory.isAlone(id) || !isBehind(kept))) return kept;
    const isOlder = stored !== undefined && isBehind(stored);
    if (stored === undefined || isOlder) {
      const nothing = await this.#renewableNothing(connection, entry);
      if (nothing !== undefined) return nothing;
    }
    if (stored === undefined) throw await this.#absence.ofTokens(connection);
    if (isOlder) throw await this.#absence.ofNewest(connection, stored, entry);
    this.#memory.use(id, stored);
    await this.#deps.missingKeys.found(id);
    await this.#noteReadBack(connection, stored);
    // The store has it after all: a keyring that was locked, a newer copy that came back, a window that was quicker.
    const isMended = session.kind === "broken" && (session.reason === "notKept" || session.reason === "olderCopy");
    if (isMended) await this.resume(id, session.reason);
    return stored;
  }

  /** Tokens from before this window was opened came back: the store keeps what it gets. Once for each sign-in. */
  async #noteReadBack({ id, readBackAt, clockSkewMs }: Connection, stored: StoredTokenSet): Promise<void> {
    if (readBackAt !== undefined) return;
    const { tokens } = stored;
    // Clocks that agree within five seconds count as equal (core/http/headers.ts).
    const issuedAt = tokens.expiresAt - tokens.lifetimeMs - clockSkewMs + 5 * secondMs;
    if (issuedAt >= this.#deps.window.openedAt) return;
    await this.#notes.noteAbout(id, stored, { readBackAt: this.#deps.clock.now() });
  }

  /** As `present`; undefined also when the store does not answer. */
  async presentOrNothing(of: Listed): Promise<StoredTokenSet | undefined> {
    try {
      return await this.present(of);
    } catch (error) {
      // Signing in must work when the store does not answer, and keeps what is damaged aside; a value of a newer version
      // is not ours to replace.
      if (["storage", "damaged"].includes(failureOf(error)?.kind ?? "")) return undefined;
      throw error;
    }
  }

  /**
   * A service account whose tokens are lost or old loses nothing as long as the app's keys are there: tokens that ended
   * long ago, which the next need renews. Undefined for a person's session, and after signing out.
   */
  async #renewableNothing(
    { id, grant, tokenOrder }: Connection,
    entry: LedgerEntry | undefined,
  ): Promise<StoredTokenSet | undefined> {
    const isSignedOut = entry?.state === "signedOut" && entry.generation > 0;
    if (grant.kind !== "clientCredentials" || isSignedOut) return undefined;
    if ((await this.#deps.vault.clientSecret(id)) === undefined) return undefined;
    const { generation, rotation } = newestOrder(entry, tokenOrder) ?? { generation: 0, rotation: 0 };
    return { generation, rotation, tokens: endedLongAgo };
  }

  /** After the client secret was mended, or the store has the session again: one that was broken for that goes on. */
  async resume(connectionId: string, mended: BrokenReason): Promise<void> {
    const stored = await this.presentOrNothing({ id: connectionId });
    await this.#deps.connections.change(connectionId, (connection) => {
      const tokens = stored?.tokens ?? (connection.grant.kind === "clientCredentials" ? endedLongAgo : undefined);
      const { session } = connection;
      const isOther = session.kind !== "broken" || session.reason !== mended || isAboutLater(connection, stored);
      if (isOther || tokens === undefined) return undefined;
      return { session: activeSession(connection, tokens), lastFailure: undefined };
    });
  }

  /** Rejects when this window's secrets are an old copy that a write would put in the place of another window's. */
  async assertFreshSecrets(): Promise<void> {
    const absence = await this.#absence.ofFreshSecrets();
    if (absence !== undefined) throw absence;
  }

  /**
   * What only this window's memory has may be older than what another window stored since, e.g. at a sign-in: it is
   * neither spent nor written over that. Gives what was forgotten so, for nobody else can end it at the server.
   * Generation 0 is beside something that cannot be read, and of no order.
   */
  async forgetOvertaken(connectionId: string): Promise<Overtaken | undefined> {
    const own = this.#memory.own(connectionId);
    if (own === undefined || own.kept.generation === 0) return undefined;
    const { kept, overtaken } = own;
    const entry = await readableEntry(this.#deps.ledger, connectionId);
    if (entry === undefined || !isNewer(entry, kept)) return undefined;
    this.#memory.forget(connectionId, "all");
    return entry.generation > kept.generation ? overtaken : undefined;
  }

  /** The tokens in their home, past what is in memory. `entry` is the ledger's, where that was read just now. */
  async stored(of: Listed, entry?: LedgerEntry): Promise<StoredTokenSet | undefined> {
    const known = entry ?? (await readableEntry(this.#deps.ledger, of.id));
    const order = known?.state === "signedOut" ? ({ ...known, tokens: "deleted" } as const) : leftOrder(known, of);
    return await this.#deps.home.session(of.id, order);
  }

  /** The tokens in memory, else those in their home, whatever the ledger says of them. */
  async present(of: Listed, entry?: LedgerEntry): Promise<StoredTokenSet | undefined> {
    return this.#memory.get(of.id) ?? (await this.stored(of, entry));
  }

  /** Why tokens that must be somewhere are not here; undefined when there need not be any. */
  async whyUnknown(connection: Connection): Promise<ProcoreError | undefined> {
    const { id, session } = connection;
    const ended: readonly string[] = ["refreshTokenSpent", "noRefreshToken"];
    const isOver = session.kind === "signedOut" || (session.kind === "broken" && ended.includes(session.reason));
    const entry = await readableEntry(this.#deps.ledger, id);
    if (isOver || entry === undefined || entry.state === "signedOut") return undefined;
    if (entry.state === "memoryOnly") return new ProcoreError({ kind: "signedOut", reason: "inAnotherWindow" });
    const { home, clock } = this.#deps;
    const ofFile = isUnused(connection, clock.now()) ? "unused" : "storeReplaced";
    const reason = home.kind === "sealedFile" ? ofFile : "notKept";
    return new ProcoreError({ kind: "signedOut", reason });
  }

  /**
   * Why these are not the newest tokens, or not those that are left `toEnd`; undefined when they are, as far as is known.
   * Where the ledger says signed out, a sign-out that did not come to its end left them, and the list tells whether a
   * sign-in had replaced them before and ended them then.
   */
  async whyOlder(
    { id, tokenOrder }: Listed,
    tokens: StoredTokenSet,
    use: "toUse" | "toEnd",
  ): Promise<ProcoreError | undefined> {
    const entry = await readableEntry(this.#deps.ledger, id);
    const isLeft = use === "toEnd" && entry?.state === "signedOut";
    const known = isLeft ? tokenOrder : newestOrder(entry, tokenOrder);
    if (known === undefined || tokens.generation === 0 || !isNewer(known, tokens)) return undefined;
    const reason = entry?.state === "memoryOnly" ? "inAnotherWindow" : "olderCopy";
    return new ProcoreError({ kind: "signedOut", reason });
  }
}

/** The newest tokens that lie in their home by ledger and list; undefined where those say that none do. */
function storedOrder(entry: LedgerEntry | undefined, listed: Pick<Connection, "tokenOrder">): Known | undefined {
  if (entry?.state === "signedOut" || entry?.state === "memoryOnly") return undefined;
  const newest = newestOrder(entry, listed.tokenOrder);
  return newest === undefined ? undefined : { ...newest, tokens: "stored" };
}

/** The same for who has the lock: whoever began to spend these, or to store later ones, does not go on with that. */
function leftOrder(entry: LedgerEntry | undefined, listed: Pick<Connection, "tokenOrder">): Known | undefined {
  const order = storedOrder(entry, listed);
  if (entry === undefined || order === undefined) return order;
  const isSpending = entry.state === "spending" && !isNewer(order, entry);
  const isBegun = (entry.begun ?? 0) > order.generation;
  return isSpending || isBegun ? { ...order, tokens: "inDoubt" } : order;
}
