import { createServer, request, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";

/** An HTTP server of ours in front of VS Code's own. */
export interface Gateway {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Stands before VS Code's server and answers what a workbench expects of the site that serves it and what the bare
 * server lacks: `POST …/mint-key` (32 bytes that seal the browser's secret store) and `/proxy/PORT/…`, relayed as
 * code-server does (coder/code-server src/node/proxy.ts: the prefix is taken off the path and put before a redirect
 * that starts with "/", `Host` stays the browser's). Everything else, web sockets too, goes through unchanged.
 */
export async function startGateway(serverPort: number): Promise<Gateway> {
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => {
    if (incoming.method === "POST" && pathOf(incoming).endsWith("/mint-key")) answerKey(outgoing);
    else relay(incoming, outgoing, targetOf(incoming, serverPort));
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("upgrade", (incoming: IncomingMessage, socket: Duplex, head: Buffer) =>
    relaySocket(incoming, socket, head, targetOf(incoming, serverPort)),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("The gateway has no port"));
      else resolve(address.port);
    });
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port, close };
}

interface Target {
  readonly port: number;
  readonly path: string;
  /** What was taken off the path. */
  readonly base: string;
}

const pathOf = (incoming: IncomingMessage): string => (incoming.url ?? "/").split("?")[0] ?? "/";

function targetOf(incoming: IncomingMessage, serverPort: number): Target {
  const url = incoming.url ?? "/";
  const proxied = /^(\/proxy\/(\d{1,5}))(\/.*)?$/su.exec(url);
  if (proxied === null) return { port: serverPort, path: url, base: "" };
  return { port: Number(proxied[2]), path: proxied[3] ?? "/", base: proxied[1] ?? "" };
}

function answerKey(outgoing: ServerResponse): void {
  outgoing.writeHead(200, { "content-type": "application/octet-stream" });
  outgoing.end(Buffer.alloc(32, 7));
}

function relay(incoming: IncomingMessage, outgoing: ServerResponse, target: Target): void {
  const { port, path } = target;
  const onward = request({ host: "127.0.0.1", port, path, method: incoming.method, headers: incoming.headers });
  onward.on("response", (reply) => {
    const headers: OutgoingHttpHeaders = { ...reply.headers };
    const { location } = reply.headers;
    if (location?.startsWith("/") === true) headers.location = target.base + location;
    outgoing.writeHead(reply.statusCode ?? 502, headers);
    reply.pipe(outgoing);
  });
  onward.on("error", (error) => {
    if (!outgoing.headersSent) outgoing.writeHead(502, { "content-type": "text/plain" });
    outgoing.end(`Nothing answers on port ${port}: ${error.message}`);
  });
  outgoing.on("close", () => onward.destroy());
  incoming.pipe(onward);
}

function relaySocket(incoming: IncomingMessage, socket: Duplex, head: Buffer, { port, path }: Target): void {
  const onward = connect(port, "127.0.0.1", () => {
    const headers = incoming.rawHeaders.flatMap((name, index, all) =>
      index % 2 === 0 ? [`${name}: ${all[index + 1] ?? ""}`] : [],
    );
    onward.write(`${incoming.method ?? "GET"} ${path} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`);
    onward.write(head);
    socket.pipe(onward).pipe(socket);
  });
  const end = (): void => {
    onward.destroy();
    socket.destroy();
  };
  onward.on("error", end).on("close", end);
  socket.on("error", end).on("close", end);
}
