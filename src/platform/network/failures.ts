import { type NetworkCause, ProcoreError } from "../../core/errors.ts";
import { withoutSecrets } from "../../core/redact.ts";
import { causeOfCode } from "./failureCodes.ts";

/**
 * The `network` failure for whatever undici, TLS, the system or the editor's `fetch` threw. Its cause is a copy with
 * name, code and words only: a parser's error keeps a piece of the reply (`HTTPParserError.data`), and a reply may hold
 * a token.
 * @param proxy host and port of the proxy on the way, without its credentials
 */
export function toNetworkFailure(error: unknown, host: string, proxy?: string): ProcoreError {
  const found = findCode(error);
  const cause = causeOf(found, proxy);
  return new ProcoreError(
    {
      kind: "network",
      cause,
      host,
      ...(found === undefined ? {} : { code: found.code }),
      ...(proxy === undefined ? {} : { proxy }),
    },
    { cause: withoutSecrets(error) },
  );
}

/** The failure for a reply that is longer than was allowed. */
export function tooLarge(host: string): ProcoreError {
  return new ProcoreError({ kind: "network", cause: "replyTooLarge", host });
}

interface Found {
  readonly code: string;
  readonly message: string;
}

/** Where a code does not tell enough, the words beside it do. */
function causeOf(found: Found | undefined, proxy: string | undefined): NetworkCause {
  if (found === undefined) return "other";
  const { code, message } = found;
  // OpenSSL's own words, in an error that carries only the system's code.
  if (code === "EPROTO" && /unsupported protocol|protocol version|version too low/iu.test(message)) return "tlsVersion";
  if (code === "UND_ERR_ABORTED") return causeOfRefusedTunnel(message, proxy);
  return causeOfCode(code);
}

/**
 * undici's `ProxyAgent` names the status of a refused CONNECT; behind the editor's `fetch` only "Request was cancelled."
 * is left of it. A person's own cancel says the same, but whoever was cancelled asks for no reason.
 * @see undici lib/dispatcher/proxy-agent.js
 */
function causeOfRefusedTunnel(message: string, proxy: string | undefined): NetworkCause {
  const status = /Proxy response \((\d{3})\)/u.exec(message)?.[1];
  if (status === "407") return "proxyAuthentication";
  return status !== undefined || proxy !== undefined ? "proxyRefused" : "other";
}

/**
 * The first code in the chain, Chromium's out of its message (`net::ERR_…`); several addresses that failed
 * (`AggregateError`) mostly failed alike.
 */
function findCode(error: unknown, depth = 0): Found | undefined {
  if (!(error instanceof Error) || depth > 5) return undefined;
  const { message } = error;
  if ("code" in error && typeof error.code === "string" && error.code !== "") return { code: error.code, message };
  const chromium = /\bnet::(ERR_[A-Z0-9_]{1,60})\b/u.exec(message)?.[1];
  if (chromium !== undefined) return { code: chromium, message };
  const inner: readonly unknown[] = error instanceof AggregateError ? error.errors : [error.cause];
  return inner.map((each) => findCode(each, depth + 1)).find((found) => found !== undefined);
}
