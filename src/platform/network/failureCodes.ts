import type { NetworkCause } from "../../core/errors.ts";

/** `codes` by words of one cause, so that the table below can be read. */
const under = (cause: NetworkCause, codes: string): readonly (readonly [string, NetworkCause])[] =>
  codes.split(/\s+/u).map((code) => [code, cause] as const);

/**
 * Which cause a code stands for. Codes without `ERR_` in front are the system's, OpenSSL's and undici's; those with it
 * are Node's or, where the editor's `fetch` goes through Electron, Chromium's (without their `net::`).
 * @see https://nodejs.org/api/errors.html, https://nodejs.org/api/tls.html#x509-certificate-error-codes,
 * undici lib/core/errors.js, chromium net/base/net_error_list.h
 *
 * ERR_UNEXPECTED_PROXY_AUTH is not among those of proxies: it is a 407 that came as the answer to the request itself.
 */
const causes: ReadonlyMap<string, NetworkCause> = new Map([
  ...under("hostNotFound", "ENOTFOUND EAI_AGAIN EAI_FAIL EAI_NODATA EAI_NONAME"),
  ...under("hostNotFound", "ERR_NAME_NOT_RESOLVED ERR_NAME_RESOLUTION_FAILED ERR_ICANN_NAME_COLLISION"),
  ...under("hostNotFound", "ERR_DNS_TIMED_OUT ERR_DNS_SERVER_FAILED ERR_DNS_MALFORMED_RESPONSE"),
  ...under("refused", "ECONNREFUSED ERR_CONNECTION_REFUSED"),
  ...under("reset", "ECONNRESET ECONNABORTED EPIPE UND_ERR_SOCKET UND_ERR_RES_CONTENT_LENGTH_MISMATCH Z_BUF_ERROR"),
  ...under("reset", "ERR_CONNECTION_RESET ERR_CONNECTION_CLOSED ERR_CONNECTION_ABORTED ERR_EMPTY_RESPONSE"),
  ...under("reset", "ERR_CONTENT_LENGTH_MISMATCH ERR_INCOMPLETE_CHUNKED_ENCODING ERR_NETWORK_CHANGED"),
  ...under("timeout", "ETIMEDOUT UND_ERR_CONNECT_TIMEOUT UND_ERR_HEADERS_TIMEOUT UND_ERR_BODY_TIMEOUT"),
  ...under("timeout", "ERR_TLS_HANDSHAKE_TIMEOUT ERR_CONNECTION_TIMED_OUT ERR_TIMED_OUT"),
  ...under("replyTooLarge", "UND_ERR_HEADERS_OVERFLOW HPE_HEADER_OVERFLOW ERR_BUFFER_TOO_LARGE"),
  ...under("replyTooLarge", "UND_ERR_RES_EXCEEDED_MAX_SIZE ERR_RESPONSE_HEADERS_TOO_BIG"),
  ...under("unreadable", "Z_DATA_ERROR ERR_CONTENT_DECODING_FAILED ERR_INVALID_HTTP_RESPONSE ERR_HTTP2_PROTOCOL_ERROR"),
  ...under("certificate", "SELF_SIGNED_CERT_IN_CHAIN DEPTH_ZERO_SELF_SIGNED_CERT"),
  ...under("certificate", "INVALID_CA INVALID_PURPOSE PATH_LENGTH_EXCEEDED"),
  ...under("certificateExpired", "CERT_HAS_EXPIRED CERT_NOT_YET_VALID ERR_CERT_DATE_INVALID"),
  ...under("certificateHost", "ERR_TLS_CERT_ALTNAME_INVALID ERR_TLS_CERT_ALTNAME_FORMAT HOSTNAME_MISMATCH"),
  ...under("certificateHost", "ERR_CERT_COMMON_NAME_INVALID"),
  ...under("tls", "EPROTO"),
  ...under("tlsVersion", "ERR_SSL_UNSUPPORTED_PROTOCOL ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION ERR_SSL_VERSION_TOO_LOW"),
  ...under("tlsVersion", "ERR_SSL_VERSION_OR_CIPHER_MISMATCH ERR_SSL_OBSOLETE_VERSION"),
  ...under("proxyUnreachable", "UND_ERR_PRX_TLS ERR_PROXY_CONNECTION_FAILED ERR_PROXY_CERTIFICATE_INVALID"),
  ...under("proxyUnreachable", "ERR_SOCKS_CONNECTION_FAILED ERR_MANDATORY_PROXY_CONFIGURATION_FAILED"),
  ...under("proxyRefused", "ERR_TUNNEL_CONNECTION_FAILED ERR_SOCKS_CONNECTION_HOST_UNREACHABLE"),
  ...under("proxyAuthentication", "ERR_PROXY_AUTH_REQUESTED ERR_PROXY_AUTH_UNSUPPORTED"),
  ...under("proxyAuthentication", "ERR_PROXY_AUTH_REQUESTED_WITH_NO_CONNECTION"),
]);

/** What most codes of a family stand for. */
const families: readonly (readonly [RegExp, NetworkCause])[] = [
  [/^(?:CERT_|CRL_|UNABLE_TO_|ERR_CERT_)/u, "certificate"],
  [/^ERR_(?:SSL|TLS)_/u, "tls"],
  // llhttp, and brotli (ERR__ERROR_FORMAT_PADDING_1).
  [/^(?:HPE_|ERR__ERROR_)/u, "unreadable"],
];

/** The cause that a code of the system, Node, OpenSSL, undici or Chromium stands for. */
export function causeOfCode(code: string): NetworkCause {
  return causes.get(code) ?? families.find(([pattern]) => pattern.test(code))?.[1] ?? "other";
}
