import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import type { NetworkCause } from "../../../../src/core/errors.ts";
import type { ClosableTransport } from "../../../../src/platform/network/contract.ts";
import { type ForwardProxy, type ForwardProxyOptions, startForwardProxy } from "../../../fakes/forwardProxy.ts";
import { startTlsOrigin, type TlsOrigin } from "../../../fakes/tlsOrigin.ts";
import { bodyOf, type LoopbackServer, serve, serveBytes } from "./loopbackServer.ts";
import { failureOf, get, marker, turnUntil } from "./transportContract.ts";

/** A transport whose only way out is the proxy of this address; the tests' authority is trusted. */
export type CreateProxied = (proxyUrl: string) => Promise<Proxied>;

export interface Proxied {
  readonly transport: ClosableTransport;
  /** Takes back what leads to the proxy, and closes. */
  close(): Promise<void>;
}

const host = "api.procore.test";
const url = `https://${host}/rest/v1.0/me`;
/** Plain http under a name that the proxy knows, and leads to in absolute form. */
const plainUrl = "http://plain.procore.test/rest/v1.0/me";

/** What every transport promises where a proxy is the only way; the same tests run on each, also in a real VS Code. */
export function itKeepsTheProxyContract(create: CreateProxied): void {
  const cleanUp: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const clean of cleanUp.splice(0).toReversed()) await clean();
  });
  const owned = <T extends { close(): Promise<unknown> }>(thing: T): T => {
    cleanUp.push(() => thing.close());
    return thing;
  };
  const startOrigin = async (...given: Parameters<typeof startTlsOrigin>): Promise<TlsOrigin> =>
    owned(await startTlsOrigin(...given));
  const startProxy = async (options: ForwardProxyOptions): Promise<ForwardProxy> =>
    owned(await startForwardProxy(options));
  const make = async (address: string): Promise<ClosableTransport> => owned(await create(address)).transport;
  const startPlain = async (): Promise<LoopbackServer> => {
    const server = await serve((_request, response) => void response.end("plain"));
    cleanUp.push(() => server.stop());
    return server;
  };

  it("reaches by CONNECT a host whose name only the proxy knows, and shows the proxy host and port only", async () => {
    let received = "";
    const origin = await startOrigin("procore-test", (request, response) => {
      const { authorization, "proxy-authorization": leaked } = request.headers;
      const answer = async (): Promise<void> => {
        received = `${request.method} ${request.url} ${authorization} ${leaked} ${await bodyOf(request)}`;
        response.end("from the origin");
      };
      void answer();
    });
    const credentials = "anna:p@ss";
    const proxy = await startProxy({
      names: { [host]: origin.port },
      manner: { kind: "wantsPassword", credentials },
    });
    const transport = await make(proxy.url.replace("://", "://anna:p%40ss@"));
    const reply = await transport({ ...get(url), method: "POST", body: "größe" });
    assert.equal(reply.body, "from the origin");
    assert.equal(received, `POST /rest/v1.0/me Bearer ${marker} undefined größe`);
    assert.deepEqual(new Set(proxy.asked), new Set([`CONNECT ${host}:443`]));
    assert.equal(proxy.authorizations.at(-1), `Basic ${Buffer.from(credentials).toString("base64")}`);
    assert.ok(!/MARKED|rest|größe/u.test(proxy.seen()));
  });

  it("sends no plain http, which a proxy gets in absolute form with every header, token included", async () => {
    const plain = await startPlain();
    const proxy = await startProxy({ names: { [new URL(plainUrl).hostname]: plain.port } });
    await failureOf((await make(proxy.url))(get(plainUrl)), "notAllowed");
    assert.deepEqual([proxy.asked, plain.opened()], [[], 0]);
    // The proxy would have served it: what is refused is refused here.
    assert.equal(await inAbsoluteForm(proxy, plainUrl), "plain");
    assert.deepEqual(proxy.asked, [`GET ${plainUrl}`]);
  });

  it("sends this machine's plain http to nobody but this machine", async () => {
    const plain = await startPlain();
    const proxy = await startProxy({ names: { "127.0.0.1": plain.port, localhost: plain.port } });
    const transport = await make(proxy.url);
    for (const name of ["127.0.0.1", "localhost"]) {
      assert.equal((await transport(get(`http://${name}:${plain.port}/`))).body, "plain");
    }
    assert.deepEqual(proxy.asked, []);
  });

  for (const [status, cause] of [
    [403, "proxyRefused"],
    [407, "proxyAuthentication"],
    [502, "proxyRefused"],
  ] as const) {
    it(`says ${cause} when the proxy answers CONNECT with ${status}`, async () => {
      const origin = await startOrigin("procore-test", (_request, response) => void response.end());
      const proxy = await startProxy({ names: { [host]: origin.port }, manner: { kind: "refuses", status } });
      await failureOf((await make(proxy.url))(get(url)), cause);
      assert.equal(origin.bytesSeen(), 0);
    });
  }

  it("stops at once while the proxy hangs", async () => {
    const proxy = await startProxy({ manner: { kind: "hangs" } });
    const stop = new AbortController();
    const waiting = (await make(proxy.url))(get(url), stop.signal);
    await turnUntil(() => proxy.asked.length > 0);
    const reason = new Error("enough");
    stop.abort(reason);
    await assert.rejects(waiting, (error) => error === reason);
    // A transport that closes waits for what it has asked of a proxy.
    await proxy.close();
  });

  const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
  const troubles: readonly {
    readonly name: string;
    readonly cause: NetworkCause;
    readonly origin: () => Promise<{ readonly port: number; bytesSeen?(): number }>;
    readonly askedFor?: string;
  }[] = [
    {
      name: "a certificate that has expired",
      cause: "certificateExpired",
      origin: () => startOrigin("expired", refuse),
    },
    {
      name: "a certificate that is not valid yet",
      cause: "certificateExpired",
      origin: () => startOrigin("notYetValid", refuse),
    },
    {
      name: "a certificate that nobody vouches for",
      cause: "certificate",
      origin: () => startOrigin("self-signed", refuse),
    },
    {
      name: "the certificate of another host",
      cause: "certificateHost",
      origin: () => startOrigin("procore-test", refuse),
      askedFor: "api.procore.example",
    },
    {
      name: "a host that speaks TLS 1.1 only",
      cause: "tlsVersion",
      origin: () => startOrigin("procore-test", refuse, old),
    },
    {
      name: "a host that speaks no TLS",
      cause: "tls",
      origin: async () => {
        const server = await serveBytes((socket) => {
          socket.once("data", () => socket.end("HTTP/1.1 400 Bad\r\n\r\n"));
        });
        cleanUp.push(() => server.stop());
        return server;
      },
    },
  ];
  for (const { name, cause, origin, askedFor = host } of troubles) {
    it(`says ${cause} for ${name}, before a byte of the request is sent`, async () => {
      const server = await origin();
      const proxy = await startProxy({ names: { [askedFor]: server.port } });
      const error = await failureOf((await make(proxy.url))(get(`https://${askedFor}/`)), cause);
      assert.ok(error.message.includes(askedFor), error.message);
      assert.equal(server.bytesSeen?.() ?? 0, 0);
      assert.ok(proxy.asked.length > 0);
    });
  }
}

const refuse = (): void => assert.fail("a request came through");

/** What a careless client would do (RFC 9112 section 3.2.2). */
function inAbsoluteForm(proxy: ForwardProxy, address: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const target = { host: "127.0.0.1", port: proxy.port, path: address, agent: false };
    httpRequest(target, (reply) => void bodyOf(reply).then(resolve, reject))
      .on("error", reject)
      .end();
  });
}
