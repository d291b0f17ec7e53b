import { secondMs } from "../../clock.ts";
import { ProcoreError } from "../../errors.ts";
import type { Random } from "../../random.ts";
import { retryAtOf } from "../apiFailure.ts";
import type { TimedReply } from "../exchange.ts";
import { maxWaitMs } from "./limits.ts";

/** How one send ended: with a reply, whatever its status, or with what was thrown. */
export type Outcome =
  { readonly kind: "reply"; readonly timed: TimedReply } | { readonly kind: "thrown"; readonly error: unknown };

/** Never rejects. */
export function outcomeOf(sent: Promise<TimedReply>): Promise<Outcome> {
  return sent.then(
    (timed): Outcome => ({ kind: "reply", timed }),
    (error: unknown): Outcome => ({ kind: "thrown", error }),
  );
}

/** The reply, or what was thrown. */
export function settled(outcome: Outcome): TimedReply {
  if (outcome.kind === "thrown") throw outcome.error;
  return outcome.timed;
}

/**
 * What to do before a read is sent again: `queue`: nothing, the server named a time and the queue keeps it; `pause`:
 * nothing of the connection is sent for `ms`; `backOff`: this request alone waits `ms`.
 */
export type RetryPlan = { readonly kind: "queue" } | { readonly kind: "pause" | "backOff"; readonly ms: number };

/** Methods that change nothing, so that sending again does no harm. @see RFC 9110 section 9.2.1 */
const reads: readonly string[] = ["GET", "HEAD"];
const maxRetries = 3;
/** Delays are anything up to 0.5, 1 and 2 seconds: full jitter, so that clients that failed together part. */
const firstDelayMs = secondMs / 2;

/**
 * Whether and how a request is sent again; undefined when its outcome stands. Reads only, at most three times, after
 * 408, 429, 5xx but 501 and 511, and a connection that broke off. A write is never repeated: what became of it is not known.
 * @see procore/documentation api_essentials/error_reference.md (429 and 5xx), plan_your_app/rate_limiting.md
 */
export function planRetry(
  method: string,
  outcome: Outcome,
  { retry, random }: { readonly retry: number; readonly random: Random },
): RetryPlan | undefined {
  if (!reads.includes(method) || retry >= maxRetries) return undefined;
  const ms = Math.ceil(random() * firstDelayMs * 2 ** retry);
  if (outcome.kind === "thrown") return isBroken(outcome.error) ? { kind: "backOff", ms } : undefined;
  const { timed } = outcome;
  const { status } = timed.reply;
  if (status !== 429 && status !== 503) return isPassing(status) ? { kind: "backOff", ms } : undefined;
  const until = retryAtOf(timed);
  if (until !== undefined && until > timed.receivedAt + maxWaitMs) return undefined;
  if (until !== undefined && until > timed.receivedAt) return { kind: "queue" };
  return { kind: status === 429 ? "pause" : "backOff", ms };
}

/** 501 stays as it is, and 511 waits for a person: RFC 6585 section 6. */
const isPassing = (status: number): boolean =>
  status === 408 || (status >= 500 && status <= 599 && ![501, 511].includes(status));

/** Reset before a reply. What a certificate, a proxy or a time-out kept from coming would fail again. */
const isBroken = (error: unknown): boolean =>
  error instanceof ProcoreError && error.failure.kind === "network" && error.failure.cause === "reset";
