import path from "node:path";
import * as v from "valibot";
import type { SecretStore } from "../../src/auth/vault.ts";
import type { Clock } from "../../src/core/clock.ts";
import { readTextFile, writeTextFile } from "../../src/platform/atomicFile.ts";
import { systemClock } from "../../src/platform/clock.ts";
import type { Random } from "./random.ts";

/** A value that a window wrote, oldest first; null where it deleted one. Others see it from `told` on, true epoch ms. */
const writesSchema = v.array(v.object({ by: v.string(), told: v.number(), value: v.nullable(v.string()) }));
type Writes = v.InferOutput<typeof writesSchema>;

/** The longest time after which all windows see what one of them wrote. */
export const longestLagMs = 200;

export interface SecretFiles extends SecretStore {
  /** When this window sees what was written to `key` last: true epoch ms; its own is there at once. */
  seenAt(key: string): Promise<number>;
}

/**
 * A secret store that processes share as the desktop's windows share the keyring: a file for each value. Who wrote it
 * finds it there at once, and others 0.1 to 0.2 seconds later; till then they find what was before. A write is the
 * editor's once it is made, also when the process that made it is killed then.
 * @see microsoft/vscode, Storage.DEFAULT_FLUSH_DELAY and StorageDatabaseChannel.STORAGE_CHANGE_DEBOUNCE_TIME
 */
export function createSecretFiles(
  folder: string,
  { window, clock, random }: { readonly window: string; readonly clock: Clock; readonly random: Random },
): SecretFiles {
  const fileOf = (key: string): string => path.join(folder, key);
  const writes = async (key: string): Promise<Writes> => {
    const text = await readTextFile(fileOf(key));
    return text === undefined ? [] : v.parse(v.pipe(v.string(), v.parseJson(), writesSchema), text);
  };
  const isSeen = ({ by, told }: Writes[number]): boolean => by === window || told <= systemClock.now();
  const write = async (key: string, value: string | null): Promise<void> => {
    const before = await writes(key);
    // What everybody sees over something older is all that is left of that.
    const told = before.findLastIndex((one) => one.told <= systemClock.now());
    const next = { by: window, told: systemClock.now() + random.between(longestLagMs / 2, longestLagMs), value };
    await writeTextFile(fileOf(key), JSON.stringify([...before.slice(Math.max(told, 0)), next]), clock);
  };
  const get = async (key: string): Promise<string | undefined> =>
    (await writes(key)).findLast(isSeen)?.value ?? undefined;
  return {
    get,
    store: (key, value) => write(key, value),
    // What a window does not see it does not delete.
    delete: async (key) => {
      if ((await get(key)) !== undefined) await write(key, null);
    },
    seenAt: async (key) => {
      const last = (await writes(key)).at(-1);
      return last === undefined || last.by === window ? 0 : last.told;
    },
  };
}
