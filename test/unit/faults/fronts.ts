import { connect, createServer, type Server, type Socket } from "node:net";
import { ProcoreError } from "../../../src/core/errors.ts";
import type { Transport } from "../../../src/core/http/transport.ts";
import type { Origins } from "../../../src/core/procore/environments.ts";
import type { RunningSandbox } from "../../../src/sandbox/index.ts";

/** Procore's two hosts, which a session talks to. */
export type Host = "login.procore.com" | "api.procore.com";

/** A request as its bytes came to one of the two. */
export interface Heard {
  readonly host: Host;
  readonly method: string;
  readonly path: string;
  /** Request line, headers and body. */
  readonly text: string;
}

/** Where the product's requests go. */
export interface Places {
  readonly origins: Origins;
  /** Stands around the transport. */
  readonly around: (transport: Transport) => Transport;
  /** What came since it was last taken, host by host. */
  readonly takeHeard: () => readonly Heard[];
  /** Nobody listens there until `open`. */
  readonly close: () => Promise<void>;
  readonly open: (sandbox: RunningSandbox) => Promise<void>;
}

/** Login service and API in one, at the Local Sandbox itself. */
export async function atSandbox({ port }: RunningSandbox): Promise<Places> {
  const origin = `http://localhost:${port}`;
  const nothing = async (): Promise<void> => undefined;
  return {
    origins: { login: origin, api: origin, web: origin },
    around: (transport) => transport,
    takeHeard: () => [],
    close: nothing,
    open: nothing,
  };
}

/**
 * Login service and API as two origins, each a port of its own that notes every byte on its way to the Local Sandbox.
 * The product knows them by Procore's names, and words and judgements are those for Procore's hosts; `around`
 * brings the requests to the ports, and none to anywhere else.
 */
export async function atProcore(sandbox: RunningSandbox): Promise<Places> {
  const fronts = { "login.procore.com": await openFront(sandbox), "api.procore.com": await openFront(sandbox) };
  const both = Object.values(fronts);
  const hosts = ["login.procore.com", "api.procore.com"] as const;
  return {
    origins: { login: `https://${hosts[0]}`, api: `https://${hosts[1]}`, web: "https://app.procore.com" },
    around: (transport) => async (request, signal) => {
      const { origin, host: name, pathname, search } = new URL(request.url);
      const host = hosts.find((known) => origin === `https://${known}`);
      if (host === undefined) throw new Error(`Something would have gone to ${origin}`);
      try {
        return await transport({ ...request, url: `${fronts[host].origin}${pathname}${search}` }, signal);
      } catch (error) {
        throw named(error, name);
      }
    },
    takeHeard: () => hosts.flatMap((host) => requestsIn(host, fronts[host].take())),
    close: async () => void (await Promise.all(both.map((front) => front.close()))),
    open: async (again) => void (await Promise.all(both.map((front) => front.open(again)))),
  };
}

/** A failure on the way names the port: for the product it was Procore's host. */
function named(error: unknown, host: string): unknown {
  if (!(error instanceof ProcoreError) || !("host" in error.failure)) return error;
  return new ProcoreError({ ...error.failure, host }, { cause: error.cause });
}

interface Front {
  readonly origin: string;
  /** What each connection brought since it was last asked for. */
  take(): readonly string[];
  close(): Promise<void>;
  open(sandbox: RunningSandbox): Promise<void>;
}

/** A port whose connections go on to the sandbox, byte for byte, ends and resets too. By name, so that it can be lost. */
async function openFront(sandbox: RunningSandbox): Promise<Front> {
  const { port } = sandbox;
  let streams: { text: string }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const onward = connect(port, "127.0.0.1");
    const stream = { text: "" };
    streams.push(stream);
    socket.on("data", (bytes) => {
      if (!streams.includes(stream)) streams.push(stream);
      stream.text += bytes.toString("latin1");
    });
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on("error", () => other.resetAndDestroy());
      one.on("close", () => sockets.delete(one));
    }
  });
  await listen(server, 0);
  const own = portOf(server);
  const authority = `localhost:${own}`;
  sandbox.allowAuthority(authority);
  return {
    origin: `http://${authority}`,
    take() {
      const texts = streams.map(({ text }) => text);
      for (const stream of streams) stream.text = "";
      streams = [];
      return texts;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
    async open(again) {
      again.allowAuthority(authority);
      await listen(server, own);
    },
  };
}

const listen = async (server: Server, port: number): Promise<void> =>
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("It has no port");
  return address.port;
}

/** The requests of connections that carry one after the other. */
function requestsIn(host: Host, streams: readonly string[]): readonly Heard[] {
  const texts = streams.flatMap((stream) => stream.split(/(?=(?:GET|POST) \/\S* HTTP\/1\.1\r\n)/u));
  return texts.filter(Boolean).map((text) => {
    const [method = "", path = ""] = text.split(" ", 2);
    return { host, method, path, text };
  });
}
