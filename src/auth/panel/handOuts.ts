import * as l10n from "@vscode/l10n";
import * as v from "valibot";
import { minuteMs, type Clock } from "../../core/clock.ts";
import { ProcoreError } from "../../core/errors.ts";
import { parseStored } from "../../core/storedValue.ts";
import { readTextFile, setFileAside, writeTextFile } from "../../platform/atomicFile.ts";
import type { Locks } from "../../platform/locks.ts";
import { handOutsFile } from "../ledger.ts";
import { handOutsLock } from "../sessionStates.ts";

/** An access token that left the extension by a person's act; when and to what, never the token. */
export interface HandOut {
  /** Epoch ms. */
  readonly at: number;
  /** `extension`: VS Code asked for it, for another extension that it does not name. */
  readonly to: "extension" | "clipboard" | "terminal";
  /** The end of the token that was given, epoch ms in the server's time: it tells one token from the next. */
  readonly endsAt: number;
  /** When another extension asked last for the same token; epoch ms. */
  readonly lastAt?: number | undefined;
  /** A terminal that was closed meanwhile. */
  readonly over?: "over" | undefined;
}

/** `sessions/<connection>.handOuts.json`: the newest hand-outs of a connection, by all windows. No secret in it. */
export interface HandOuts {
  /** Oldest first. */
  read(connectionId: string): Promise<readonly HandOut[]>;
  note(connectionId: string, handOut: Pick<HandOut, "to" | "endsAt">): Promise<HandOut>;
  /** A terminal was closed: what was given to it is no longer there. */
  end(connectionId: string, handOut: HandOut): Promise<void>;
}

const kept = 50;
const what = l10n.t("The record of what was handed out");
const entrySchema = v.object({
  at: v.number(),
  to: v.picklist(["extension", "clipboard", "terminal"]),
  endsAt: v.number(),
  lastAt: v.optional(v.number()),
  over: v.optional(v.literal("over")),
});
const schema = v.object({ v: v.literal(1), handOuts: v.array(entrySchema) });

export function createHandOuts(deps: {
  readonly folder: string;
  readonly clock: Clock;
  readonly locks: Locks;
}): HandOuts {
  const { folder, clock, locks } = deps;
  /** Undefined when there is no record. */
  const read = async (connectionId: string): Promise<readonly HandOut[] | undefined> => {
    const text = await storage("read", () => readTextFile(handOutsFile(folder, connectionId)));
    return text === undefined ? undefined : parseHandOuts(text);
  };
  /** A record that is damaged is kept under another name, and a new one begins. */
  const readOrSetAside = async (connectionId: string): Promise<readonly HandOut[] | undefined> => {
    try {
      return await read(connectionId);
    } catch (error) {
      if (!(error instanceof ProcoreError) || error.failure.kind !== "damaged") throw error;
      await storage("write", () => setFileAside(handOutsFile(folder, connectionId), clock));
      return undefined;
    }
  };
  const change = async (
    connectionId: string,
    to: (before: readonly HandOut[] | undefined) => readonly HandOut[] | undefined,
  ): Promise<void> => {
    await locks.hold(handOutsLock(connectionId), async () => {
      const next = to(await readOrSetAside(connectionId));
      if (next === undefined) return;
      const text = JSON.stringify({ v: 1, handOuts: next.slice(-kept) });
      await storage("write", () => writeTextFile(handOutsFile(folder, connectionId), text, clock));
    });
  };
  return {
    read: async (connectionId) => (await read(connectionId)) ?? [],
    async note(connectionId, { to, endsAt }) {
      const entry: HandOut = { at: clock.now(), to, endsAt };
      const known = to === "extension" ? await read(connectionId).catch(() => undefined) : undefined;
      const same = known?.find((it) => isSame(it, entry));
      // An extension may ask before each of its requests: once a minute is often enough to be put down.
      if (same !== undefined && entry.at - (same.lastAt ?? same.at) < minuteMs) return same;
      await change(connectionId, (before) => withEntry(before ?? [], entry));
      return entry;
    },
    async end(connectionId, { at, to, endsAt }) {
      const isIt = (item: HandOut): boolean => item.at === at && item.to === to && item.endsAt === endsAt;
      // Without a record the connection was removed meanwhile, and nothing of it comes back, no lock either.
      if ((await storage("read", () => readTextFile(handOutsFile(folder, connectionId)))) === undefined) return;
      await change(connectionId, (before) => before?.map((item) => (isIt(item) ? { ...item, over: "over" } : item)));
    },
  };
}

/** Of another extension's requests for one token, the first and the last are kept. */
function withEntry(before: readonly HandOut[], entry: HandOut): readonly HandOut[] {
  if (entry.to !== "extension" || !before.some((item) => isSame(item, entry))) return [...before, entry];
  return before.map((item) => (isSame(item, entry) ? { ...item, lastAt: entry.at } : item));
}

const isSame = (one: HandOut, other: HandOut): boolean => one.to === other.to && one.endsAt === other.endsAt;

/** Which of these stop working when the token that ends at `endsAt` is renewed before its end. */
export const inUse = (handOuts: readonly HandOut[], endsAt: number, serverNow: number): readonly HandOut[] =>
  handOuts.filter((item) => item.endsAt === endsAt && item.over === undefined && serverNow < endsAt);

/** Rejects as `parseStored` does; the file is left as it is. */
export const parseHandOuts = (text: string): readonly HandOut[] => parseStored(text, schema, what).handOuts;

async function storage<T>(doing: "read" | "write", work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new ProcoreError({ kind: "storage", what, doing }, { cause: error });
  }
}
