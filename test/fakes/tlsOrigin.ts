import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer, type TlsOptions, type TLSSocket } from "node:tls";
import { connect, type AddressInfo, type Socket } from "node:net";
import { identityOf, type IdentityName } from "./certificates.ts";

/** An https server on this machine that counts every byte it could read: a header that came is a header seen. */
export interface TlsOrigin {
  readonly port: number;
  /** Bytes of requests, after TLS. */
  bytesSeen(): number;
  close(): Promise<void>;
}

/**
 * Starts a server on a free port of 127.0.0.1 that answers itself, or stands before the http server on another port.
 * @param versions which TLS it speaks; Node's own when left out
 */
export async function startTlsOrigin(
  name: IdentityName,
  behind: RequestListener | number,
  versions: Pick<TlsOptions, "minVersion" | "maxVersion" | "ciphers"> = {},
): Promise<TlsOrigin> {
  const http = typeof behind === "number" ? undefined : createServer(behind);
  const sockets = new Set<Socket>();
  let bytes = 0;
  const server = createTlsServer({ ...(await identityOf(name)), ...versions }, (socket: TLSSocket) => {
    if (typeof behind === "number") {
      const upstream = connect(behind, "127.0.0.1");
      upstream.on("error", () => undefined).on("close", () => socket.destroy());
      socket.on("error", () => undefined).on("close", () => upstream.destroy());
      socket.pipe(upstream).pipe(socket);
    } else http?.emit("connection", socket);
    // Afterwards: the server reads past the listeners that are there before it takes over.
    socket.on("data", (chunk: Buffer) => (bytes += chunk.length));
  });
  server.on("tlsClientError", () => undefined);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    bytesSeen: () => bytes,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
