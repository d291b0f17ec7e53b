import type { Clock } from "../clock.ts";
import { ProcoreError } from "../errors.ts";
import { readRequestId } from "./headers.ts";
import type { HttpLog, HttpLogEntry } from "./httpLog.ts";
import type { Reply, Transport, TransportRequest } from "./transport.ts";

/** A reply with this machine's times around it, epoch ms. */
export interface TimedReply {
  readonly reply: Reply;
  readonly sentAt: number;
  readonly receivedAt: number;
}

/** One request on its way out, and what the log tells of it. */
export interface Outgoing extends Pick<HttpLogEntry, "pathTemplate" | "retry" | "queuedMs"> {
  readonly request: TransportRequest;
}

/** Sends one request once and tells the log about it, whichever way it ends. */
export async function exchange(
  deps: { readonly transport: Transport; readonly clock: Clock; readonly log: HttpLog },
  { request, ...about }: Outgoing,
  signal?: AbortSignal,
): Promise<TimedReply> {
  const { transport, clock, log } = deps;
  const { method } = request;
  const sentAt = clock.now();
  try {
    const reply = await transport(request, signal);
    const receivedAt = clock.now();
    const requestId = readRequestId(reply.headers);
    const told = requestId === undefined ? {} : { requestId };
    const sizeBytes = utf8Length(reply.body);
    log({ method, ...about, status: reply.status, durationMs: receivedAt - sentAt, sizeBytes, ...told });
    return { reply, sentAt, receivedAt };
  } catch (error) {
    log({ method, ...about, failure: nameOf(error, signal), durationMs: clock.now() - sentAt });
    throw error;
  }
}

/** The length in UTF-8, without the copy that encoding would make: lists are megabytes. */
function utf8Length(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    // Half of a pair is two of the pair's four bytes.
    if (unit > 0x7f) length += unit <= 0x7ff || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return length;
}

function nameOf(error: unknown, signal: AbortSignal | undefined): string {
  if (!(error instanceof ProcoreError)) return signal?.aborted === true ? "cancelled" : "error";
  const { failure } = error;
  return failure.kind === "network" ? `network/${failure.cause}` : failure.kind;
}
