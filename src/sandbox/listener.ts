import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Hono } from "hono";
import type { Fault, FaultRule, Faults } from "./faults.ts";
import type { AllowedHosts } from "./hosts.ts";
import type { RequestLog } from "./requestLog.ts";
import type { World } from "./world.ts";

export interface ListenerParts {
  readonly world: World;
  readonly app: Hono;
  readonly hosts: AllowedHosts;
  readonly faults: Faults;
  readonly log: RequestLog;
  /** Aborted when the sandbox closes. */
  readonly closing: AbortSignal;
}

// Request and Response of the whole process stay as they are: this code runs beside other extensions.
const listenerOptions = { overrideGlobalObjects: false };

function splitTarget(incoming: IncomingMessage): URL | undefined {
  return URL.parse(incoming.url ?? "/", `http://${incoming.headers.host ?? ""}`) ?? undefined;
}

/** An absolute target names the host a second time (RFC 9112 section 3.2.2); both must be ours. */
function isForUs(incoming: IncomingMessage, target: URL | undefined, hosts: AllowedHosts): target is URL {
  if (target === undefined || !hosts.isAllowed(incoming.headers.host)) return false;
  return (incoming.url ?? "/").startsWith("/") || hosts.isAllowed(target.host);
}

function misdirected(outgoing: ServerResponse): void {
  const text = "The Local Sandbox answers only to loopback names with its own port.\n";
  outgoing.writeHead(421, { "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff" });
  outgoing.end(text);
}

function commit(fault: Exclude<Fault, { kind: "changed" }>, incoming: IncomingMessage, outgoing: ServerResponse): void {
  if (fault.kind === "hang") return;
  if (fault.kind === "reset") {
    incoming.socket.resetAndDestroy();
    return;
  }
  outgoing.removeHeader("x-request-id");
  outgoing.writeHead(fault.status, { ...fault.headers });
  outgoing.end(fault.body ?? "");
}

async function applyFault(
  rule: FaultRule,
  parts: ListenerParts,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { fault, when } = rule;
  const act = async (toAnswer: (own: Response) => Response | Promise<Response>): Promise<void> => {
    const respond = getRequestListener(async (request) => toAnswer(await parts.app.fetch(request)), listenerOptions);
    await respond(incoming, outgoing);
  };
  if (fault.kind === "changed") {
    await act(fault.change);
    return;
  }
  if (when === "after") await act(() => RESPONSE_ALREADY_SENT);
  commit(fault, incoming, outgoing);
}

/** Joins Node's server and the app: host check, log, latency, faults, and the headers that every answer has. */
export function createListener(parts: ListenerParts): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  const { clock, settings, onUnexpectedError } = parts.world;
  /** Answers when the latency is over; what making the answer took is part of it. */
  const respond = async (incoming: IncomingMessage, outgoing: ServerResponse, dueAt: number): Promise<void> => {
    const answer = getRequestListener(async (request) => {
      const response = await parts.app.fetch(request);
      await sleepUntil(dueAt).catch(() => incoming.socket.destroy());
      return response;
    }, listenerOptions);
    await answer(incoming, outgoing);
  };
  const sleepUntil = async (dueAt: number): Promise<void> => {
    const leftMs = dueAt - clock.now();
    if (leftMs > 0) await clock.sleep(leftMs, parts.closing);
  };
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const target = splitTarget(incoming);
    const method = incoming.method ?? "GET";
    const path = target?.pathname ?? "/";
    const answered = parts.log.add({
      method,
      path,
      queryNames: Array.from(target?.searchParams.keys() ?? []),
      headerNames: Object.keys(incoming.headers),
      receivedAt: clock.now(),
    });
    // The server's time is the clock's, which a test may move.
    outgoing.setHeader("Date", new Date(clock.now()).toUTCString());
    outgoing.setHeader("x-request-id", randomUUID());
    const dueAt = clock.now() + settings.latencyMs;
    const isOurs = isForUs(incoming, target, parts.hosts);
    const rule = isOurs ? parts.faults.take(method, path) : undefined;
    if (isOurs && rule === undefined) await respond(incoming, outgoing, dueAt);
    else {
      await sleepUntil(dueAt);
      if (rule === undefined) misdirected(outgoing);
      else await applyFault(rule, parts, incoming, outgoing);
    }
    if (outgoing.headersSent) answered(outgoing.statusCode);
  };
  return (incoming, outgoing) => {
    handle(incoming, outgoing).catch((error: unknown) => {
      if (!parts.closing.aborted) onUnexpectedError(error);
      incoming.socket.destroy();
    });
  };
}
