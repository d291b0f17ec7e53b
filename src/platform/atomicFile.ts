import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { hourMs, type Clock } from "../core/clock.ts";
import { errorCodeOf, repeatWhileBusy } from "./busyFile.ts";

/** The file's text, or undefined when there is none. */
export async function readTextFile(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Replaces a file as one step: a reader sees the old text or the new one, also after a crash. Only this user may read
 * it. On Windows, where a reader can hold the file for a moment, the rename is repeated for up to two seconds.
 */
export async function writeTextFile(
  file: string,
  text: string,
  clock: Clock,
  move: (from: string, to: string) => Promise<void> = rename,
): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(text, "utf8");
      await handle.sync();
    } finally {
      await handle.close();
    }
    await repeatWhileBusy(clock, () => move(temporary, file));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Removes a file; one that is not there is removed already. */
export async function removeFile(file: string, clock: Clock): Promise<void> {
  await repeatWhileBusy(clock, () => rm(file, { force: true }));
}

/** Gives a file the name `<file>.damaged` (or `.damaged-2`, …) as its new one; nothing is overwritten. */
export async function setFileAside(file: string, clock: Clock): Promise<void> {
  for (let count = 1; ; count += 1) {
    const aside = `${file}.damaged${count === 1 ? "" : `-${count}`}`;
    if ((await readTextFile(aside)) !== undefined) continue;
    await repeatWhileBusy(clock, () => rename(file, aside));
    return;
  }
}

/** Files of texts, as one port. */
export interface TextFiles {
  /** Undefined when there is none. */
  read(file: string): Promise<string | undefined>;
  write(file: string, text: string): Promise<void>;
  remove(file: string): Promise<void>;
  /** Notes that the file was in use, to the day. A time that cannot be set is no trouble. */
  touch(file: string): Promise<void>;
}

export function createTextFiles(clock: Clock): TextFiles {
  return {
    read: readTextFile,
    write: (file, text) => writeTextFile(file, text, clock),
    remove: (file) => removeFile(file, clock),
    async touch(file) {
      try {
        const now = clock.now();
        if (Math.abs(now - (await stat(file)).mtimeMs) < 24 * hourMs) return;
        await utimes(file, new Date(now), new Date(now));
      } catch {
        // Then it looks older than it is; who needs it signs in once more at worst.
      }
    },
  };
}
