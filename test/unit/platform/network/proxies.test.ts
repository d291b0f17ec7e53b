import assert from "node:assert/strict";
import type { NetworkCause, ProcoreError } from "../../../../src/core/errors.ts";
import { Secret } from "../../../../src/core/secret.ts";
import {
  createUndiciTransport,
  type UndiciTransport,
  type UndiciTransportOptions,
} from "../../../../src/platform/network/index.ts";
import { type NetworkSettings, nothingSet } from "../../../../src/platform/network/settings.ts";
import { type ForwardProxy, type ForwardProxyOptions, startForwardProxy } from "../../../fakes/forwardProxy.ts";
import { startSocksProxy } from "../../../fakes/socksProxy.ts";
import { startTlsOrigin, type TlsOrigin } from "../../../fakes/tlsOrigin.ts";
import { until } from "../../../harness/until.ts";
import { standingClock } from "../../core/http/scriptedTransport.ts";
import { bodyOf } from "./loopbackServer.ts";
import { failureOf, get, turnUntil } from "./transportContract.ts";
import { trustTestAuthority } from "./trust.ts";

type Timeouts = Pick<UndiciTransportOptions, "connectTimeoutMs" | "headersTimeoutMs" | "bodyTimeoutMs">;

const host = "api.procore.test";
const url = `https://${host}/rest/v1.0/me`;

describe("undici and proxies", () => {
  let origin: TlsOrigin;
  let proxy: ForwardProxy;
  const received: string[] = [];
  const cleanUp: (() => unknown)[] = [];
  let distrust = (): void => undefined;
  before(async () => {
    distrust = await trustTestAuthority();
    origin = await startTlsOrigin("procore-test", (request, response) => {
      const { authorization = "", "proxy-authorization": leaked = "" } = request.headers;
      const told = `${request.method} ${request.url} ${authorization} ${leaked}`;
      const answer = async (): Promise<void> => {
        received.push(`${told} ${await bodyOf(request)}`.trim());
        response.end("from the origin");
      };
      void answer();
    });
  });
  after(async () => {
    distrust();
    await origin.close();
  });
  afterEach(async () => {
    received.length = 0;
    for (const clean of cleanUp.splice(0).toReversed()) await clean();
  });

  const startProxy = async (options: ForwardProxyOptions = {}): Promise<ForwardProxy> => {
    const names = { [host]: origin.port, "login.procore.test": origin.port };
    const started = await startForwardProxy({ names, ...options });
    cleanUp.push(() => started.close());
    proxy = started;
    return started;
  };
  const make = (settings: Partial<NetworkSettings>, options: Timeouts = {}) => {
    let current: NetworkSettings = { ...nothingSet, ...settings };
    const transport = createUndiciTransport({
      clock: standingClock().clock,
      settings: () => current,
      env: {},
      ...options,
    });
    cleanUp.push(() => transport.close());
    const change = (next: Partial<NetworkSettings>): void => {
      current = { ...current, ...next };
      transport.renew();
    };
    return Object.assign(transport, { change });
  };
  const through = (address: string, settings: Partial<NetworkSettings> = {}): Partial<NetworkSettings> => ({
    proxy: new Secret(address),
    ...settings,
  });
  const failed = async (transport: UndiciTransport, cause: NetworkCause): Promise<ProcoreError> => {
    const before = origin.bytesSeen();
    const error = await failureOf(transport(get(url)), cause);
    assert.equal(origin.bytesSeen(), before);
    return error;
  };

  it("has connections of its own for each connection, at most eight to an origin", async () => {
    await startProxy();
    const transport = make(through(proxy.url));
    const sent = ["one", "two"].flatMap((connectionId) =>
      Array.from({ length: 20 }, () => transport({ ...get(url), connectionId })),
    );
    await Promise.all(sent);
    assert.equal(received.length, 40);
    assert.ok(proxy.asked.length >= 2 && proxy.asked.length <= 16, `${proxy.asked.length} tunnels`);
  });

  it("says that the name is not found without a proxy", async () => {
    await failureOf(make({})(get("https://api.procore.invalid/")), "hostNotFound");
  });

  it("takes the proxy of the environment, and none when http.proxySupport is off", async () => {
    await startProxy();
    const env = { HTTPS_PROXY: proxy.url };
    for (const support of ["on", "off"] as const) {
      const settings = (): NetworkSettings => ({ ...nothingSet, proxySupport: support });
      const transport = createUndiciTransport({ clock: standingClock().clock, settings, env });
      cleanUp.push(() => transport.close());
      if (support === "on") assert.equal((await transport(get(url))).status, 200);
      else await failed(transport, "hostNotFound");
    }
    assert.equal(proxy.asked.length, 1);
  });

  it("sends user name and password of the proxy's address, decoded, to the proxy alone", async () => {
    const credentials = "corp\\anna:p@ss wörd";
    await startProxy({ manner: { kind: "wantsPassword", credentials } });
    const transport = make(through(`http://corp%5Canna:p%40ss%20w%C3%B6rd@${proxy.address}`));
    assert.equal((await transport(get(url))).status, 200);
    assert.deepEqual(proxy.authorizations, [`Basic ${Buffer.from(credentials).toString("base64")}`]);
    assert.equal(received[0], "GET /rest/v1.0/me Bearer MARKED-token-0123456789");
  });

  it("sends http.proxyAuthorization as it is, before what the address says", async () => {
    await startProxy();
    const proxyAuthorization = new Secret("Bearer for-the-proxy");
    await make(through(`http://anna:x@${proxy.address}`, { proxyAuthorization }))(get(url));
    assert.deepEqual(proxy.authorizations, ["Bearer for-the-proxy"]);
  });

  const refusals: readonly (readonly [status: number, cause: NetworkCause])[] = [
    [403, "proxyRefused"],
    [407, "proxyAuthentication"],
    [502, "proxyRefused"],
    [503, "proxyRefused"],
    [204, "proxyRefused"],
    [302, "proxyRefused"],
  ];
  for (const [status, cause] of refusals) {
    it(`says ${cause} and names the proxy when it answers CONNECT with ${status}`, async () => {
      await startProxy({ manner: { kind: "refuses", status } });
      const error = await failed(make(through(`http://anna:MARKED@${proxy.address}`)), cause);
      const expected = { kind: "network", cause, host, proxy: proxy.address, code: `CONNECT_${status}` };
      assert.deepEqual(error.failure, expected);
      assert.equal(proxy.asked.length, 1);
      await turnUntil(() => proxy.open() === 0);
    });
  }

  it("says proxyUnreachable for a proxy that is not there, hangs up, hangs, or has no name", async () => {
    await startProxy();
    const gone = await startForwardProxy();
    await gone.close();
    for (const [address, code] of [
      [gone.url, "ECONNREFUSED"],
      ["http://proxy.procore.invalid:1", undefined],
    ] as const) {
      const { failure } = await failed(make(through(address)), "proxyUnreachable");
      assert.ok(failure.kind === "network" && failure.proxy === new URL(address).host);
      if (code !== undefined) assert.equal(failure.code, code);
    }
    proxy.behave({ kind: "hangsUp" });
    await failed(make(through(proxy.url)), "proxyUnreachable");
    proxy.behave({ kind: "hangs" });
    await failed(make(through(proxy.url), { connectTimeoutMs: 50 }), "proxyUnreachable");
  });

  it("says proxySetting when the setting names no proxy", async () => {
    await failed(make(through("http://anna:MARKED#1@proxy:1")), "proxySetting");
  });

  describe("with a certificate of its own", () => {
    for (const [proxyCertificate, support] of [
      ["checked", "refused"],
      ["unchecked", "used"],
    ] as const) {
      it(`is ${support} when http.proxyStrictSSL has it ${proxyCertificate}`, async () => {
        await startProxy({ tls: "self-signed" });
        const transport = make(through(proxy.url, { proxyCertificate }));
        if (support === "used") assert.equal((await transport(get(url))).status, 200);
        else {
          const { failure } = await failed(transport, "proxyUnreachable");
          assert.equal(failure.kind === "network" && failure.code, "DEPTH_ZERO_SELF_SIGNED_CERT");
        }
        assert.equal(proxy.asked.length, support === "used" ? 1 : 0);
      });
    }
  });

  describe("the host behind it", () => {
    for (const proxyCertificate of ["checked", "unchecked"] as const) {
      it(`is refused with a certificate that nobody vouches for, http.proxyStrictSSL: ${proxyCertificate}`, async () => {
        const untrusted = await startTlsOrigin("self-signed", (_request, response) => void response.end());
        cleanUp.push(() => untrusted.close());
        await startProxy({ names: { [host]: untrusted.port } });
        const direct = make({ proxyCertificate })(get(`https://127.0.0.1:${untrusted.port}/`));
        await failureOf(direct, "certificate");
        const error = await failed(make(through(proxy.url, { proxyCertificate })), "certificate");
        assert.equal(error.failure.kind === "network" && error.failure.proxy, proxy.address);
        assert.equal(untrusted.bytesSeen(), 0);
      });
    }
  });

  describe("of the kind SOCKS5", () => {
    it("is used, with and without a password", async () => {
      for (const credentials of [undefined, "anna:p@ss"]) {
        const socks = await startSocksProxy({ [host]: origin.port }, credentials);
        cleanUp.push(() => socks.close());
        const user = credentials === undefined ? "" : "anna:p%40ss@";
        for (const scheme of ["socks", "socks5", "socks5h"]) {
          const reply = await make(through(`${scheme}://${user}${socks.address}`))(get(url));
          assert.equal(reply.body, "from the origin");
        }
        assert.deepEqual(socks.asked, Array(3).fill(`${host}:443`));
      }
    });

    it("ends a request that is not answered, or not to its end, like every other way", async () => {
      const silent = await startTlsOrigin("procore-test", () => undefined);
      const halting = await startTlsOrigin("procore-test", (_request, response) => {
        response.writeHead(200, { "content-length": 10 }).write("half");
      });
      for (const [server, timeouts] of [
        [silent, { headersTimeoutMs: 50 }],
        [halting, { bodyTimeoutMs: 50 }],
      ] as const) {
        const socks = await startSocksProxy({ [host]: server.port });
        cleanUp.push(
          () => socks.close(),
          () => server.close(),
        );
        await failureOf(make(through(socks.url), timeouts)(get(url)), "timeout");
      }
    }).timeout(20_000);

    it("is a failure when the library refuses what it is given", async () => {
      await failed(make(through("socks5://127.0.0.1:1"), { connectTimeoutMs: -1 }), "other");
    });

    it("is told from the host behind it", async () => {
      const strict = await startSocksProxy({ [host]: origin.port }, "anna:right");
      const lost = await startSocksProxy({});
      const untrusted = await startTlsOrigin("self-signed", (_request, response) => void response.end());
      const leading = await startSocksProxy({ [host]: untrusted.port });
      cleanUp.push(...[strict, lost, untrusted, leading].map((server) => () => server.close()));
      await failed(make(through(`socks5://anna:MARKED@${strict.address}`)), "proxyAuthentication");
      await failed(make(through(lost.url)), "proxyRefused");
      await failed(make(through(leading.url)), "certificate");
      assert.equal(untrusted.bytesSeen(), 0);
      await lost.close();
      await failed(make(through(lost.url)), "proxyUnreachable");
    });
  });

  it("follows a change of the settings, and lets the request that runs end on its old way", async () => {
    let answer: (() => void) | undefined;
    const slow = await startTlsOrigin("procore-test", (_request, response) => {
      answer = () => void response.end("late");
    });
    cleanUp.push(() => slow.close());
    const first = await startProxy({ names: { [host]: slow.port } });
    const second = await startProxy();
    const transport = make(through(first.url));
    const running = transport({ ...get(url), connectionId: "one" });
    await turnUntil(() => answer !== undefined);
    transport.change({ proxy: new Secret(second.url) });
    assert.equal((await transport({ ...get(url), connectionId: "one" })).body, "from the origin");
    assert.equal(first.open(), 1);
    answer?.();
    assert.equal((await running).body, "late");
    // At once: a connection that only waits for more would be kept for four seconds.
    await until(
      "the first proxy's connections are closed",
      async () => first.open(),
      (open) => open === 0,
      2_000,
    );
    assert.deepEqual([first.asked.length, second.asked.length], [1, 1]);
  });

  it("counts a connection that broke in use as sent, also when nobody answers there any more", async () => {
    let hits = 0;
    const breaking = await startTlsOrigin("procore-test", (request, response) => {
      hits += 1;
      if (hits === 1) response.end("kept alive");
      else request.socket.destroy();
    });
    await startProxy({ names: { [host]: breaking.port } });
    const transport = make(through(proxy.url));
    await transport(get(url));
    // So that the connection is seen to be free again.
    await new Promise((resolve) => setImmediate(resolve));
    proxy.behave({ kind: "refuses", status: 403 });
    await failureOf(transport({ ...get(url), method: "POST", body: "once" }), "reset");
    await failureOf(transport(get(url)), "proxyRefused");
    assert.equal(hits, 2);
    await breaking.close();
  });
});
