import type { Clock } from "../../core/clock.ts";
import type { Chain } from "./chain.ts";
import type { Owner } from "./entry.ts";

export interface HeldLock {
  /**
   * Call right before sending. `lost` if somebody took the lock over, or if the wall clock or the monotonic one moved by
   * more than half a lease since it was taken: others may believe that this process is gone.
   */
  stillHeld(): Promise<"held" | "lost">;
  /** Lets others in at once; does nothing to the lock of somebody who took over. May be called twice. */
  release(): Promise<void>;
}

/** A time by both clocks. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

export interface HeldLockOptions {
  readonly chain: Chain;
  readonly clock: Clock;
  readonly monotonicNow: () => number;
  readonly leaseMs: number;
  readonly ticket: number;
  readonly owner: Owner;
  /** Before the ticket that this one follows on was looked at. */
  readonly start: Moment;
}

/** The lock as its owner sees it. */
export function createHeldLock(options: HeldLockOptions): HeldLock {
  const { chain, clock, monotonicNow, leaseMs, ticket, owner, start } = options;
  const slept = (): boolean =>
    Math.abs(clock.now() - start.wall) > leaseMs / 2 || Math.abs(monotonicNow() - start.monotonic) > leaseMs / 2;
  return {
    async stillHeld() {
      if ((await chain.newest()) !== ticket) return "lost";
      const entry = await chain.read(ticket);
      const ours = entry?.state === "held" && entry.owner.nonce === owner.nonce;
      // Last, because the process may have slept while it read.
      return ours && !slept() ? "held" : "lost";
    },
    release: () => chain.free(ticket, owner),
  };
}
