import { randomInt, randomUUID } from "node:crypto";
import type { Clock } from "../../core/clock.ts";
import { type Chain, createChain } from "./chain.ts";
import type { Owner } from "./entry.ts";
import { createHeldLock, type HeldLock, type Moment } from "./heldLock.ts";
import { judge } from "./judge.ts";
import { type LockFiles, systemFiles } from "./lockFiles.ts";
import { createPatience, type OwnerDescription } from "./patience.ts";
import { type ProcessIdentity, type Processes, systemProcesses } from "./processes.ts";

/*
 * A lock that processes share through a folder: one window at a time renews a session.
 *
 * No file system can remove or replace a file "only if it is still the one I looked at". So no lock is ever removed or
 * replaced here. The folder holds numbered tickets; the newest is the lock, and only its first bytes change, from "held"
 * to "free", by its owner. Who may follow on ticket n (it is free, or its owner is dead, stale or taken over by hand)
 * creates n + 1, whole and at once, by a link that fails if n + 1 exists. What cannot happen, and why:
 *
 * - Two stealers both win: both want the same next number, and a number is given once.
 * - A slow stealer removes a fresh lock: it can only try the number after the one it judged, and that exists by then.
 * - It exists by then: a ticket is removed only when the one after it is older than a lease. Whoever looked at n that
 *   long ago and creates n + 1 again sees afterwards that more than half a lease went by, or that a newer ticket exists,
 *   and gives up. Nobody looks at a ticket below the newest one, and the newest one is never removed.
 * - An owner that was taken over releases the thief's lock: it marks its own number, and only after it read its own
 *   nonce from that very file.
 * - A stealer is killed half-way: before the link nothing has changed but a draft that nobody reads; after it, it is an
 *   owner like any other, dead and taken at once. There is nothing between.
 * - Take Over hits another owner than the person saw: it names a ticket number, and numbers do not come again.
 * - An owner slept through its lease: `stillHeld` compares both clocks with those of the moment before it looked at the
 *   ticket it followed on, and looks which ticket is the newest.
 */

export type { HeldLock } from "./heldLock.ts";
export type { OwnerDescription } from "./patience.ts";

/** How long an owner that cannot be checked is believed, ms. */
export const defaultLeaseMs = 60_000;

export interface LockOptions {
  /** A folder of the lock's own (`sessions/<id>.lock`), created when needed. It must not be removed while in use. */
  readonly folder: string;
  /** Wall clock. */
  readonly clock: Clock;
  /** Milliseconds that no setting of the wall clock changes. */
  readonly monotonicNow: () => number;
  /** How long an owner that cannot be checked is believed. An owner gives up after half of it. Default `defaultLeaseMs`. */
  readonly leaseMs?: number;
  /**
   * How long to wait for one and the same owner that is alive before `sessionBusy`. Time in which the machine sleeps does
   * not count. Default 45 s.
   */
  readonly patienceMs?: number;
  /** Called once for each owner that is waited for. */
  readonly onWaiting?: (owner: OwnerDescription) => void;
  /** Default: those of this machine. */
  readonly files?: LockFiles;
  /** Default: those of this machine. */
  readonly processes?: Processes;
}

/**
 * Takes the lock, waiting for whoever holds it. Rejects with the signal's reason, with `sessionBusy` when an owner kept
 * it for longer than the patience, and with `storage` when the folder cannot be used.
 */
export const takeLock = (options: LockOptions, signal?: AbortSignal): Promise<HeldLock> =>
  take(options, undefined, signal);

/**
 * Takes the lock from the owner that a person decided about, alive or not. If somebody else has it by now, waits like
 * `takeLock`. The owner sees `lost` before it sends; what it has sent already cannot be called back.
 */
export const takeOver = (options: LockOptions, from: OwnerDescription, signal?: AbortSignal): Promise<HeldLock> =>
  take(options, from.ticket, signal);

interface Attempt {
  readonly options: LockOptions;
  readonly chain: Chain;
  readonly self: ProcessIdentity;
  readonly processes: Processes;
  readonly leaseMs: number;
}

async function take(options: LockOptions, forced: number | undefined, signal?: AbortSignal): Promise<HeldLock> {
  const { folder, clock, leaseMs = defaultLeaseMs, files = systemFiles, processes = systemProcesses } = options;
  const chain = createChain({ folder, files, clock, leaseMs });
  const attempt: Attempt = { options, chain, self: await processes.self(), processes, leaseMs };
  const wait = createPatience(options, signal);
  for (;;) {
    signal?.throwIfAborted();
    const start = { wall: clock.now(), monotonic: options.monotonicNow() };
    const ticket = await chain.newest();
    const other = ticket === forced ? undefined : await describeOther(attempt, ticket);
    if (other !== undefined) {
      await wait(other);
      continue;
    }
    const lock = await follow(attempt, ticket, start);
    if (lock === undefined) {
      await clock.sleep(randomInt(25, 101), signal);
      continue;
    }
    if (signal?.aborted === true) await lock.release();
    signal?.throwIfAborted();
    return lock;
  }
}

/** Who is in the way, or undefined when the next ticket may be tried. */
async function describeOther(attempt: Attempt, ticket: number): Promise<OwnerDescription | undefined> {
  const { chain } = attempt;
  // A ticket that vanished was not the newest any more; the one after it exists, and trying it tells.
  const entry = ticket === 0 ? undefined : await chain.read(ticket);
  if (entry === undefined) return undefined;
  const verdict = await judge(entry, { ...attempt, fileSystemNow: () => chain.fileSystemNow() });
  if (verdict === "takeable") return undefined;
  if (entry.state === "unreadable") return { ticket, verdict };
  const { pid, host, takenAt } = entry.owner;
  return { ticket, verdict, owner: { pid, host, takenAt } };
}

/** Tries to get the next ticket; undefined if somebody was faster or this process too slow. */
async function follow(attempt: Attempt, ticket: number, start: Moment): Promise<HeldLock | undefined> {
  const { options, chain, self, leaseMs } = attempt;
  const owner: Owner = { ...self, nonce: randomUUID(), takenAt: start.wall };
  await chain.add(ticket + 1, owner);
  const lock = createHeldLock({ ...options, chain, leaseMs, ticket: ticket + 1, owner, start });
  let state: "held" | "lost" = "lost";
  try {
    state = await lock.stillHeld();
  } finally {
    if (state === "lost") await lock.release();
  }
  if (state === "lost") return undefined;
  // The lock is ours whatever becomes of old tickets; the next owner tries again.
  await chain.tidy().catch(() => undefined);
  return lock;
}
