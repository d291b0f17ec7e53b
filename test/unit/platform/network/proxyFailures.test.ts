import assert from "node:assert/strict";
import { inspect } from "node:util";
import { ProcoreError } from "../../../../src/core/errors.ts";
import {
  beyondProxy,
  connectRefused,
  proxyFailure,
  refusedStatus,
  socksFailure,
} from "../../../../src/platform/network/proxyFailures.ts";

const way = { host: "api.procore.com", proxy: "proxy.test:8080" };

describe("failures of proxies", () => {
  it("keep name, code and words of what undici threw, and nothing that hangs on it", () => {
    const inner = Object.assign(new Error("Bearer MARKED"), { code: "UND_ERR_SOCKS5_AUTH_FAILED", data: "MARKED" });
    const thrown = Object.assign(new Error("outer", { cause: inner }), { headers: "MARKED" });
    for (const error of [proxyFailure(thrown, way), socksFailure(thrown, way)]) {
      assert.ok(!inspect(error, { depth: Infinity, showHidden: true }).includes("MARKED"));
      assert.match(inspect(error, { depth: Infinity }), /outer[^]*UND_ERR_SOCKS5_AUTH_FAILED/u);
    }
  });

  it("find the status in what fetch throws for a refused CONNECT, and in nothing else", () => {
    const refused = new Error("Proxy response (407) !== 200 when HTTP Tunneling");
    const nested = new TypeError("fetch failed", { cause: new Error("Request was cancelled.", { cause: refused }) });
    const round = new Error("round");
    round.cause = round;
    assert.deepEqual(
      [refused, nested, new TypeError("fetch failed"), round, "Proxy response (407)", undefined].map((error) =>
        refusedStatus(error),
      ),
      [407, 407, undefined, undefined, undefined, undefined],
    );
  });

  it("name the proxy in a failure of the host behind it", () => {
    const failure = { kind: "network", cause: "certificate", host: way.host } as const;
    assert.deepEqual(beyondProxy(new ProcoreError(failure), way).failure, { ...failure, proxy: way.proxy });
    const other = new ProcoreError({ kind: "sandboxStopped" });
    assert.equal(beyondProxy(other, way), other);
    assert.deepEqual(connectRefused(407, { host: way.host }).failure, {
      kind: "network",
      cause: "proxyAuthentication",
      host: way.host,
      code: "CONNECT_407",
    });
  });
});
