/** Numbers from 0 to 1, and what is made of them. */
export interface Random {
  readonly next: () => number;
  /** A number of this range. */
  between(low: number, high: number): number;
  pick<T>(items: readonly T[]): T | undefined;
  /** True in this share of all cases. */
  chance(share: number): boolean;
  /** A seed for a generator that somebody else has to himself. */
  seed(): number;
}

/** The same numbers for the same seed: Lehmer's generator (Park and Miller, CACM 31, 1988). */
export function createRandom(seed: number): Random {
  let state = (Math.abs(Math.trunc(seed)) % 2_147_483_646) + 1;
  const next = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return {
    next,
    between: (low, high) => low + next() * (high - low),
    pick: (items) => items[Math.floor(next() * items.length)],
    chance: (share) => next() < share,
    seed: () => Math.floor(next() * 2_147_483_646),
  };
}
