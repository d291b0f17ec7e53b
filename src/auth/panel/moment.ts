import { hourMs } from "../../core/clock.ts";
import { localDateTime, type LocalTimeOptions } from "../../core/localTime.ts";
import { timeLeft } from "../../core/timeLeft.ts";

const dayMs = 24 * hourMs;

/** A moment (epoch ms) as a person looks for it: "Jan 5, 2026 10:30 (in 1h 24m)". */
export function moment(at: number, options: LocalTimeOptions): string {
  const distanceMs = at - options.now;
  return `${localDateTime(at, options)} (${distanceMs > 0 ? `in ${span(distanceMs)}` : ago(at, options)})`;
}

/** How long ago a moment (epoch ms) was: "6m ago". */
export const ago = (at: number, { now }: Pick<LocalTimeOptions, "now">): string => `${span(now - at)} ago`;

/** A stretch of time in ms, rounded down: "1h 24m", from two days on "3 days". */
export function span(ms: number): string {
  if (ms >= 2 * dayMs) return `${Math.floor(ms / dayMs)} days`;
  return timeLeft(ms)?.text ?? "<1m";
}
