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
    { code: "CERT_HAS_EXPIRED", cause: "certificateExpired" },
    { code: "CERT_NOT_YET_VALID", cause: "certificateExpired" },
    { code: "CERT_SIGNATURE_FAILURE", cause: "certificate" },
    { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE", cause: "certificate" },
    { code: "SELF_SIGNED_CERT_IN_CHAIN", cause: "certificate" },
    { code: "ERR_TLS_CERT_ALTNAME_INVALID", cause: "certificateHost" },
    { code: "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", cause: "tlsVersion" },
    { code: "ERR_SSL_UNSUPPORTED_PROTOCOL", cause: "tlsVersion" },
    { code: "ERR_SSL_WRONG_VERSION_NUMBER", cause: "tls" },
    { code: "EPROTO", cause: "tls" },
    { code: "UND_ERR_HEADERS_OVERFLOW", cause: "replyTooLarge" },
    { code: "HPE_HEADER_OVERFLOW", cause: "replyTooLarge" },
    { code: "HPE_INVALID_CONSTANT", cause: "unreadable" },
    { code: "Z_DATA_ERROR", cause: "unreadable" },
    { code: "ERR__ERROR_FORMAT_PADDING_1", cause: "unreadable" },
    { code: "Z_BUF_ERROR", cause: "reset" },
    { code: "UND_ERR_PRX_TLS", cause: "proxyUnreachable" },
    { code: "UND_ERR_ABORTED", cause: "other" },
    { code: "ENETUNREACH", cause: "other" },
    { code: "toString", cause: "other" },
  ];
  for (const { code, cause } of cases) {
    it(`makes ${cause} of ${code}`, () =>
      assert.deepEqual(toNetworkFailure(coded(code), "h").failure, { kind: "network", cause, host: "h", code }));
  }

  const chromium: readonly { name: string; cause: NetworkCause }[] = [
    { name: "ERR_NAME_NOT_RESOLVED", cause: "hostNotFound" },
    { name: "ERR_CONNECTION_REFUSED", cause: "refused" },
    { name: "ERR_EMPTY_RESPONSE", cause: "reset" },
    { name: "ERR_CONNECTION_TIMED_OUT", cause: "timeout" },
    { name: "ERR_CERT_AUTHORITY_INVALID", cause: "certificate" },
    { name: "ERR_CERT_DATE_INVALID", cause: "certificateExpired" },
    { name: "ERR_CERT_COMMON_NAME_INVALID", cause: "certificateHost" },
    { name: "ERR_SSL_PROTOCOL_ERROR", cause: "tls" },
    { name: "ERR_SSL_VERSION_OR_CIPHER_MISMATCH", cause: "tlsVersion" },
    { name: "ERR_PROXY_CONNECTION_FAILED", cause: "proxyUnreachable" },
    { name: "ERR_TUNNEL_CONNECTION_FAILED", cause: "proxyRefused" },
    { name: "ERR_PROXY_AUTH_REQUESTED", cause: "proxyAuthentication" },
    { name: "ERR_UNEXPECTED_PROXY_AUTH", cause: "other" },
    { name: "ERR_INTERNET_DISCONNECTED", cause: "other" },
  ];
  for (const { name, cause } of chromium) {
    it(`makes ${cause} of net::${name}, as the editor's fetch tells it`, () => {
      const error = new TypeError("fetch failed", { cause: new Error(`net::${name}`) });
      assert.deepEqual(toNetworkFailure(error, "h").failure, { kind: "network", cause, host: "h", code: name });
    });
  }

  const tunnels: readonly { words: string; proxy?: string; cause: NetworkCause }[] = [
    { words: "Proxy response (407) !== 200 when HTTP Tunneling", cause: "proxyAuthentication" },
    { words: "Proxy response (502) !== 200 when HTTP Tunneling", cause: "proxyRefused" },
    { words: "Request was cancelled.", proxy: "proxy.test:3128", cause: "proxyRefused" },
    { words: "Request was cancelled.", cause: "other" },
  ];
  for (const { words, proxy, cause } of tunnels) {
    it(`makes ${cause} of "${words}"${proxy === undefined ? "" : " behind a proxy"}`, () => {
      const error = new TypeError("fetch failed", { cause: coded("UND_ERR_ABORTED", words) });
      const { failure } = toNetworkFailure(error, "h", proxy);
      const told = proxy === undefined ? {} : { proxy };
      assert.deepEqual(failure, { kind: "network", cause, host: "h", code: "UND_ERR_ABORTED", ...told });
    });
  }

  it("tells an old TLS by OpenSSL's words where the code does not", () => {
    const words = "write EPROTO 80C1:error:0A000102:SSL routines:ssl_choose_client_version:unsupported protocol";
    const { failure } = toNetworkFailure(coded("EPROTO", words), "h");
    assert.equal(failure.kind === "network" && failure.cause, "tlsVersion");
  });

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
