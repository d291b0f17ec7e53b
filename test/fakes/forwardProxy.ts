import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { connect, type AddressInfo, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { identityOf } from "./certificates.ts";

/** How a proxy answers: it serves, refuses (so often, then serves), wants `user:password`, says nothing, or hangs up. */
export type ProxyManner =
  | { readonly kind: "serves" }
  | { readonly kind: "refuses"; readonly status: number; readonly times?: number }
  | { readonly kind: "wantsPassword"; readonly credentials: string }
  | { readonly kind: "hangs" }
  | { readonly kind: "hangsUp" };

/** A forward proxy on this machine that alone knows where certain names lead. */
export interface ForwardProxy {
  readonly port: number;
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  readonly url: string;
  /** The first line of each request, e.g. `CONNECT api.procore.test:443`. */
  readonly asked: readonly string[];
  /** Every `Proxy-Authorization` that came. */
  readonly authorizations: readonly string[];
  /** All bytes that clients sent through it, after CONNECT: what a careless client would have shown. */
  seen(): string;
  /** Connections that are open to it now. */
  open(): number;
  behave(manner: ProxyManner): void;
  close(): Promise<void>;
}

export interface ForwardProxyOptions {
  /** Names and the ports of this machine that they mean, e.g. `{ "api.procore.test": 4711 }`; others lead nowhere. */
  readonly names?: Readonly<Record<string, number>>;
  readonly manner?: ProxyManner;
  /** "self-signed": it speaks TLS, with a certificate that nobody vouches for. */
  readonly tls?: "none" | "self-signed";
}

/** Starts a proxy on a free port of 127.0.0.1. */
export async function startForwardProxy(options: ForwardProxyOptions = {}): Promise<ForwardProxy> {
  const { names = {}, tls = "none" } = options;
  let manner: ProxyManner = options.manner ?? { kind: "serves" };
  const asked: string[] = [];
  const authorizations: string[] = [];
  const sockets = new Set<Duplex>();
  const clients = new Set<Socket>();
  const bytes: Buffer[] = [];
  const own = (socket: Duplex): void => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  };
  /** The status with which it refuses; 0 when it says nothing at all; undefined when it serves. */
  const refusal = (request: IncomingMessage): number | undefined => {
    asked.push(`${request.method} ${request.url}`);
    const authorization = request.headers["proxy-authorization"];
    if (authorization !== undefined) authorizations.push(authorization);
    if (manner.kind === "refuses") {
      const { status, times = Infinity } = manner;
      manner = times > 1 ? { ...manner, times: times - 1 } : { kind: "serves" };
      return status;
    }
    if (manner.kind === "hangs") return 0;
    if (manner.kind === "hangsUp") {
      request.socket.destroy();
      return 0;
    }
    if (manner.kind !== "wantsPassword") return undefined;
    return authorization === `Basic ${Buffer.from(manner.credentials).toString("base64")}` ? undefined : 407;
  };
  const portOf = (host: string): number | undefined => (Object.hasOwn(names, host) ? names[host] : undefined);

  const server = tls === "none" ? createServer() : createHttpsServer({ ...(await identityOf("self-signed")) });
  server.on("tlsClientError", () => undefined);
  server.on("connection", (socket: Socket) => {
    own(socket);
    clients.add(socket);
    socket.on("close", () => clients.delete(socket));
  });
  server.on("connect", (request: IncomingMessage, client: Duplex, head: Buffer) => {
    own(client);
    const status = refusal(request);
    if (status === 0) return;
    const port = status === undefined ? portOf((request.url ?? "").replace(/:\d+$/u, "")) : undefined;
    if (port === undefined) {
      const challenge = status === 407 ? 'Proxy-Authenticate: Basic realm="test"\r\n' : "";
      client.end(`HTTP/1.1 ${status ?? 502} No\r\n${challenge}Content-Length: 0\r\n\r\n`);
      return;
    }
    const upstream = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.write(head);
      client.on("data", (chunk: Buffer) => bytes.push(chunk));
      client.pipe(upstream).pipe(client);
    });
    own(upstream);
    upstream.on("close", () => client.destroy());
    client.on("close", () => upstream.destroy());
  });
  // Absolute form: how plain http goes through a proxy (RFC 9112 section 3.2.2).
  server.on("request", (request: IncomingMessage, response) => {
    const status = refusal(request);
    if (status === 0) return;
    const url = URL.canParse(request.url ?? "") ? new URL(request.url ?? "") : undefined;
    const port = status === undefined && url !== undefined ? portOf(url.hostname) : undefined;
    if (url === undefined || port === undefined) {
      response.writeHead(status ?? 502, status === 407 ? { "proxy-authenticate": 'Basic realm="test"' } : {}).end();
      return;
    }
    const { "proxy-authorization": _own, ...headers } = request.headers;
    const target = { host: "127.0.0.1", port, method: request.method, path: `${url.pathname}${url.search}`, headers };
    const forwarded = httpRequest({ ...target, agent: false }, (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    });
    forwarded.on("error", () => response.destroy());
    request.pipe(forwarded);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    address: `127.0.0.1:${port}`,
    url: `${tls === "none" ? "http" : "https"}://127.0.0.1:${port}`,
    asked,
    authorizations,
    seen: () => Buffer.concat(bytes).toString("latin1"),
    open: () => clients.size,
    behave: (next) => (manner = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
