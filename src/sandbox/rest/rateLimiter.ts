import { secondMs, type Clock } from "../../core/clock.ts";
import type { RateLimitOptions } from "../options.ts";

/** Where a request stands in the current window. */
export interface RateLimitTurn {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Epoch seconds, rounded up. */
  readonly resetSeconds: number;
  /** Whole seconds until the window ends, at least 1. */
  readonly retryAfterSeconds: number;
}

/** Counts requests in windows that end at whole multiples of their length. */
export interface RateLimiter {
  take(): RateLimitTurn;
}

/** What the headers tell of while no limit was asked for; the figure is one that Procore's page once gave as an example. */
const gauge: RateLimitOptions = { limit: 3_600, windowSeconds: 3_600 };

/**
 * One limit for the whole app, in fixed windows that begin and end by the clock: so the reset, which headers tell in
 * whole seconds, is exact.
 * @see procore/documentation plan_your_app/rate_limiting.md
 */
export function createRateLimiter(clock: Clock, enforced: RateLimitOptions | undefined): RateLimiter {
  const { limit, windowSeconds } = enforced ?? gauge;
  let endsAt = 0;
  let used = 0;
  // Where nothing is enforced the gauge starts again before it reads 0, at which a careful client would stop for an hour.
  const isNewWindow = (now: number): boolean => now >= endsAt || (enforced === undefined && used >= limit - 1);
  return {
    take() {
      const now = clock.now();
      if (isNewWindow(now)) {
        const lengthMs = windowSeconds * secondMs;
        endsAt = (Math.floor(now / lengthMs) + 1) * lengthMs;
        used = 0;
      }
      const allowed = used < limit;
      if (allowed) used++;
      return {
        allowed,
        limit,
        remaining: limit - used,
        resetSeconds: Math.ceil(endsAt / secondMs),
        retryAfterSeconds: Math.max(1, Math.ceil((endsAt - now) / secondMs)),
      };
    },
  };
}
