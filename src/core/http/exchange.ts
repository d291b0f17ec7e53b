import type { Clock } from "../clock.ts";
import { ProcoreError } from "../errors.ts";
import { readRequestId } from "./headers.ts";
import type { HttpLog } from "./httpLog.ts";
import type { Reply, Transport, TransportRequest } from "./transport.ts";

/** A reply with this machine's times around it, epoch ms. */
export interface TimedReply {
  readonly reply: Reply;
  readonly sentAt: number;
  readonly receivedAt: number;
}

/** Sends one request once and tells the log about it, whichever way it ends. */
export async function exchange(
  deps: { readonly transport: Transport; readonly clock: Clock; readonly log: HttpLog },
  { request, pathTemplate }: { readonly request: TransportRequest; readonly pathTemplate: string },
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
    log({ method, pathTemplate, status: reply.status, durationMs: receivedAt - sentAt, ...told });
    return { reply, sentAt, receivedAt };
  } catch (error) {
    log({ method, pathTemplate, failure: nameOf(error, signal), durationMs: clock.now() - sentAt });
    throw error;
  }
}

function nameOf(error: unknown, signal: AbortSignal | undefined): string {
  if (!(error instanceof ProcoreError)) return signal?.aborted === true ? "cancelled" : "error";
  const { failure } = error;
  return failure.kind === "network" ? `network/${failure.cause}` : failure.kind;
}
