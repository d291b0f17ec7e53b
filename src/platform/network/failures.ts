import { type NetworkCause, ProcoreError } from "../../core/errors.ts";
import { withoutSecrets } from "../../core/redact.ts";

/**
 * The `network` failure for whatever undici, TLS or the system threw. Its cause is a copy with name, code and words
 * only: a parser's error keeps a piece of the reply (`HTTPParserError.data`), and a reply may hold a token.
 */
export function toNetworkFailure(error: unknown, host: string): ProcoreError {
  const code = codeOf(error);
  return new ProcoreError(
    { kind: "network", cause: causeOf(code), host, ...(code === undefined ? {} : { code }) },
    { cause: withoutSecrets(error) },
  );
}

/** The failure for a reply that is longer than was allowed. */
export function tooLarge(host: string): ProcoreError {
  return new ProcoreError({ kind: "network", cause: "replyTooLarge", host });
}

const causes: Readonly<Record<string, NetworkCause>> = {
  ENOTFOUND: "hostNotFound",
  EAI_AGAIN: "hostNotFound",
  EAI_FAIL: "hostNotFound",
  EAI_NODATA: "hostNotFound",
  EAI_NONAME: "hostNotFound",
  ECONNREFUSED: "refused",
  ECONNRESET: "reset",
  ECONNABORTED: "reset",
  EPIPE: "reset",
  UND_ERR_SOCKET: "reset",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "reset",
  ETIMEDOUT: "timeout",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  UND_ERR_HEADERS_TIMEOUT: "timeout",
  UND_ERR_BODY_TIMEOUT: "timeout",
  UND_ERR_HEADERS_OVERFLOW: "replyTooLarge",
  ERR_BUFFER_TOO_LARGE: "replyTooLarge",
  ERR_TLS_CERT_ALTNAME_INVALID: "certificate",
  SELF_SIGNED_CERT_IN_CHAIN: "certificate",
  DEPTH_ZERO_SELF_SIGNED_CERT: "certificate",
  HOSTNAME_MISMATCH: "certificate",
  INVALID_CA: "certificate",
  INVALID_PURPOSE: "certificate",
  PATH_LENGTH_EXCEEDED: "certificate",
  EPROTO: "tls",
};

function causeOf(code: string | undefined): NetworkCause {
  if (code === undefined) return "other";
  const known = Object.hasOwn(causes, code) ? causes[code] : undefined;
  if (known !== undefined) return known;
  // OpenSSL's names for what was wrong with a certificate: https://nodejs.org/api/tls.html#x509-certificate-error-codes
  if (/^(?:CERT_|CRL_|UNABLE_TO_)/u.test(code)) return "certificate";
  return /^ERR_(?:SSL|TLS)_/u.test(code) ? "tls" : "other";
}

/** The first code in the chain; several addresses that failed (`AggregateError`) mostly failed alike. */
function codeOf(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Error) || depth > 5) return undefined;
  if ("code" in error && typeof error.code === "string" && error.code !== "") return error.code;
  const inner: readonly unknown[] = error instanceof AggregateError ? error.errors : [error.cause];
  return inner.map((each) => codeOf(each, depth + 1)).find((code) => code !== undefined);
}
