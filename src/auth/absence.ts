import type { Clock } from "../core/clock.ts";
import { ProcoreError } from "../core/errors.ts";
import type { Keyring } from "../core/keyring.ts";
import { isNewer, newestOrder, type TokenOrder } from "../core/oauth/tokenSet.ts";
import type { Connection } from "../core/session.ts";
import type { Connections } from "./connections.ts";
import type { Ledger, LedgerEntry } from "./ledger.ts";
import type { MissingKeys } from "./missingKeys.ts";
import type { SessionHome } from "./sessionHome.ts";
import type { SessionNotes } from "./sessionNotes.ts";
import { isUnused } from "./sessionStates.ts";

export interface AbsenceDependencies {
  readonly connections: Connections;
  readonly home: SessionHome;
  readonly ledger: Ledger;
  readonly missingKeys: MissingKeys;
  readonly clock: Clock;
  /** Whose keyring this window's secrets are in, for the words about one that forgot. */
  readonly keyring?: Keyring | undefined;
  /** Says in the list what a window that signed out did not live to write there, or that what was stored is deleted. */
  readonly saySignedOut: SessionNotes["saySignedOut"];
  /** Says in the list why the session needs a person. */
  readonly breakSession: SessionNotes["breakSession"];
}

/** Why this window has no tokens to use: signed out elsewhere, broken before, forgotten, or older than the ledger's. */
export class Absence {
  readonly #deps: AbsenceDependencies;

  constructor(deps: AbsenceDependencies) {
    this.#deps = deps;
  }

  /** The home has nothing for this window: signed out by another one, broken before, or a store that forgot? */
  async ofTokens({ id, tokenOrder }: Connection): Promise<ProcoreError> {
    const { connections, ledger, home, keyring } = this.#deps;
    // The store's event can come before the list's: list and ledger as they are now decide.
    await connections.load();
    const session = connections.get(id)?.session;
    const entry = await ledger.read(id);
    const state = entry !== undefined && isListedLater(tokenOrder, entry) ? undefined : entry?.state;
    // Who stood still may have listed it as active after somebody took over and signed out.
    const isSaid = entry !== undefined && state === "signedOut" && entry.generation > 0;
    if (session !== undefined && isSaid) await this.#deps.saySignedOut(id, entry);
    if (session === undefined || session.kind === "signedOut" || state === "signedOut") {
      return new ProcoreError({ kind: "signedOut" });
    }
    if (session.kind === "broken" && session.reason !== "credentialsRejected" && session.reason !== "notKept") {
      return new ProcoreError({ kind: "signedOut", reason: session.reason });
    }
    if (state === "memoryOnly") return new ProcoreError({ kind: "signedOut", reason: "inAnotherWindow" });
    // Where each window has its own copy of the secrets, this one's loss is not the connection's.
    if (home.kind === "sealedFile") return await this.#ofKey(id, entry);
    await this.#deps.breakSession(id, tokenOrder, "notKept");
    return new ProcoreError({ kind: "signedOut", reason: "notKept", ...(keyring === undefined ? {} : { keyring }) });
  }

  /** Newer tokens than these are on record, by the ledger or the list: these were used before, and are never spent again. */
  async ofNewest(
    { id, tokenOrder }: Connection,
    stored: TokenOrder,
    entry: LedgerEntry | undefined,
  ): Promise<ProcoreError> {
    const isSpeaking = entry !== undefined && !isListedLater(tokenOrder, entry);
    if (isSpeaking && entry.state === "signedOut") {
      await this.#deps.saySignedOut(id, entry);
      return new ProcoreError({ kind: "signedOut" });
    }
    if (isSpeaking && entry.state === "memoryOnly")
      return new ProcoreError({ kind: "signedOut", reason: "inAnotherWindow" });
    // Another window signed in and has a key of its own: this one opens what was before it.
    const known = newestOrder(entry, tokenOrder);
    if (this.#deps.home.kind === "sealedFile" && known !== undefined && known.generation > stored.generation) {
      return await this.#ofKey(id, known);
    }
    await this.#deps.breakSession(id, known, "olderCopy");
    return new ProcoreError({ kind: "signedOut", reason: "olderCopy" });
  }

  /**
   * Where each window has its own copy of the secrets: why this one's is older than another window's, whose it would
   * replace by a write. Undefined when it lacks no key, or lacks it also after a reload.
   */
  async ofFreshSecrets(): Promise<ProcoreError | undefined> {
    const { connections, home, ledger, clock } = this.#deps;
    if (home.kind === "secretStorage") return undefined;
    // Another window's sign-in may not have been heard of yet.
    await connections.load();
    for (const connection of connections.current.connections) {
      const { id, session } = connection;
      const hasTokens =
        session.kind === "active" || (session.kind === "broken" && session.reason === "credentialsRejected");
      if (!hasTokens || isUnused(connection, clock.now())) continue;
      const entry = await ledger.read(id).catch(noEntry);
      if (entry?.state !== "stored" && entry?.state !== "spending") continue;
      const stored = await home.session(id).catch(unreadable);
      if (stored === "unreadable" || (stored !== undefined && stored.generation >= entry.generation)) continue;
      const reason = await this.#deps.missingKeys.reason(id, entry.generation);
      if (reason === "storeReplaced") return new ProcoreError({ kind: "signedOut", reason });
    }
    return undefined;
  }

  async #ofKey(connectionId: string, known: TokenOrder | undefined): Promise<ProcoreError> {
    const connection = this.#deps.connections.get(connectionId);
    if (connection !== undefined && known !== undefined && isUnused(connection, this.#deps.clock.now())) {
      await this.#deps.saySignedOut(connectionId, known);
      return new ProcoreError({ kind: "signedOut", reason: "unused" });
    }
    const reason = await this.#deps.missingKeys.reason(connectionId, known?.generation ?? 0);
    return new ProcoreError({ kind: "signedOut", reason });
  }
}

/** A ledger from before the list says nothing of the newest tokens: somebody put an older copy of it back. */
const isListedLater = (tokenOrder: TokenOrder | undefined, entry: LedgerEntry): boolean =>
  tokenOrder !== undefined && isNewer(tokenOrder, entry);

/** What cannot be read says nothing about keys: a damaged file was opened with one. */
const noEntry = (): undefined => undefined;
const unreadable = (): "unreadable" => "unreadable";
