import { lookup } from "node:dns/promises";
import { connect as tcpConnect, type Socket } from "node:net";
import { connect as tlsConnect } from "node:tls";
import { secondMs } from "../../core/clock.ts";
import type { NetworkProbe, ShownCertificate, Way } from "../../core/diagnose/ports.ts";
import { waitFor } from "../../core/waitFor.ts";
import { createTrust } from "./certificates.ts";
import { toNetworkFailure } from "./failures.ts";
import { connectRefused, proxyFailure } from "./proxyFailures.ts";
import { type Proxy, proxyAuthorizationOf, type Route, routeTo } from "./route.ts";
import type { Environment, NetworkSettings } from "./settings.ts";
import { shownCertificate } from "./shownCertificate.ts";

const timeoutMs = 10 * secondMs;

/**
 * Looks at names, connections and certificates by the same route as requests take. No request of ours is sent: a
 * handshake that is not trusted is made to its end to read the certificate, and then closed.
 */
export function createNetworkProbe(deps: {
  readonly settings: () => NetworkSettings;
  readonly env: Environment;
}): NetworkProbe {
  const { settings, env } = deps;
  const route = (url: URL): Route => routeTo(url, settings(), env);
  return {
    way: (url) => wayOf(route(url), settings()),
    async resolve(host, signal) {
      try {
        const found = await waitFor(lookup(host, { all: true }), signal);
        return found.map(({ address }) => address);
      } catch (error) {
        throw signal.aborted ? signal.reason : toNetworkFailure(error, host);
      }
    },
    async connect(url, signal) {
      const began = performance.now();
      const socket = await reach(url, route(url), signal);
      socket.destroy();
      return Math.round(performance.now() - began);
    },
    async certificate(url, signal) {
      const way = route(url);
      if (way.kind === "proxy" && way.proxy.kind !== "http") return undefined;
      const socket = await reach(url, way, signal);
      try {
        if (way.kind === "proxy") await openTunnel(socket, url, way.proxy, settings(), signal);
        return await readCertificate(socket, url, settings(), signal);
      } finally {
        socket.destroy();
      }
    },
  };
}

function wayOf(route: Route, { proxyAuthorization }: NetworkSettings): Way {
  if (route.kind === "direct") return route;
  const { kind: scheme, address, namedBy } = route.proxy;
  const own = proxyAuthorizationOf(route.proxy, undefined) === undefined ? "none" : "inAddress";
  return { kind: "proxy", scheme, address, namedBy, credentials: proxyAuthorization === undefined ? own : "inSetting" };
}

/** A TCP connection to the host, or to the proxy that leads there. */
async function reach(url: URL, route: Route, signal: AbortSignal): Promise<Socket> {
  const target = route.kind === "direct" ? url : new URL(`http://${route.proxy.address}`);
  const fallback = route.kind === "direct" && url.protocol === "https:" ? 443 : 80;
  const host = target.hostname.replace(/^\[(.*)\]$/u, "$1");
  const socket = tcpConnect({ host, port: target.port === "" ? fallback : Number(target.port) });
  try {
    await until(socket, "connect", signal);
    return socket;
  } catch (error) {
    socket.destroy();
    if (signal.aborted) throw signal.reason;
    if (route.kind === "direct") throw toNetworkFailure(error, url.host);
    throw proxyFailure(error, { host: url.host, proxy: route.proxy.address });
  }
}

/** @throws ProcoreError when the proxy answers CONNECT with another status than 200, or not at all */
async function openTunnel(
  socket: Socket,
  url: URL,
  proxy: Proxy,
  { proxyAuthorization }: NetworkSettings,
  signal: AbortSignal,
): Promise<void> {
  const way = { host: url.host, proxy: proxy.address };
  const authority = `${url.hostname}:${url.port === "" ? "443" : url.port}`;
  const token = proxyAuthorizationOf(proxy, proxyAuthorization);
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`];
  if (token !== undefined) lines.push(`Proxy-Authorization: ${token}`);
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  let head = "";
  try {
    while (!head.includes("\r\n\r\n") && head.length < 20_000) {
      const chunk = await until(socket, "data", signal);
      head += Buffer.isBuffer(chunk) ? chunk.toString("latin1") : "";
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : proxyFailure(error, way);
  }
  const status = Number(/^HTTP\/1\.[01] (\d{3})/u.exec(head)?.[1] ?? 0);
  if (status !== 200) throw connectRefused(status, way);
}

async function readCertificate(
  inner: Socket,
  url: URL,
  settings: NetworkSettings,
  signal: AbortSignal,
): Promise<ShownCertificate> {
  const secureContext = createTrust(settings.systemCertificates);
  const name = url.hostname.replace(/^\[(.*)\]$/u, "$1");
  // Not refused by TLS itself, so that one can see who signed; nothing is written to it.
  const socket = tlsConnect({
    socket: inner,
    host: name,
    rejectUnauthorized: false,
    ...(/^[\d.]+$|:/u.test(name) ? {} : { servername: name }),
    ...(secureContext === undefined ? {} : { secureContext }),
  });
  try {
    await until(socket, "secureConnect", signal);
    return shownCertificate(socket);
  } catch (error) {
    throw signal.aborted ? signal.reason : toNetworkFailure(error, url.host);
  } finally {
    socket.destroy();
  }
}

/** Waits for an event of a socket, ten seconds at most; an error or an end that comes first rejects. */
function until(socket: Socket, event: string, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const done = (settle: () => void): void => {
      socket.off(event, onEvent).off("error", onError).off("close", onClose).off("timeout", onTimeout);
      // What comes afterwards interests nobody.
      socket.on("error", () => undefined);
      signal.removeEventListener("abort", onAbort);
      settle();
    };
    const onEvent = (value: unknown): void => done(() => resolve(value));
    const onError = (error: Error): void => done(() => reject(error));
    const onClose = (): void => onError(Object.assign(new Error("The connection was closed"), { code: "ECONNRESET" }));
    const onTimeout = (): void => onError(Object.assign(new Error("No answer in time"), { code: "ETIMEDOUT" }));
    const onAbort = (): void => onError(new Error("Stopped waiting"));
    socket.once(event, onEvent).once("error", onError).once("close", onClose).setTimeout(timeoutMs, onTimeout);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}
