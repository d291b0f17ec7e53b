import { localTime, type LocalTimeOptions } from "../localTime.ts";
import type { RateLimit } from "./rateLimit.ts";

/**
 * "3,580 of 3,600 requests left, resets 10:40".
 * @param skewMs how far the server's clock, in which the reset is told, is ahead of this machine's
 */
export function rateLimitText(
  { limit, remaining, resetAt }: RateLimit,
  skewMs: number,
  options: LocalTimeOptions,
): string {
  const count = new Intl.NumberFormat("en");
  const resetsAt = resetAt - skewMs;
  const left = `${count.format(remaining)} of ${count.format(limit)} requests left`;
  return resetsAt > options.now ? `${left}, resets ${localTime(resetsAt, options)}` : left;
}
