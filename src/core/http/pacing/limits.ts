import { hourMs, minuteMs, secondMs } from "../../clock.ts";
import { retryAtOf } from "../apiFailure.ts";
import type { TimedReply } from "../exchange.ts";
import { readClockSkewMs } from "../headers.ts";
import { type RateLimit, readRateLimit } from "../rateLimit.ts";

/** One of Procore's windows as a reply told of it. */
export interface LimitWindow extends RateLimit {
  /** `resetAt` by this machine's clock, epoch ms. */
  readonly resetsAt: number;
  /** When the reply came, epoch ms of this machine: what was sent later knows better. */
  readonly asOf: number;
}

/** What is known of a connection's limits; at most one window for each `limit`. */
export interface Limits {
  readonly windows: readonly LimitWindow[];
  /** Until when (epoch ms of this machine) nothing is sent, because a 429 or a 503 said so; 0 when none did. */
  readonly pausedUntil: number;
}

export const noLimits: Limits = { windows: [], pausedUntil: 0 };

/** The longest that anybody waits for one opening; beyond it requests fail and tell the time. */
export const maxWaitMs = 2 * minuteMs;

/** The longest window is an hour; what claims to last longer is nonsense. */
const longestMs = hourMs + 5 * minuteMs;
const forgottenAfterMs = 10 * minuteMs;
const maxWindows = 4;

/** The window that a reply tells of, or undefined; the clocks may differ by a second before their difference counts. */
function readWindow({ reply: { headers }, sentAt, receivedAt }: TimedReply): LimitWindow | undefined {
  const limit = readRateLimit(headers);
  if (limit === undefined) return undefined;
  const skewMs = readClockSkewMs(headers, { sentAt, receivedAt, toleranceMs: secondMs });
  return { ...limit, resetsAt: limit.resetAt - skewMs, asOf: receivedAt };
}

/** `limits` with what a reply told: its window, and the pause that a 429 or a 503 asks for. */
export function withReply(limits: Limits, timed: TimedReply): Limits {
  const window = readWindow(timed);
  const told = window === undefined ? limits : withWindow(limits, window, timed.sentAt);
  const { status } = timed.reply;
  const until = status === 429 || status === 503 ? retryAtOf(timed) : undefined;
  // A 503 is no limit of this connection: a long one fails alone.
  if (until === undefined || (status === 503 && until > timed.receivedAt + maxWaitMs)) return told;
  return withPause(told, until, timed.receivedAt);
}

/** `limits` with a pause until `until`, as long as that is within the hour; a longer pause that is known stays. */
export function withPause(limits: Limits, until: number, now: number): Limits {
  return until <= limits.pausedUntil || until > now + longestMs ? limits : { ...limits, pausedUntil: until };
}

/** What is known here, with what another window of the editor has learned. */
export function merged(limits: Limits, other: Limits, now: number): Limits {
  const known = withPause(limits, other.pausedUntil, now);
  return other.windows.reduce((all, window) => withWindow(all, window, 0), known);
}

/** What still matters at `now`; nothing that claims to end later than any window can. */
export function current({ windows, pausedUntil }: Limits, now: number): Limits {
  const isPlausible = ({ resetsAt }: LimitWindow): boolean =>
    resetsAt > now - forgottenAfterMs && resetsAt < now + longestMs;
  return {
    windows: windows.filter(isPlausible),
    pausedUntil: pausedUntil > now && pausedUntil < now + longestMs ? pausedUntil : 0,
  };
}

/**
 * A later window replaces an earlier one of the same limit. Of one window the newest reply counts, because what is left
 * grows again where a window rolls; of replies that overlapped, the one that leaves less.
 */
function withWindow(limits: Limits, window: LimitWindow, sentAt: number): Limits {
  const known = limits.windows.find(({ limit }) => limit === window.limit);
  const others = limits.windows.filter((each) => each !== known).slice(-maxWindows + 1);
  if (known === undefined || window.resetAt > known.resetAt) return { ...limits, windows: [...others, window] };
  if (window.resetAt < known.resetAt) return limits;
  const remaining = sentAt >= known.asOf ? window.remaining : Math.min(known.remaining, window.remaining);
  const asOf = Math.max(known.asOf, window.asOf);
  if (remaining === known.remaining && asOf === known.asOf) return limits;
  return { ...limits, windows: [...others, { ...window, remaining, asOf }] };
}

/**
 * May another request leave at `now`? `after` means: not before `at` (epoch ms). `busy` means: not before one of those
 * under way is answered, or `at`. Requests under way count against what is left, because the server may not have
 * counted them yet. Nothing is assumed: without a word from the server everything is open, and after a reset the same
 * limit holds until the server says otherwise.
 */
export type Gate =
  | { readonly kind: "open" }
  | { readonly kind: "after"; readonly at: number }
  | { readonly kind: "busy"; readonly at: number | undefined };

/** The gate of `limits` with `underWay` requests that are not answered yet. */
export function gateAt(limits: Limits, underWay: number, now: number): Gate {
  const { windows, pausedUntil } = limits;
  const live = windows.filter(({ resetsAt }) => resetsAt > now);
  const spent = live.filter(({ remaining }) => remaining <= 0).map(({ resetsAt }) => resetsAt);
  const at = Math.max(pausedUntil, ...spent);
  if (at > now) return { kind: "after", at };
  const tight = live.filter(({ remaining }) => remaining <= underWay).map(({ resetsAt }) => resetsAt);
  if (tight.length > 0) return { kind: "busy", at: Math.max(...tight) };
  const isFull = windows.some(({ limit, resetsAt }) => resetsAt <= now && underWay >= Math.max(1, limit));
  return isFull ? { kind: "busy", at: undefined } : { kind: "open" };
}
