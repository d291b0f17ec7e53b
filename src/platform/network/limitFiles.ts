import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { type Clock, hourMs } from "../../core/clock.ts";
import { parseJson } from "../../core/parseJson.ts";
import { current, type Limits } from "../../core/http/pacing/limits.ts";
import type { SharedLimits } from "../../core/http/pacing/pacer.ts";
import { removeFile, writeTextFile } from "../atomicFile.ts";

/** `SharedLimits` in files, to be closed by who made it. */
export interface LimitFiles extends SharedLimits {
  /** Ends what is being written and writes no more. */
  close(): Promise<void>;
}

/** How old an answer may be: as long as that nothing is looked up again. */
const freshMs = 100;
/** What is left is written at most this often; a limit that is used up at once. */
const restMs = 250;
/** No window is longer than an hour: an older file tells nothing. */
const expiredMs = 2 * hourMs;

const wholeNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const fileSchema = v.object({
  v: v.literal(1),
  pausedUntil: wholeNumber,
  windows: v.pipe(
    v.array(
      v.object({
        limit: wholeNumber,
        remaining: wholeNumber,
        resetAt: v.number(),
        resetsAt: v.number(),
        asOf: v.number(),
      }),
    ),
    v.maxLength(8),
  ),
});

/**
 * What the windows of this machine tell each other of rate limits: a small file for each connection, with numbers and
 * times only. Nobody holds a lock: each file is replaced as one step, the last writer wins, and a lost word is told
 * again by the next reply. Reading looks at the file's time first, and ten times a second at most. What cannot be read,
 * written or understood is as if nobody had told anything.
 */
export function createLimitFiles({ folder, clock }: { readonly folder: string; readonly clock: Clock }): LimitFiles {
  const entries = new Map<string, Entry>();
  let sweeping: Promise<void> | undefined;
  const entryOf = (connectionId: string): Entry | undefined => {
    if (!/^[\w-]{1,64}$/u.test(connectionId)) return undefined;
    const entry = entries.get(connectionId) ?? new Entry(path.join(folder, `${connectionId}.json`), clock);
    entries.set(connectionId, entry);
    return entry;
  };
  return {
    read: async (connectionId) => await entryOf(connectionId)?.read(),
    write(connectionId, limits) {
      sweeping ??= sweep(folder, clock);
      entryOf(connectionId)?.write(limits);
    },
    async forget(connectionId) {
      const entry = entryOf(connectionId);
      entries.delete(connectionId);
      await entry?.remove();
    },
    async close() {
      await Promise.all([...Array.from(entries.values(), (entry) => entry.close()), sweeping]);
    },
  };
}

/** One connection's file. */
class Entry {
  readonly #file: string;
  readonly #clock: Clock;
  #isClosed = false;
  #looked: { readonly at: number; readonly answer: Promise<Limits | undefined> } | undefined;
  #version = "";
  #limits: Limits | undefined;
  #next: Limits | undefined;
  #hurry = new AbortController();
  #writing: Promise<void> | undefined;

  constructor(file: string, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
  }

  read(): Promise<Limits | undefined> {
    const now = this.#clock.now();
    if (this.#looked !== undefined && now - this.#looked.at < freshMs && now >= this.#looked.at) {
      return this.#looked.answer;
    }
    this.#looked = { at: now, answer: this.#look() };
    return this.#looked.answer;
  }

  write(limits: Limits): void {
    if (this.#isClosed) return;
    this.#next = limits;
    const isUrgent = limits.pausedUntil > this.#clock.now() || limits.windows.some(({ remaining }) => remaining <= 0);
    if (isUrgent) this.#hurry.abort();
    this.#writing ??= this.#writeAll();
  }

  async remove(): Promise<void> {
    await this.close();
    await removeFile(this.#file, this.#clock).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#next = undefined;
    this.#isClosed = true;
    this.#hurry.abort();
    await this.#writing;
  }

  async #look(): Promise<Limits | undefined> {
    try {
      const { mtimeMs, size, ino } = await stat(this.#file);
      const version = `${mtimeMs}/${size}/${ino}`;
      if (version === this.#version) return this.#limits;
      this.#limits = size > 10_000 ? undefined : parseLimits(await readFile(this.#file, "utf8"), this.#clock.now());
      this.#version = version;
      return this.#limits;
    } catch {
      return undefined;
    }
  }

  async #writeAll(): Promise<void> {
    while (this.#next !== undefined && !this.#isClosed) {
      const limits = this.#next;
      this.#next = undefined;
      this.#hurry = new AbortController();
      await writeTextFile(this.#file, serializeLimits(limits), this.#clock).catch(() => undefined);
      await this.#clock.sleep(restMs, this.#hurry.signal).catch(() => undefined);
    }
    this.#writing = undefined;
  }
}

/** @returns undefined for anything but limits, e.g. half a file or another version's */
function parseLimits(text: string, now: number): Limits | undefined {
  const parsed = v.safeParse(fileSchema, parseJson(text));
  return parsed.success
    ? current({ windows: parsed.output.windows, pausedUntil: parsed.output.pausedUntil }, now)
    : undefined;
}

const serializeLimits = ({ windows, pausedUntil }: Limits): string =>
  `${JSON.stringify({ v: 1, pausedUntil: Math.ceil(pausedUntil), windows })}\n`;

/** Removes what tells nothing any more: connections that are gone, and half-written files of a window that died. */
async function sweep(folder: string, clock: Clock): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names) {
    const file = path.join(folder, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Number.NaN }));
    if (mtimeMs < clock.now() - expiredMs) await removeFile(file, clock).catch(() => undefined);
  }
}
