import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTcpServer, type Server as TcpServer, type Socket } from "node:net";

/** A server on a free port of 127.0.0.1 that counts its connections; `stop` drops them all. */
export interface LoopbackServer {
  readonly port: number;
  readonly origin: string;
  readonly sockets: ReadonlySet<Socket>;
  /** Connections that were ever opened. */
  opened(): number;
  stop(): Promise<void>;
}

export async function serve(
  listener: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
): Promise<LoopbackServer> {
  return listen(
    createServer((request, response) => void listener(request, response)),
    "http",
  );
}

/** A server that speaks bytes, for what no HTTP server would send. */
export async function serveBytes(onConnection: (socket: Socket) => void): Promise<LoopbackServer> {
  return listen(createTcpServer(onConnection), "http");
}

export async function listen(server: Server | TcpServer, scheme: "http" | "https"): Promise<LoopbackServer> {
  const sockets = new Set<Socket>();
  let opened = 0;
  server.on("connection", (socket: Socket) => {
    opened += 1;
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port");
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    });
  return { port: address.port, origin: `${scheme}://127.0.0.1:${address.port}`, sockets, opened: () => opened, stop };
}

/** The whole body of a request that a server received. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}
