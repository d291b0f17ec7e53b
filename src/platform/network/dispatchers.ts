import type { SecureContext } from "node:tls";
import type { Dispatcher } from "undici";
import connect from "undici/lib/api/api-connect.js";
import Agent from "undici/lib/dispatcher/agent.js";
import Pool from "undici/lib/dispatcher/pool.js";
import ProxyAgent from "undici/lib/dispatcher/proxy-agent.js";
import type { Secret } from "../../core/secret.ts";
import { connectionsPerOrigin } from "./contract.ts";
import { connectRefused, proxyFailure } from "./proxyFailures.ts";
import { type Proxy, proxyAuthorizationOf } from "./route.ts";

export interface DispatcherOptions {
  readonly connectTimeoutMs: number;
  readonly headersTimeoutMs: number;
  readonly bodyTimeoutMs: number;
  /** Whom to trust; Node's own when left out. */
  readonly secureContext: SecureContext | undefined;
}

/** At most 8 kept-alive HTTP/1.1 connections to each origin, TLS always checked, straight to the host. */
export function createDirectDispatcher(options: DispatcherOptions): Dispatcher {
  return new Agent({ ...shared(options), connect: { timeout: options.connectTimeoutMs, ...checked(options) } });
}

/**
 * The same through a proxy: by CONNECT, or the SOCKS5 protocol, so that the proxy sees host and port only. Until the
 * connection to the host is there, an http proxy's failures reject as `ProcoreError`s.
 */
export function createProxyDispatcher(
  proxy: Proxy,
  options: DispatcherOptions & {
    readonly proxyCertificate: "checked" | "unchecked";
    /** The whole value of `Proxy-Authorization`, instead of what the proxy's own address says. */
    readonly proxyAuthorization: Secret | undefined;
  },
): Dispatcher {
  const { connectTimeoutMs } = options;
  const requestTls = { timeout: connectTimeoutMs, ...checked(options) };
  const common = { ...shared(options), uri: `${proxy.kind}://${proxy.address}`, connectTimeout: connectTimeoutMs };
  if (proxy.kind === "socks5") {
    const username = proxy.userName === "" ? {} : { username: proxy.userName, password: proxy.password.reveal() };
    return new ProxyAgent({ ...common, ...username, requestTls });
  }
  const token = proxyAuthorizationOf(proxy, options.proxyAuthorization);
  const proxyTls = { ...checked(options), rejectUnauthorized: options.proxyCertificate === "checked" };
  return new ProxyAgent({
    ...common,
    ...(token === undefined ? {} : { token }),
    requestTls,
    proxyTls,
    clientFactory: (origin, given) => {
      const client = new Pool(origin, { ...given, headersTimeout: connectTimeoutMs });
      return Object.assign(client, { connect: tunnelThrough(proxy, client) });
    },
  });
}

const shared = ({ headersTimeoutMs, bodyTimeoutMs }: DispatcherOptions) => ({
  connections: connectionsPerOrigin,
  headersTimeout: headersTimeoutMs,
  bodyTimeout: bodyTimeoutMs,
  allowH2: false,
});

/** Said each time: NODE_TLS_REJECT_UNAUTHORIZED would turn it off where nothing is said. */
const checked = ({ secureContext }: DispatcherOptions) => ({
  rejectUnauthorized: true,
  ...(secureContext === undefined ? {} : { secureContext }),
});

/** CONNECT whose every failure tells the proxy from the host behind it. */
function tunnelThrough(proxy: Proxy, client: Dispatcher) {
  return async (options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
    const way = { host: options.path.replace(/:443$/u, ""), proxy: proxy.address };
    const answer = await connect.call(client, options).catch((error: unknown) => {
      throw proxyFailure(error, way);
    });
    if (answer.statusCode === 200) return answer;
    answer.socket.on("error", () => undefined).destroy();
    throw connectRefused(answer.statusCode, way);
  };
}
