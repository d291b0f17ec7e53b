import assert from "node:assert/strict";
import { createServer, type AddressInfo, type Server } from "node:net";
import type { NetworkCause } from "../../../../src/core/errors.ts";
import { ProcoreError } from "../../../../src/core/errors.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { createNetworkProbe } from "../../../../src/platform/network/networkProbe.ts";
import { type NetworkSettings, nothingSet } from "../../../../src/platform/network/settings.ts";
import { startForwardProxy, type ForwardProxy } from "../../../fakes/forwardProxy.ts";
import { startTlsOrigin, type TlsOrigin } from "../../../fakes/tlsOrigin.ts";
import { trustTestAuthority } from "./trust.ts";

const host = "api.procore.test";
const url = new URL(`https://${host}/rest/v1.0/me`);
const { signal } = new AbortController();
const credentials = "ada:a secret@word";

describe("the probe below HTTP", () => {
  let trusted: TlsOrigin;
  let untrusted: TlsOrigin;
  let proxy: ForwardProxy;
  let distrust = (): void => undefined;
  before(async () => {
    distrust = await trustTestAuthority();
    trusted = await startTlsOrigin("procore-test", (_request, response) => void response.end("x"));
    untrusted = await startTlsOrigin("self-signed", (_request, response) => void response.end("x"));
    proxy = await startForwardProxy({
      names: { [host]: trusted.port, "other.test": trusted.port, "self.test": untrusted.port },
    });
  });
  after(async () => {
    distrust();
    await proxy.close();
    await trusted.close();
    await untrusted.close();
  });
  beforeEach(() => proxy.behave({ kind: "serves" }));

  const probeWith = (settings: Partial<NetworkSettings> = {}, env: Readonly<Record<string, string>> = {}) =>
    createNetworkProbe({ settings: () => ({ ...nothingSet, ...settings }), env });
  const through = (extra: Partial<NetworkSettings> = {}) => probeWith({ proxy: new Secret(proxy.url), ...extra });
  const failed = async (work: Promise<unknown>, cause: NetworkCause) => {
    const error: unknown = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof ProcoreError && error.failure.kind === "network", String(error));
    assert.equal(error.failure.cause, cause);
    return error.failure;
  };

  it("tells the way and who decided it, without any credential", () => {
    const address = `http://ada:${encodeURIComponent("a secret@word")}@127.0.0.1:8080`;
    assert.deepEqual(probeWith().way(url), { kind: "direct", why: "noneNamed" });
    assert.deepEqual(probeWith({ proxy: new Secret(address) }).way(url), {
      kind: "proxy",
      scheme: "http",
      address: "127.0.0.1:8080",
      namedBy: "http.proxy",
      credentials: "inAddress",
    });
    const fromEnvironment = probeWith({ proxyAuthorization: new Secret("Basic x") }, { HTTPS_PROXY: "127.0.0.1:3128" });
    assert.deepEqual(fromEnvironment.way(url), {
      kind: "proxy",
      scheme: "http",
      address: "127.0.0.1:3128",
      namedBy: "HTTPS_PROXY",
      credentials: "inSetting",
    });
    assert.throws(() => probeWith({ proxy: new Secret("http://a/b?c") }).way(url), ProcoreError);
  });

  it("finds addresses, and says when there are none", async () => {
    assert.ok(
      (await probeWith().resolve("localhost", signal)).some((address) => address === "127.0.0.1" || address === "::1"),
    );
    await failed(probeWith().resolve("no-such-name.invalid", signal), "hostNotFound");
  });

  it("connects to the host, or to the proxy that leads there", async () => {
    assert.ok((await probeWith().connect(new URL(`https://127.0.0.1:${trusted.port}`), signal)) >= 0);
    assert.ok((await through().connect(url, signal)) >= 0);
    const closed = await freePort();
    await failed(probeWith().connect(new URL(`http://127.0.0.1:${closed}`), signal), "refused");
    const failure = await failed(
      probeWith({ proxy: new Secret(`http://127.0.0.1:${closed}`) }).connect(url, signal),
      "proxyUnreachable",
    );
    assert.equal(failure.proxy, `127.0.0.1:${closed}`);
  });

  it("shows a certificate that is trusted, and who signed it", async () => {
    const before = trusted.bytesSeen();
    const shown = await through().certificate(url, signal);
    assert.equal(shown?.refused, undefined);
    assert.equal(shown?.rootFrom, "added");
    assert.match(shown?.names ?? "", /\*\.procore\.test/u);
    assert.match(shown?.protocol ?? "", /^TLSv1\.[23]$/u);
    assert.equal(shown?.chainLength, 2);
    assert.ok((shown?.validTo ?? 0) > (shown?.validFrom ?? 0));
    assert.equal(trusted.bytesSeen(), before, "nothing was sent");
  });

  it("shows a certificate that nobody here trusts, or that is another host's, and sends nothing", async () => {
    const before = [trusted.bytesSeen(), untrusted.bytesSeen()];
    const own = await through().certificate(new URL("https://self.test"), signal);
    assert.deepEqual(own?.refused, { cause: "certificate", code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    assert.equal(own?.rootFrom, "unknown");
    const direct = await probeWith().certificate(new URL(`https://127.0.0.1:${untrusted.port}`), signal);
    assert.equal(direct?.refused?.cause, "certificate");
    const other = await through().certificate(new URL("https://other.test"), signal);
    assert.deepEqual(other?.refused, { cause: "certificateHost", code: "ERR_TLS_CERT_ALTNAME_INVALID" });
    assert.deepEqual([trusted.bytesSeen(), untrusted.bytesSeen()], before);
  });

  it("does as requests do with a proxy that wants a password, refuses, or hangs up", async () => {
    proxy.behave({ kind: "wantsPassword", credentials });
    await failed(through().certificate(url, signal), "proxyAuthentication");
    const basic = new Secret(`Basic ${Buffer.from(credentials).toString("base64")}`);
    assert.equal((await through({ proxyAuthorization: basic }).certificate(url, signal))?.refused, undefined);
    proxy.behave({ kind: "refuses", status: 403 });
    await failed(through().certificate(url, signal), "proxyRefused");
    proxy.behave({ kind: "hangsUp" });
    await failed(through().certificate(url, signal), "proxyUnreachable");
    assert.equal(await probeWith({ proxy: new Secret("socks5://127.0.0.1:1") }).certificate(url, signal), undefined);
  });

  it("says so when there is no TLS at all", async () => {
    const server = createServer((socket) =>
      socket.on("error", () => undefined).end("HTTP/1.1 400 Bad Request\r\n\r\n"),
    );
    const port = await listen(server);
    try {
      await failed(probeWith().certificate(new URL(`https://127.0.0.1:${port}`), signal), "tls");
    } finally {
      server.close();
    }
  });

  it("ends at once when it is cancelled", async () => {
    proxy.behave({ kind: "hangs" });
    const cancel = new AbortController();
    const work = through().certificate(url, cancel.signal);
    const asked = proxy.asked.length;
    while (proxy.asked.length === asked) await new Promise((resolve) => setImmediate(resolve));
    cancel.abort();
    await assert.rejects(work, { name: "AbortError" });
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
