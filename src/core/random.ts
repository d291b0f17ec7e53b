/** A number from 0 (included) to 1 (excluded), as `Math.random` gives it; tests bring their own. */
export type Random = () => number;
