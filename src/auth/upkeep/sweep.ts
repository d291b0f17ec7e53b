import { randomUUID } from "node:crypto";
import { readdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { hourMs } from "../../core/clock.ts";
import { keptMs } from "../sessionStates.ts";

export interface SweepOptions {
  /** `sessions/` in the folder that all windows share. */
  readonly folder: string;
  /** Ids of all connections, from a list that was just read. */
  readonly connectionIds: ReadonlySet<string>;
  /** Epoch ms by the clock of a server that has just answered. */
  readonly serverNow: number;
  /** Deletes the secrets of a connection that is in no list, and its ledger, unless some of it has to stay. */
  readonly forget: (connectionId: string) => Promise<"forgotten" | "kept">;
}

const dayMs = 24 * hourMs;

/**
 * Deletes what nobody opened for 30 days by the file system's clock: sealed sessions, ledgers, records and locks of connections
 * that are in no list any more, and halves of files whose writer was killed. Everything that is in use was touched since.
 * Deletes nothing when that clock is more than a day away from a server's: it would take its error for time gone by.
 * A ledger is the last trace of secrets that may have stayed behind: they go before it. Gives the names that were
 * deleted; rejects with the first thing that could not be, after all others.
 */
export async function sweepSessions(options: SweepOptions): Promise<readonly string[]> {
  const { folder, connectionIds, serverNow, forget } = options;
  const now = await fileSystemNow(folder);
  if (Math.abs(now - serverNow) > dayMs) return [];
  const swept: string[] = [];
  const failures: unknown[] = [];
  for (const name of await readdir(folder)) {
    if (!isSwept(name, connectionIds)) continue;
    const file = path.join(folder, name);
    if (now - (await lastUsed(file)) <= keptMs) continue;
    try {
      const id = ledgerName.exec(name)?.groups?.["id"];
      if (id !== undefined && (await forget(id)) === "kept") continue;
      await rm(file, { recursive: true, force: true });
      swept.push(name);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return swept;
}

const ledgerName = /^(?<id>[0-9a-f-]{36})\.json$/u;

/** Names that this extension gives: others are none of its business, and what is damaged is left as it is. */
function isSwept(name: string, connectionIds: ReadonlySet<string>): boolean {
  if (/^[0-9a-f-]{36}\.sealed$/u.test(name) || /^[0-9a-f-]{36}(?:\.handOuts)?\.(?:sealed|json)\..+\.tmp$/u.test(name))
    return true;
  const id = /^(?<id>[0-9a-f-]{36})(?:\.handOuts)?\.(?:json|lock)$/u.exec(name)?.groups?.["id"];
  return id !== undefined && !connectionIds.has(id);
}

/** A lock is a folder of files: its youngest one counts. */
async function lastUsed(file: string): Promise<number> {
  const { mtimeMs, isFolder } = await look(file);
  if (!isFolder) return mtimeMs;
  const inside = await Promise.all((await readdir(file)).map((name) => look(path.join(file, name))));
  return Math.max(mtimeMs, ...inside.map((one) => one.mtimeMs));
}

/** What vanished meanwhile is as young as can be. */
async function look(file: string): Promise<{ readonly mtimeMs: number; readonly isFolder: boolean }> {
  try {
    const found = await stat(file);
    return { mtimeMs: found.mtimeMs, isFolder: found.isDirectory() };
  } catch {
    return { mtimeMs: Number.POSITIVE_INFINITY, isFolder: false };
  }
}

/** Epoch ms by the clock that gave all these files their times. */
async function fileSystemNow(folder: string): Promise<number> {
  const probe = path.join(folder, `${randomUUID()}.probe`);
  try {
    await writeFile(probe, "", { mode: 0o600 });
    return (await stat(probe)).mtimeMs;
  } finally {
    await rm(probe, { force: true });
  }
}
