import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { NetworkCause } from "../../../../src/core/errors.ts";
import { toNetworkFailure } from "../../../../src/platform/network/failures.ts";

const coded = (code: string, message = code): Error => Object.assign(new Error(message), { code });

describe("toNetworkFailure", () => {
  const cases: readonly { code: string; cause: NetworkCause }[] = [
    { code: "ENOTFOUND", cause: "hostNotFound" },
    { code: "EAI_AGAIN", cause: "hostNotFound" },
    { code: "ECONNREFUSED", cause: "refused" },
    { code: "ECONNRESET", cause: "reset" },
    { code: "UND_ERR_SOCKET", cause: "reset" },
    { code: "ETIMEDOUT", cause: "timeout" },
    { code: "UND_ERR_CONNECT_TIMEOUT", cause: "timeout" },
    { code: "CERT_HAS_EXPIRED", cause: "certificate" },
    { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE", cause: "certificate" },
    { code: "SELF_SIGNED_CERT_IN_CHAIN", cause: "certificate" },
    { code: "ERR_TLS_CERT_ALTNAME_INVALID", cause: "certificate" },
    { code: "ERR_SSL_WRONG_VERSION_NUMBER", cause: "tls" },
    { code: "EPROTO", cause: "tls" },
    { code: "UND_ERR_HEADERS_OVERFLOW", cause: "replyTooLarge" },
    { code: "ENETUNREACH", cause: "other" },
    { code: "toString", cause: "other" },
  ];
  for (const { code, cause } of cases) {
    it(`makes ${cause} of ${code}`, () =>
      assert.deepEqual(toNetworkFailure(coded(code), "h").failure, { kind: "network", cause, host: "h", code }));
  }

  it("looks into causes and into several addresses that failed", () => {
    const nested = new Error("outer", { cause: coded("ENOTFOUND") });
    const several = new AggregateError([coded("ECONNREFUSED"), coded("ENETUNREACH")]);
    const failures = [nested, several, "no error"].map((error) => toNetworkFailure(error, "h").failure);
    assert.deepEqual(
      failures.map((failure) => (failure.kind === "network" ? failure.cause : failure.kind)),
      ["hostNotFound", "refused", "other"],
    );
  });

  it("keeps name, code and words of the chain, and nothing that hangs on it", () => {
    const token = "MARKED".repeat(8);
    const inner = Object.assign(coded("HPE_INVALID_CHUNK_SIZE", `Bearer ${token}`), { data: token });
    const outer = Object.assign(new Error("outer", { cause: inner }), { request: { authorization: token } });
    const seen = inspect(toNetworkFailure(outer, "h"), { depth: Infinity, showHidden: true });
    assert.ok(!seen.includes("MARKED"), seen);
    assert.match(seen, /outer[^]*HPE_INVALID_CHUNK_SIZE/);
  });

  it("ends at a chain that bites its tail", () => {
    const error = new Error("round");
    error.cause = error;
    assert.equal(toNetworkFailure(error, "h").failure.kind, "network");
  });
});
