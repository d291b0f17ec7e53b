import type { Locks, StillHeld } from "../../src/platform/locks.ts";

/** Locks in memory: one holder at a time for each name, in the order of asking. `lose` makes the holders lose theirs. */
export class MemoryLocks implements Locks {
  readonly #last = new Map<string, Promise<unknown>>();
  #held: "held" | "lost" = "held";

  lose(): void {
    this.#held = "lost";
  }

  hold<T>(name: string, work: (stillHeld: StillHeld) => Promise<T>): Promise<T> {
    const turn = (): Promise<T> => work(async () => this.#held);
    const result = (this.#last.get(name) ?? Promise.resolve()).then(turn, turn);
    this.#last.set(
      name,
      result.catch(() => undefined),
    );
    return result;
  }
}
