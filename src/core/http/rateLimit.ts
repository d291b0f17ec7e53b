import { secondMs } from "../clock.ts";
import { type Headers, readWholeNumber } from "./headers.ts";

/**
 * What a reply told about Procore's limits: the headers describe whichever window (hour or ten seconds) is nearer.
 * @see procore/documentation plan_your_app/rate_limiting.md
 */
export interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
  /** Epoch ms, server's time. */
  readonly resetAt: number;
}

/**
 * The three `X-Rate-Limit-*` headers (`Reset` is in Unix seconds), or undefined unless all three can be read.
 * @see procore/documentation plan_your_app/rate_limiting.md
 */
export function readRateLimit(headers: Headers): RateLimit | undefined {
  const limit = readWholeNumber(headers, "x-rate-limit-limit");
  const remaining = readWholeNumber(headers, "x-rate-limit-remaining");
  const resetAt = readResetAt(headers);
  if (limit === undefined || remaining === undefined || resetAt === undefined) return undefined;
  return { limit, remaining, resetAt };
}

/** `X-Rate-Limit-Reset` alone, as epoch ms of the server's time: a 429 may come without the other two. */
export function readResetAt(headers: Headers): number | undefined {
  const seconds = readWholeNumber(headers, "x-rate-limit-reset");
  // Later than the year 9999 is no date but another unit or nonsense.
  return seconds === undefined || seconds > 253_402_300_799 ? undefined : seconds * secondMs;
}
