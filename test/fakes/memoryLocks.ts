import type { Locks, StillHeld } from "../../src/platform/locks.ts";

interface Turn {
  readonly window: string;
  state: "held" | "lost";
  readonly begin: () => void;
}

/**
 * Locks in memory: one holder at a time for each name, in the order of asking unless `chooseNext` picks another of the
 * waiters, as the real ones do. `lose` makes the holders lose theirs, `kill` ends all turns of a window as its death does.
 */
export class MemoryLocks implements Locks {
  /** Whose turn is next, of so many waiters: an index. */
  chooseNext: (waiters: number) => number = () => 0;
  readonly #turns = new Map<string, Turn[]>();
  #all: "held" | "lost" = "held";

  lose(): void {
    this.#all = "lost";
  }

  hold<T>(name: string, work: (stillHeld: StillHeld) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.holdAs("window", name, work, signal);
  }

  async takeOver(name: string): Promise<void> {
    const holder = this.#turns.get(name)?.[0];
    if (holder !== undefined) this.#end(name, holder);
  }

  /** Who has the lock of that name. */
  holder(name: string): string | undefined {
    return this.#turns.get(name)?.[0]?.window;
  }

  kill(window: string): void {
    for (const [name, turns] of this.#turns) {
      for (const turn of turns.filter((one) => one.window === window)) this.#end(name, turn);
    }
  }

  /** The locks as one window sees them. */
  of(window: string): Locks {
    return {
      hold: (name, work, signal) => this.holdAs(window, name, work, signal),
      takeOver: (name) => this.takeOver(name),
    };
  }

  async holdAs<T>(
    window: string,
    name: string,
    work: (stillHeld: StillHeld) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    signal?.throwIfAborted();
    const turns = this.#turns.get(name) ?? [];
    this.#turns.set(name, turns);
    const turn = await new Promise<Turn>((resolve, reject) => {
      const leave = (): void => {
        if (turns[0] === mine) return;
        this.#end(name, mine);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", leave, { once: true });
      const mine: Turn = { window, state: "held", begin: () => resolve(mine) };
      turns.push(mine);
      if (turns[0] === mine) mine.begin();
    });
    try {
      return await work(async () => (this.#all === "lost" ? "lost" : turn.state));
    } finally {
      this.#end(name, turn);
    }
  }

  #end(name: string, turn: Turn): void {
    turn.state = "lost";
    const turns = this.#turns.get(name) ?? [];
    const index = turns.indexOf(turn);
    if (index < 0) return;
    turns.splice(index, 1);
    if (index !== 0 || turns.length === 0) return;
    const next = turns.splice(this.chooseNext(turns.length), 1);
    turns.unshift(...next);
    next[0]?.begin();
  }
}
