import { type NetworkCause, ProcoreError } from "../../core/errors.ts";
import { withoutSecrets } from "../../core/redact.ts";
import { toNetworkFailure } from "./failures.ts";

/** The host that was asked for, and the proxy on the way as far as it is known (host and port). */
export interface Way {
  readonly host: string;
  readonly proxy?: string;
}

/** The failure for a proxy that answered CONNECT with another status than 200. */
export function connectRefused(status: number, way: Way): ProcoreError {
  const cause = status === 407 ? "proxyAuthentication" : "proxyRefused";
  return new ProcoreError({ kind: "network", cause, ...way, code: `CONNECT_${status}` });
}

/** The failure for whatever happened before a proxy had made its connection to the host. */
export function proxyFailure(error: unknown, way: Way, cause: NetworkCause = "proxyUnreachable"): ProcoreError {
  const { failure } = toNetworkFailure(error, way.host);
  const code = failure.kind === "network" && failure.code !== undefined ? { code: failure.code } : {};
  return new ProcoreError({ kind: "network", cause, ...way, ...code }, { cause: withoutSecrets(error) });
}

/** What a SOCKS5 proxy said, and whatever went wrong on the way to it; anything else concerns the host itself. */
export function socksFailure(error: unknown, way: Way): ProcoreError {
  const plain = toNetworkFailure(error, way.host);
  const code = plain.failure.kind === "network" ? (plain.failure.code ?? "") : "";
  if (code.startsWith("UND_ERR_SOCKS5_AUTH")) return proxyFailure(error, way, "proxyAuthentication");
  if (/^UND_ERR_SOCKS5_REPLY_\d/u.test(code)) return proxyFailure(error, way, "proxyRefused");
  if (code.startsWith("UND_ERR_SOCKS5") || foundNoWay(plain)) return proxyFailure(error, way);
  return beyondProxy(plain, way);
}

/** A failure of the host itself, with the proxy that the request went through. */
export function beyondProxy(error: ProcoreError, { proxy }: Way): ProcoreError {
  const { failure } = error;
  if (failure.kind !== "network" || proxy === undefined) return error;
  return new ProcoreError({ ...failure, proxy }, { cause: error.cause });
}

/**
 * The status with which a proxy refused a connection, as undici words it inside `fetch`, where nothing else tells it;
 * undefined for every other error.
 * @see nodejs/undici lib/dispatcher/proxy-agent.js
 */
export function refusedStatus(error: unknown, depth = 0): number | undefined {
  if (!(error instanceof Error) || depth > 5) return undefined;
  const status = /^Proxy response \((\d{3})\)/u.exec(error.message)?.[1];
  return status === undefined ? refusedStatus(error.cause, depth + 1) : Number(status);
}

const noWay: readonly NetworkCause[] = ["hostNotFound", "refused", "proxyAuthentication", "proxyRefused"];
const noConnection: readonly string[] = ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "UND_ERR_CONNECT_TIMEOUT"];
/** A connection in use ends with these as well: the system call tells which it was. */
const unreachable: readonly string[] = ["ENETUNREACH", "EHOSTUNREACH"];

/**
 * Did it fail because there was no way to the host (name not found, refused, unreachable, no connection in time, CONNECT
 * answered other than 200), so that no byte of the request has left? Then it may be sent another way, whatever it does.
 * What a connection in use can end with too (ETIMEDOUT, ECONNRESET) does not count, nor does a proxy that takes the
 * connection and says nothing: another way would wait for it as long again.
 */
export function foundNoWay(error: unknown): boolean {
  if (!(error instanceof ProcoreError) || error.failure.kind !== "network") return false;
  const { cause, code = "" } = error.failure;
  if (unreachable.includes(code)) return wasConnecting(error.cause);
  return noWay.includes(cause) || noConnection.includes(code);
}

const wasConnecting = (error: unknown): boolean =>
  error instanceof Error && (("syscall" in error && error.syscall === "connect") || wasConnecting(error.cause));
