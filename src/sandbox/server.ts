import { createServer, type Server } from "node:http";

/** Listens on a loopback address; rejects with Node's own error, whose code is EADDRINUSE for a busy port. */
export function listen(host: string, port: number): Promise<{ readonly server: Server; readonly port: number }> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    // Clients keep connections for a minute; closing them sooner would break requests on their way.
    server.keepAliveTimeout = 75_000;
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      resolve({ server, port: typeof address === "object" && address !== null ? address.port : port });
    });
  });
}

/** Stops listening and cuts every connection; a second call waits for nothing. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
