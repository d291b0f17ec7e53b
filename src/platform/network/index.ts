import type { Dispatcher } from "undici";
import request from "undici/lib/api/api-request.js";
import Agent from "undici/lib/dispatcher/agent.js";
import { type Clock, minuteMs, secondMs } from "../../core/clock.ts";
import { ProcoreError } from "../../core/errors.ts";
import { withDeadline } from "../../core/http/deadline.ts";
import { isSendable, notAllowed } from "../../core/http/origin.ts";
import type { Reply, Transport, TransportRequest } from "../../core/http/transport.ts";
import { acceptEncoding, contentEncoding, readBody } from "./body.ts";
import { createTrust } from "./certificates.ts";
import { toNetworkFailure } from "./failures.ts";

export interface UndiciTransportOptions {
  readonly clock: Clock;
  /** To a connection, TLS included; 10 s. */
  readonly connectTimeoutMs?: number;
  /** From the request to its reply's headers; 30 s. */
  readonly headersTimeoutMs?: number;
  /** Between two pieces of a body; 60 s. */
  readonly bodyTimeoutMs?: number;
  /** For everything, waiting for one of the connections included; 5 min by `clock`. */
  readonly totalTimeoutMs?: number;
  /** For requests that name no limit of their own; 16 MB. */
  readonly maxBodyBytes?: number;
}

/** A transport with connections of its own, to be closed by who made it: `close` lets running requests end. */
export type ClosableTransport = Transport & { close(): Promise<void> };

const connectionsPerOrigin = 8;
const megabyte = 1_048_576;

/**
 * A transport on undici with dispatchers of its own: at most 8 kept-alive HTTP/1.1 connections to an origin, TLS always
 * checked (also where NODE_TLS_REJECT_UNAUTHORIZED says otherwise), no redirect followed, nothing repeated. Whatever
 * keeps a reply from coming becomes a `network` failure; an aborted signal rejects at once with its reason.
 */
export function createUndiciTransport(options: UndiciTransportOptions): ClosableTransport {
  const agents = new Map<string, Agent>();
  let closing: Promise<void> | undefined;
  const agentFor = (protocol: string): Agent => {
    const agent = agents.get(protocol) ?? createAgent(options, protocol);
    agents.set(protocol, agent);
    return agent;
  };
  const transport: Transport = async (outgoing, signal) => {
    const url = parseUrl(outgoing.url);
    if (closing !== undefined) throw closed(url.host);
    const { clock, totalTimeoutMs = 5 * minuteMs } = options;
    const limit = { clock, timeoutMs: totalTimeoutMs, host: url.host };
    const { maxBodyBytes = 16 * megabyte } = options;
    const bounded = { ...outgoing, maxBodyBytes: outgoing.maxBodyBytes ?? maxBodyBytes };
    return withDeadline(limit, (inner) => sendThrough(agentFor(url.protocol), url, bounded, inner), signal);
  };
  const closeAll = async (): Promise<void> => {
    await Promise.all(Array.from(agents.values(), (agent) => agent.close()));
  };
  return Object.assign(transport, { close: () => (closing ??= closeAll()) });
}

function createAgent(options: UndiciTransportOptions, protocol: string): Agent {
  const { connectTimeoutMs = 10 * secondMs, headersTimeoutMs = 30 * secondMs, bodyTimeoutMs = minuteMs } = options;
  const secureContext = protocol === "https:" ? createTrust() : undefined;
  return new Agent({
    connections: connectionsPerOrigin,
    headersTimeout: headersTimeoutMs,
    bodyTimeout: bodyTimeoutMs,
    allowH2: false,
    connect: {
      timeout: connectTimeoutMs,
      rejectUnauthorized: true,
      ...(secureContext === undefined ? {} : { secureContext }),
    },
  });
}

const closed = (host: string): ProcoreError =>
  new ProcoreError({ kind: "network", cause: "other", host, code: "CLOSED" });

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !isSendable(url)) throw notAllowed(url?.host ?? "(no address)");
  return url;
}

async function sendThrough(
  agent: Agent,
  url: URL,
  outgoing: TransportRequest & { readonly maxBodyBytes: number },
  signal: AbortSignal,
): Promise<Reply> {
  try {
    const reply = await request.call(agent, {
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: outgoing.method,
      headers: withAcceptEncoding(outgoing.headers),
      body: outgoing.body ?? null,
      signal,
    });
    const body = await readBody(reply, { maxBytes: outgoing.maxBodyBytes, host: url.host });
    return { status: reply.statusCode, headers: toHeaders(reply.headers), body };
  } catch (error) {
    throw error instanceof ProcoreError ? error : toNetworkFailure(error, url.host);
  }
}

function withAcceptEncoding(headers: TransportRequest["headers"]): TransportRequest["headers"] {
  const isChosen = Object.keys(headers).some((name) => name.toLowerCase() === "accept-encoding");
  return isChosen ? headers : { ...headers, "accept-encoding": acceptEncoding };
}

/** Lower-case names, repeated headers joined; without what described the body before it was decoded. */
function toHeaders(headers: Dispatcher.ResponseData["headers"]): Reply["headers"] {
  const isDecoded = contentEncoding(headers) !== "";
  const entries = Object.entries(headers).flatMap(([name, value]) => {
    if (value === undefined || (isDecoded && ["content-encoding", "content-length"].includes(name))) return [];
    return [[name.toLowerCase(), typeof value === "string" ? value : value.join(", ")]];
  });
  return Object.fromEntries(entries);
}
