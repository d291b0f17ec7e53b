import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { Clock } from "../core/clock.ts";
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
export async function writeTextFile(file: string, text: string, clock: Clock): Promise<void> {
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
    await repeatWhileBusy(clock, () => rename(temporary, file));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Removes a file; one that is not there is removed already. */
export async function removeFile(file: string, clock: Clock): Promise<void> {
  await repeatWhileBusy(clock, () => rm(file, { force: true }));
}
