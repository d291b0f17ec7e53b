import assert from "node:assert/strict";
import { type Failure, type NetworkCause, ProcoreError } from "../../../../src/core/errors.ts";
import type { Transport } from "../../../../src/core/http/transport.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { toNetworkFailure } from "../../../../src/platform/network/failures.ts";
import { type NetworkSettings, nothingSet } from "../../../../src/platform/network/settings.ts";
import { createTransportChoice } from "../../../../src/platform/network/transportChoice.ts";

const network = (cause: NetworkCause, code?: string): ProcoreError =>
  new ProcoreError({ kind: "network", cause, host: "api.procore.com", ...(code === undefined ? {} : { code }) });
/** What the system said, as undici hands it on. */
const system = (code: string, syscall: string): Error =>
  Object.assign(new Error(`${syscall} ${code}`), { code, syscall });
const found = (error: Error): ProcoreError => toNetworkFailure(error, "api.procore.com");
const timedOut = network("timeout", "UND_ERR_CONNECT_TIMEOUT");

/** A way that fails as told, else answers with its name; it keeps which requests it was given. */
function way(name: string) {
  const sent: string[] = [];
  let trouble: unknown;
  const transport: Transport = async ({ url, method }) => {
    sent.push(`${method} ${new URL(url).pathname}`);
    if (trouble !== undefined) throw trouble;
    return { status: 200, headers: {}, body: name };
  };
  return { transport, sent, fail: (error: unknown) => (trouble = error) };
}

describe("createTransportChoice", () => {
  function setUp(changes: Partial<NetworkSettings> = {}) {
    const [undici, vscode] = [way("undici"), way("vscode")];
    const told: string[] = [];
    let settings = { ...nothingSet, ...changes };
    const choice = createTransportChoice({
      undici: undici.transport,
      vscode: vscode.transport,
      settings: () => settings,
      env: {},
      onUse: ({ connectionId, host }, { kind, reason }) => told.push(`${connectionId ?? host} ${kind}: ${reason}`),
    });
    const send = async (connectionId?: string, url = "https://api.procore.com/x", method = "GET"): Promise<string> => {
      const owner = connectionId === undefined ? {} : { connectionId };
      return (await choice({ method, url, headers: {}, ...owner })).body;
    };
    const set = (next: Partial<NetworkSettings>): void => {
      settings = { ...settings, ...next };
      choice.forget();
    };
    return { undici, vscode, told, send, set, choice };
  }

  it("uses undici, and tells it once for each connection", async () => {
    const { send, told, vscode } = setUp();
    for (const id of ["one", "one", "two", undefined, undefined]) assert.equal(await send(id), "undici");
    assert.deepEqual(
      told,
      ["one", "two", "api.procore.com"].map((whose) => `${whose} undici: no proxy is named`),
    );
    assert.deepEqual(vscode.sent, []);
  });

  const moving: readonly ProcoreError[] = [
    network("hostNotFound", "ENOTFOUND"),
    network("hostNotFound", "EAI_AGAIN"),
    network("refused", "ECONNREFUSED"),
    timedOut,
    found(system("ENETUNREACH", "connect")),
    found(new TypeError("fetch failed", { cause: system("EHOSTUNREACH", "connect") })),
    found(new AggregateError([system("EHOSTUNREACH", "connect"), system("ENETUNREACH", "connect")])),
    network("proxyRefused", "CONNECT_403"),
    network("proxyAuthentication", "CONNECT_407"),
    network("proxyUnreachable", "ECONNREFUSED"),
    network("proxyUnreachable", "ENOTFOUND"),
    network("proxyUnreachable", "UND_ERR_CONNECT_TIMEOUT"),
  ];
  for (const error of moving) {
    const { cause, code } = error.failure as Extract<Failure, { kind: "network" }>;
    it(`moves on ${cause} (${code}), also a token call, once, and stays there`, async () => {
      const { send, undici, vscode, told } = setUp();
      undici.fail(error);
      assert.equal(await send("one", "https://login.procore.com/oauth/token", "POST"), "vscode");
      assert.equal(await send("one"), "vscode");
      assert.deepEqual([undici.sent, vscode.sent], [["POST /oauth/token"], ["POST /oauth/token", "GET /x"]]);
      assert.equal(told.length, 1);
      assert.match(told[0] ?? "", /^one vscode: undici found no way: [^.]+/u);
    });
  }

  const staying: readonly unknown[] = [
    network("reset", "ECONNRESET"),
    network("reset", "UND_ERR_SOCKET"),
    network("timeout", "UND_ERR_HEADERS_TIMEOUT"),
    network("timeout", "DEADLINE"),
    network("timeout", "ETIMEDOUT"),
    network("certificate", "DEPTH_ZERO_SELF_SIGNED_CERT"),
    // The same words end a connection in use, when the request may have arrived.
    found(system("EHOSTUNREACH", "read")),
    found(new TypeError("fetch failed", { cause: system("ENETUNREACH", "write") })),
    network("other", "EHOSTUNREACH"),
    // The answer was a 407, so the request was sent.
    found(new TypeError("fetch failed", { cause: new Error("net::ERR_UNEXPECTED_PROXY_AUTH") })),
    network("certificateHost"),
    network("tls", "EPROTO"),
    network("proxySetting"),
    network("proxyUnreachable", "UND_ERR_SOCKET"),
    network("proxyUnreachable", "UND_ERR_HEADERS_TIMEOUT"),
    network("proxyUnreachable", "DEPTH_ZERO_SELF_SIGNED_CERT"),
    network("notAllowed"),
    network("replyTooLarge"),
    new ProcoreError({ kind: "sandboxStopped" }),
    new Error("a bug"),
  ];
  for (const error of staying) {
    const name = error instanceof ProcoreError ? JSON.stringify(error.failure) : "a bug";
    it(`sends nothing twice after ${name}`, async () => {
      const { send, undici, vscode } = setUp();
      undici.fail(error);
      await assert.rejects(send("one"), (thrown) => thrown === error);
      assert.deepEqual([undici.sent, vscode.sent], [["GET /x"], []]);
    });
  }

  it("remembers for each connection and for each host of a sign-in apart", async () => {
    const { send, undici } = setUp();
    undici.fail(timedOut);
    assert.equal(await send("one"), "vscode");
    assert.equal(await send(), "vscode");
    undici.fail(undefined);
    assert.equal(await send("two"), "undici");
    assert.equal(await send("one"), "vscode");
    assert.equal(await send(), "vscode");
    assert.equal(await send(undefined, "https://login.procore.com/x"), "undici");
  });

  it("tells it once when several requests begin together", async () => {
    const { send, told } = setUp();
    await Promise.all([send("one"), send("one"), send("one")]);
    assert.deepEqual(told, ["one undici: no proxy is named"]);
  });

  it("forgets one connection, and goes on with the others", async () => {
    const { send, told, undici, choice } = setUp();
    undici.fail(network("refused", "ECONNREFUSED"));
    for (const id of ["one", "two"]) assert.equal(await send(id), "vscode");
    choice.forget("one");
    undici.fail(undefined);
    assert.equal(await send("one"), "undici");
    assert.equal(await send("two"), "vscode");
    assert.equal(told.length, 3);
  });

  it("forgets when the network settings change", async () => {
    const { send, undici, set, told } = setUp();
    undici.fail(timedOut);
    await send("one");
    undici.fail(undefined);
    set({ proxy: new Secret("http://anna:MARKED@proxy.test:1") });
    assert.equal(await send("one"), "undici");
    assert.equal(told.at(-1), "one undici: through the proxy proxy.test:1 (http.proxy)");
    assert.ok(!told.join().includes("MARKED"));
  });

  it("comes back when the other one no longer finds a way", async () => {
    const { send, undici, vscode } = setUp();
    undici.fail(timedOut);
    await send("one");
    undici.fail(undefined);
    vscode.fail(network("hostNotFound", "ENOTFOUND"));
    assert.equal(await send("one"), "undici");
    vscode.fail(undefined);
    assert.equal(await send("one"), "undici");
  });

  it("remembers nothing, and says what undici said, when neither finds a way", async () => {
    const { send, undici, vscode, told } = setUp();
    const refused = network("proxyRefused", "CONNECT_403");
    undici.fail(refused);
    for (const other of [network("hostNotFound", "ENOTFOUND"), network("certificatesUnchecked")]) {
      vscode.fail(other);
      await assert.rejects(send("one"), (error) => error === refused);
    }
    undici.fail(undefined);
    assert.equal(await send("one"), "undici");
    assert.deepEqual(told, ["one undici: no proxy is named"]);
  });

  it("says what the other one said when that one may have sent it", async () => {
    const { send, undici, vscode } = setUp();
    undici.fail(timedOut);
    const broken = network("reset", "UND_ERR_SOCKET");
    vscode.fail(broken);
    await assert.rejects(send("one"), (error) => error === broken);
  });

  it("moves no request to this machine: there is one way only", async () => {
    const { send, undici, vscode } = setUp();
    undici.fail(network("refused", "ECONNREFUSED"));
    await assert.rejects(send("one", "http://127.0.0.1:4711/x"));
    assert.deepEqual(vscode.sent, []);
  });

  it("moves nothing that was cancelled", async () => {
    const { choice, undici, vscode } = setUp();
    const stop = new AbortController();
    undici.fail(timedOut);
    stop.abort();
    await assert.rejects(choice({ method: "GET", url: "https://api.procore.com/x", headers: {} }, stop.signal));
    assert.deepEqual(vscode.sent, []);
  });

  for (const kind of ["undici", "vscode"] as const) {
    it(`stays with ${kind} when the setting says so`, async () => {
      const { send, told, ...ways } = setUp({ transport: kind });
      assert.equal(await send("one"), kind);
      ways[kind].fail(timedOut);
      await assert.rejects(send("one"), (error) => error === timedOut);
      assert.equal(ways[kind === "undici" ? "vscode" : "undici"].sent.length, 0);
      assert.equal(told.length, 1);
    });
  }

  it("takes the setting as it is at each request", async () => {
    const { send, set, undici } = setUp();
    undici.fail(timedOut);
    assert.equal(await send("one"), "vscode");
    undici.fail(undefined);
    set({ transport: "undici" });
    assert.equal(await send("one"), "undici");
    set({ transport: "vscode" });
    assert.equal(await send("one"), "vscode");
  });
});
