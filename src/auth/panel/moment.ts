import * as l10n from "@vscode/l10n";
import { hourMs } from "../../core/clock.ts";
import { localDateTime, type LocalTimeOptions } from "../../core/localTime.ts";
import { timeLeft } from "../../core/timeLeft.ts";

const dayMs = 24 * hourMs;

/** A moment (epoch ms) as a person looks for it: "Jan 5, 2026 10:30 (in 1h 24m)". */
export function moment(at: number, options: LocalTimeOptions): string {
  const distanceMs = at - options.now;
  return `${localDateTime(at, options)} (${distanceMs > 0 ? l10n.t("in {0}", span(distanceMs)) : ago(at, options)})`;
}

/** How long ago a moment (epoch ms) was: "6m ago". */
export const ago = (at: number, { now }: Pick<LocalTimeOptions, "now">): string => l10n.t("{0} ago", span(now - at));

/** A stretch of time in ms, rounded down: "1h 24m", from two days on "3 days". */
export function span(ms: number): string {
  if (ms >= 2 * dayMs) return l10n.t("{0} days", Math.floor(ms / dayMs));
  return timeLeft(ms)?.text ?? l10n.t("<1m");
}
