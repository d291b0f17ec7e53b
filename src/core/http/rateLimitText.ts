import * as l10n from "@vscode/l10n";
import { inNumbers } from "../language.ts";
import { localTime, type LocalTimeOptions } from "../localTime.ts";
import type { RateLimit } from "./rateLimit.ts";

/**
 * "3,580 of 3,600 requests left, next reset: 10:40".
 * @param skewMs how far the server's clock, in which the reset is told, is ahead of this machine's
 */
export function rateLimitText(
  { limit, remaining, resetAt }: RateLimit,
  skewMs: number,
  options: LocalTimeOptions,
): string {
  const resetsAt = resetAt - skewMs;
  const [left, all] = [inNumbers(remaining), inNumbers(limit)];
  return resetsAt > options.now
    ? l10n.t("{0} of {1} requests left, next reset: {2}", left, all, localTime(resetsAt, options))
    : l10n.t("{0} of {1} requests left", left, all);
}
