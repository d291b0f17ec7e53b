import path from "node:path";
import { performance } from "node:perf_hooks";
import type { Clock } from "../core/clock.ts";
import { takeLock } from "./connectionLock/index.ts";

/** Is the lock still ours? Asked right before something that cannot be taken back. */
export type StillHeld = () => Promise<"held" | "lost">;

/** Locks that all windows of this machine share, by name. */
export interface Locks {
  /** Runs `work` while nobody else holds the lock of that name; a signal stops the waiting for it, not the work. */
  hold<T>(name: string, work: (stillHeld: StillHeld) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** `folder/<name>.lock` is the lock's own folder. What `work` did stays done when releasing fails; that is told. */
export function createLocks(deps: {
  readonly folder: string;
  readonly clock: Clock;
  readonly onTrouble: (error: unknown) => void;
}): Locks {
  return {
    async hold(name, work, signal) {
      const folder = path.join(deps.folder, `${name}.lock`);
      const lock = await takeLock({ folder, clock: deps.clock, monotonicNow: () => performance.now() }, signal);
      try {
        return await work(() => lock.stillHeld());
      } finally {
        await lock.release().catch(deps.onTrouble);
      }
    },
  };
}
