/** A stream of numbers in [0, 1), the same for the same seed. */
export type Random = () => number;

/** Folds integers into one 32-bit seed; order matters. (The finaliser of MurmurHash3, public domain.) */
export function mix(...parts: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const part of parts) {
    hash ^= part | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}

/** A generator small enough to make one for every project (mulberry32, public domain). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What lists of choices are made of; never undefined, which would read as a gap. */
export type Choosable = string | number | boolean | object;

/** A list that cannot be empty and has no gaps, so that picking from it always gives something. */
export type Choices<T extends Choosable> = readonly [T, ...T[]];

/** The choice at a place, counted round and round. */
export function at<T extends Choosable>(choices: Choices<T>, place: number): T {
  return choices[place % choices.length] ?? choices[0];
}

/** One of the choices, each as likely as the next. */
export function pick<T extends Choosable>(random: Random, choices: Choices<T>): T {
  return at(choices, Math.floor(random() * choices.length));
}

/** A whole number from `low` to `high`, both included. */
export function between(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}
