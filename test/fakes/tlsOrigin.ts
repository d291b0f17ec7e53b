import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { connect, type AddressInfo, type Socket } from "node:net";
import path from "node:path";

/** `procore.test` has a certificate of the test's own authority for `*.procore.test`; nobody vouches for the other. */
export type Identity = "procore-test" | "self-signed";

/** An https server on this machine that counts every byte it could read: a header that came is a header seen. */
export interface TlsOrigin {
  readonly port: number;
  /** Bytes of requests, after TLS. */
  bytesSeen(): number;
  close(): Promise<void>;
}

const fixtures = path.join(import.meta.dirname, "../fixtures/tls");

/** The authority that signed `procore-test`; `NODE_EXTRA_CA_CERTS` names it where tests trust it. */
export const testAuthorityFile = path.join(fixtures, "test-only-ca.cert.pem");

/** Starts a server on a free port of 127.0.0.1 that answers itself, or stands before the http server on another port. */
export async function startTlsOrigin(identity: Identity, behind: RequestListener | number): Promise<TlsOrigin> {
  const read = (part: string): Buffer => readFileSync(path.join(fixtures, `test-only-${identity}.${part}.pem`));
  const http = typeof behind === "number" ? undefined : createServer(behind);
  const sockets = new Set<Socket>();
  let bytes = 0;
  const server = createTlsServer({ key: read("key"), cert: read("cert") }, (socket: TLSSocket) => {
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
