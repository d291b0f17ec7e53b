import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A SOCKS5 proxy (RFC 1928, 1929) on this machine for names that it alone knows. */
export interface SocksProxy {
  readonly url: string;
  readonly address: string;
  /** `host:port` of each request. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Starts one on a free port; with `credentials` (`user:password`) it lets in nobody else. */
export async function startSocksProxy(
  names: Readonly<Record<string, number>>,
  credentials?: string,
): Promise<SocksProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const own = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    own(client);
    const next = (answer: (bytes: Buffer) => void): void => void client.once("data", answer);
    const connectTo = (): void =>
      next((bytes) => {
        const length = bytes[4] ?? 0;
        const host = bytes.subarray(5, 5 + length).toString();
        asked.push(`${host}:${bytes.readUInt16BE(5 + length)}`);
        const port = Object.hasOwn(names, host) ? names[host] : undefined;
        const reply = (code: number): Buffer => Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]);
        if (port === undefined) {
          // Host unreachable.
          client.end(reply(4));
          return;
        }
        const upstream = connect(port, "127.0.0.1", () => {
          client.write(reply(0));
          client.pipe(upstream).pipe(client);
        });
        own(upstream);
      });
    next(() => {
      client.write(Buffer.from([5, credentials === undefined ? 0 : 2]));
      if (credentials === undefined) return connectTo();
      next((bytes) => {
        const name = bytes.subarray(2, 2 + (bytes[1] ?? 0)).toString();
        const password = bytes.subarray(3 + name.length).toString();
        const isRight = `${name}:${password}` === credentials;
        client.write(Buffer.from([1, isRight ? 0 : 1]));
        if (isRight) connectTo();
      });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `socks5://${address}`,
    address,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
