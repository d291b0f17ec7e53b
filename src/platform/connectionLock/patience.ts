import { randomInt } from "node:crypto";
import type { Clock } from "../../core/clock.ts";
import { ProcoreError } from "../../core/errors.ts";
import type { Verdict } from "./judge.ts";

/** Somebody who holds the lock, to be logged and to be named to `takeOver`. */
export interface OwnerDescription {
  readonly ticket: number;
  readonly verdict: Exclude<Verdict, "takeable">;
  /** Absent if the ticket cannot be read. `takenAt` is epoch ms by the owner's wall clock. */
  readonly owner?: { readonly pid: number; readonly host: string; readonly takenAt: number };
}

export interface PatienceOptions {
  readonly clock: Clock;
  readonly patienceMs?: number;
  readonly onWaiting?: (owner: OwnerDescription) => void;
}

/**
 * Waits a moment for an owner, and rejects with `sessionBusy` once one that is alive was waited for long enough; one that
 * cannot be checked becomes stale by itself. Counts pauses and no clock, so that a machine that slept does not blame an
 * owner that slept with it. The jitter keeps waiting windows apart.
 */
export function createPatience(
  options: PatienceOptions,
  signal?: AbortSignal,
): (owner: OwnerDescription) => Promise<void> {
  const { clock, patienceMs = 45_000, onWaiting } = options;
  let seen = { ticket: 0, waitedMs: 0 };
  return async (owner) => {
    if (seen.ticket !== owner.ticket) {
      seen = { ticket: owner.ticket, waitedMs: 0 };
      onWaiting?.(owner);
    }
    if (owner.verdict === "alive" && seen.waitedMs >= patienceMs) throw new ProcoreError({ kind: "sessionBusy" });
    // A look at an owner that cannot be checked costs a write.
    const pauseMs = owner.verdict === "alive" ? randomInt(25, 101) : randomInt(100, 401);
    await clock.sleep(pauseMs, signal);
    seen = { ...seen, waitedMs: seen.waitedMs + pauseMs };
  };
}
