import type { SecureContext } from "node:tls";
import type { Dispatcher } from "undici";
import request from "undici/lib/api/api-request.js";
import { minuteMs, secondMs } from "../../core/clock.ts";
import { ProcoreError } from "../../core/errors.ts";
import type { Reply } from "../../core/http/transport.ts";
import { contentEncoding, readBody } from "./body.ts";
import { createTrust } from "./certificates.ts";
import { type ClosableTransport, type ContractOptions, createTransport, type Outgoing } from "./contract.ts";
import { createDirectDispatcher, createProxyDispatcher } from "./dispatchers.ts";
import { toNetworkFailure } from "./failures.ts";
import { beyondProxy, socksFailure, type Way } from "./proxyFailures.ts";
import { type Route, routeTo } from "./route.ts";
import { type Environment, type NetworkSettings, nothingSet } from "./settings.ts";

export type { ClosableTransport } from "./contract.ts";

export interface UndiciTransportOptions extends ContractOptions {
  /** Read for each request; what is already made with them stays until `renew`. Nothing is set when left out. */
  readonly settings?: () => NetworkSettings;
  /** Where HTTPS_PROXY and others are looked up; nowhere when left out. */
  readonly env?: Environment;
  /** To a connection, TLS included, and to a proxy's answer; 10 s. */
  readonly connectTimeoutMs?: number;
  /** From the request to its reply's headers; 30 s. */
  readonly headersTimeoutMs?: number;
  /** Between two pieces of a body; 60 s. */
  readonly bodyTimeoutMs?: number;
}

/** `renew` makes new connections from now on; the old ones are closed after their last request. */
export type UndiciTransport = ClosableTransport & { renew(): void };

/**
 * A transport on undici with dispatchers of its own for each connection: TLS is always checked (also where
 * NODE_TLS_REJECT_UNAUTHORIZED says otherwise), the proxies of settings and environment are used, no redirect is
 * followed, nothing is repeated. Whatever keeps a reply from coming becomes a `network` failure.
 */
export function createUndiciTransport(options: UndiciTransportOptions): UndiciTransport {
  const { settings = () => nothingSet, env = {} } = options;
  let current = createPool(options);
  const retired = new Set<Promise<void>>();
  const retire = (ending: Promise<void>): void => {
    // What cannot be closed is gone already.
    const closing = ending.catch(() => undefined).finally(() => retired.delete(closing));
    retired.add(closing);
  };
  const send = async (outgoing: Outgoing, signal: AbortSignal): Promise<Reply> => {
    const route = routeTo(outgoing.url, settings(), env);
    return await sendThrough(current, route, outgoing, signal);
  };
  const transport = createTransport(options, send, {
    async close() {
      retire(current.close());
      await Promise.all(retired);
    },
    forget: (connectionId) => retire(current.forget(connectionId)),
  });
  const renew = (): void => {
    retire(current.close());
    current = createPool(options);
  };
  return Object.assign(transport, { renew });
}

interface Pool {
  readonly timeouts: ReturnType<typeof timeouts>;
  dispatcherFor(outgoing: Outgoing, route: Route): Dispatcher;
  /** Closes those of one owner after their last request. */
  forget(owner: string): Promise<void>;
  /** Closes all of them likewise. */
  close(): Promise<void>;
}

/** The dispatchers that were made with one state of the settings. */
function createPool(options: UndiciTransportOptions): Pool {
  const dispatchers = new Map<string, Map<string, Dispatcher>>();
  const trust: { context?: SecureContext | undefined } = {};
  const create = (route: Route, protocol: string): Dispatcher => {
    const settings = options.settings?.() ?? nothingSet;
    // The system's certificates take a while, and requests to this machine do without.
    if (protocol === "https:" && !("context" in trust)) trust.context = createTrust(settings.systemCertificates);
    const common = { ...timeouts(options), secureContext: trust.context };
    if (route.kind === "direct") return createDirectDispatcher(common);
    const { proxyCertificate, proxyAuthorization } = settings;
    return createProxyDispatcher(route.proxy, { ...common, proxyCertificate, proxyAuthorization });
  };
  const forget = async (owner: string): Promise<void> => {
    const own = dispatchers.get(owner) ?? new Map<string, Dispatcher>();
    dispatchers.delete(owner);
    await Promise.all(Array.from(own.values(), (dispatcher) => dispatcher.close()));
  };
  return {
    timeouts: timeouts(options),
    dispatcherFor({ owner, url }, route) {
      const own = dispatchers.get(owner) ?? new Map<string, Dispatcher>();
      dispatchers.set(owner, own);
      const way = `${url.protocol} ${route.kind}`;
      const dispatcher = own.get(way) ?? create(route, url.protocol);
      own.set(way, dispatcher);
      return dispatcher;
    },
    forget,
    async close() {
      await Promise.all(Array.from(dispatchers.keys(), forget));
    },
  };
}

const timeouts = (options: UndiciTransportOptions) => ({
  connectTimeoutMs: options.connectTimeoutMs ?? 10 * secondMs,
  headersTimeoutMs: options.headersTimeoutMs ?? 30 * secondMs,
  bodyTimeoutMs: options.bodyTimeoutMs ?? minuteMs,
});

async function sendThrough(pool: Pool, route: Route, outgoing: Outgoing, signal: AbortSignal): Promise<Reply> {
  const { url, method, headers, body, maxBodyBytes } = outgoing;
  try {
    const path = `${url.pathname}${url.search}`;
    const reply = await request.call(pool.dispatcherFor(outgoing, route), {
      origin: url.origin,
      path,
      method,
      headers,
      body: body ?? null,
      signal,
      // With each request, because undici hands those of the dispatcher on to no SOCKS5 proxy.
      headersTimeout: pool.timeouts.headersTimeoutMs,
      bodyTimeout: pool.timeouts.bodyTimeoutMs,
    });
    const text = await readBody(reply, { maxBytes: maxBodyBytes, host: url.host });
    return { status: reply.statusCode, headers: toHeaders(reply.headers), body: text };
  } catch (error) {
    throw toFailure(error, route, url.host);
  }
}

function toFailure(error: unknown, route: Route, host: string): ProcoreError {
  if (error instanceof ProcoreError) return error;
  if (route.kind === "direct") return toNetworkFailure(error, host);
  const way: Way = { host, proxy: route.proxy.address };
  return route.proxy.kind === "socks5" ? socksFailure(error, way) : beyondProxy(toNetworkFailure(error, host), way);
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
