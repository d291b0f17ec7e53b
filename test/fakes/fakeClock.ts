import type { Clock } from "../../src/core/clock.ts";

interface Sleeper {
  readonly wakesAt: number;
  readonly wake: () => void;
}

/** Time that moves only by `advance`, which wakes sleepers in order and lets each do its work before the next. */
export class FakeClock implements Clock {
  #now: number;
  #sleepers: readonly Sleeper[] = [];

  constructor(startAt = Date.UTC(2026, 0, 5, 9, 0)) {
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  /** How many wait at the moment. */
  get sleeperCount(): number {
    return this.#sleepers.length;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const remove = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        signal?.removeEventListener("abort", onAbort);
      };
      const onAbort = (): void => {
        remove();
        reject(signal?.reason instanceof Error ? signal.reason : new Error("Aborted"));
      };
      const wake = (): void => {
        remove();
        resolve();
      };
      const sleeper: Sleeper = { wakesAt: this.#now + Math.max(0, ms), wake };
      if (signal?.aborted === true) {
        onAbort();
        return;
      }
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#sleepers = [...this.#sleepers, sleeper];
    });
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const [next] = this.#sleepers.toSorted((one, other) => one.wakesAt - other.wakesAt);
      if (next === undefined || next.wakesAt > end) break;
      this.#now = next.wakesAt;
      next.wake();
      await settle();
    }
    this.#now = end;
  }
}

/** Lets everything that waits on promises only go on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
