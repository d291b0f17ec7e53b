import * as l10n from "@vscode/l10n";
import path from "node:path";
import * as v from "valibot";
import type { Clock } from "../core/clock.ts";
import { ProcoreError } from "../core/errors.ts";
import { newestOrder, type TokenOrder } from "../core/oauth/tokenSet.ts";
import { parseStored } from "../core/storedValue.ts";
import { readTextFile, removeFile, setFileAside, writeTextFile } from "../platform/atomicFile.ts";

/**
 * What all windows know of a connection's newest tokens, without holding one:
 * - `stored`: tokens of this generation and rotation are in their home;
 * - `spending`: a refresh with them was about to be sent; if it stays so, its window did not live to store the answer;
 * - `memoryOnly`: one window has newer tokens that the home did not take;
 * - `signedOut`: there are none, and nobody need wonder why.
 */
export interface LedgerEntry extends TokenOrder {
  readonly state: "stored" | "spending" | "memoryOnly" | "signedOut";
  /** A later generation that a sign-in began to store: whoever was killed then may have stored it, and said nothing. */
  readonly begun?: number;
}

/**
 * `sessions/<connection>.json`: no secret in it; on disk before a refresh is sent, before a sign-in is stored, and after
 * either was stored.
 */
export interface Ledger {
  read(connectionId: string): Promise<LedgerEntry | undefined>;
  /** An entry of a later generation stays: whoever writes an older one stood still meanwhile. */
  write(connectionId: string, entry: Omit<LedgerEntry, "begun">): Promise<void>;
  /** Says that tokens of this generation are about to be stored; what is known of the newest ones stays. */
  begin(connectionId: string, generation: number): Promise<void>;
  /** Removes everything that is on record of a connection, what was handed out too. */
  forget(connectionId: string): Promise<void>;
  /** Keeps an entry that cannot be read under another name, so that there is none. */
  setAside(connectionId: string): Promise<void>;
}

/** Where `handOuts.ts` keeps to whom a session's token was given. */
export const handOutsFile = (folder: string, connectionId: string): string =>
  path.join(folder, `${connectionId}.handOuts.json`);

const what = l10n.t("The record of your session");
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const schema = v.object({
  v: v.literal(1),
  generation: count,
  rotation: count,
  state: v.picklist(["stored", "spending", "memoryOnly", "signedOut"]),
  begun: v.optional(count),
});

const nothing: LedgerEntry = { generation: 0, rotation: 0, state: "signedOut" };

export function createLedger(folder: string, clock: Clock): Ledger {
  const fileOf = (connectionId: string): string => path.join(folder, `${connectionId}.json`);
  const read = async (connectionId: string): Promise<LedgerEntry | undefined> => {
    const text = await storage("read", () => readTextFile(fileOf(connectionId)));
    return text === undefined ? undefined : parseLedgerEntry(text);
  };
  const put = async (connectionId: string, entry: LedgerEntry): Promise<void> => {
    const { generation, rotation, state, begun } = entry;
    const text = JSON.stringify({ v: 1, generation, rotation, state, begun });
    await storage("write", () => writeTextFile(fileOf(connectionId), text, clock));
  };
  return {
    read,
    async write(connectionId, entry) {
      const before = await read(connectionId).catch(damagedIsNone);
      if (before !== undefined && before.generation > entry.generation) return;
      await put(connectionId, begunAt(entry, before?.begun));
    },
    async begin(connectionId, generation) {
      const before = await read(connectionId).catch(damagedIsNone);
      await put(connectionId, begunAt(before ?? nothing, Math.max(generation, before?.begun ?? 0)));
    },
    async forget(connectionId) {
      await storage("write", () => removeFile(fileOf(connectionId), clock));
      await storage("write", () => removeFile(handOutsFile(folder, connectionId), clock));
    },
    async setAside(connectionId) {
      await storage("write", () => setFileAside(fileOf(connectionId), clock));
    },
  };
}

/** The entry; one that is damaged makes way, so that there is none. */
export async function readableEntry(ledger: Ledger, connectionId: string): Promise<LedgerEntry | undefined> {
  try {
    return await ledger.read(connectionId);
  } catch (error) {
    if (!isDamaged(error)) throw error;
    await ledger.setAside(connectionId);
    return undefined;
  }
}

/** Rejects as `parseStored` does; the file is left as it is. */
export function parseLedgerEntry(text: string): LedgerEntry {
  const entry = parseStored(text, schema, what);
  return begunAt(entry, entry.begun);
}

/** The entry with the latest generation that was begun, while no later one is known. */
export function begunAt(
  { generation, rotation, state }: Omit<LedgerEntry, "begun">,
  begun: number | undefined,
): LedgerEntry {
  const entry = { generation, rotation, state };
  return begun === undefined || begun <= generation ? entry : { ...entry, begun };
}

/** Later than what was stored, or may have been. */
export const generationAfter = (
  entry: LedgerEntry | undefined,
  ...known: readonly (TokenOrder | undefined)[]
): number => Math.max(entry?.begun ?? 0, newestOrder(entry, ...known)?.generation ?? 0) + 1;

const isDamaged = (error: unknown): boolean => error instanceof ProcoreError && error.failure.kind === "damaged";

function damagedIsNone(error: unknown): undefined {
  if (!isDamaged(error)) throw error;
}

async function storage<T>(doing: "read" | "write", work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new ProcoreError({ kind: "storage", what, doing }, { cause: error });
  }
}
