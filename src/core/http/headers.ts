import { secondMs } from "../clock.ts";
import type { Reply } from "./transport.ts";

/** Header names in lower case; repeated ones joined by ", ". */
export type Headers = Reply["headers"];

/** A whole number, from a header that may be missing, repeated or nonsense. */
export function readWholeNumber(headers: Headers, name: string): number | undefined {
  const first = headers[name]?.split(",")[0]?.trim() ?? "";
  return /^\d{1,15}$/u.test(first) ? Number(first) : undefined;
}

/**
 * The reply's `x-request-id`, which Procore's support asks for.
 * @see procore-oss/ruby-sdk lib/procore/requestable.rb
 */
export const readRequestId = (headers: Headers): string | undefined => toRequestId(headers["x-request-id"] ?? "");

/**
 * A request id, or undefined for anything that is longer or stranger than one: no text of a stranger's, and nothing that
 * could be a token, reaches the log that way. Known are UUIDs, 32 hexadecimal digits (nginx), load balancers' trace ids
 * (`Root=1-…-…`), and whatever is shorter.
 */
export const toRequestId = (text: string): string | undefined =>
  /^(?:[\w.:=-]{1,31}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{32}|Root=1-[\da-f]{8}-[\da-f]{24})$/iu.test(
    text,
  ) && !text.startsWith("eyJ")
    ? text
    : undefined;

/** The reply's `Date` as epoch ms, the server's time. */
export function readServerDate(headers: Headers): number | undefined {
  return parseHttpDate(headers["date"] ?? "");
}

/**
 * Server's clock minus this machine's in ms, or 0 when `Date` fits between sending and receiving give or take
 * `toleranceMs` (five seconds): the header has a precision of one second, and proxies may serve it a little late.
 * @param local epoch ms of this machine, when the request left and when the reply came
 */
export function readClockSkewMs(
  headers: Headers,
  local: { readonly sentAt: number; readonly receivedAt: number; readonly toleranceMs?: number },
): number {
  const serverDate = readServerDate(headers);
  if (serverDate === undefined) return 0;
  const { toleranceMs = 5 * secondMs } = local;
  const isWithin = serverDate >= local.sentAt - toleranceMs && serverDate <= local.receivedAt + toleranceMs;
  return isWithin ? 0 : serverDate - local.receivedAt;
}

/**
 * When `Retry-After` lets one come again: epoch ms of this machine's clock, from seconds or an HTTP date.
 * @see RFC 9110 section 10.2.3
 */
export function readRetryAfter(
  headers: Headers,
  local: { readonly receivedAt: number; readonly clockSkewMs: number },
): number | undefined {
  const text = (headers["retry-after"] ?? "").trim();
  if (/^\d{1,9}$/u.test(text)) return local.receivedAt + Number(text) * secondMs;
  const date = parseHttpDate(text);
  return date === undefined ? undefined : date - local.clockSkewMs;
}

/** RFC 9110 section 5.6.7: the preferred form and the two old ones; epoch ms. */
function parseHttpDate(text: string): number | undefined {
  const isGmt = /^[A-Z][a-z]{2,8}, \d{2}[ -][A-Z][a-z]{2}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT$/u.test(text);
  const isAsctime = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/u.test(text);
  if (!isGmt && !isAsctime) return undefined;
  const date = Date.parse(isAsctime ? `${text} GMT` : text);
  return Number.isNaN(date) ? undefined : date;
}

/**
 * The parameters of the first challenge in `WWW-Authenticate`, names in lower case; empty when there is none that can
 * be read. Doorkeeper puts `error` and `error_description` there, on 400 as well as on 401.
 * @see RFC 6750 section 3
 */
export function readChallenge(headers: Headers): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  const text = (headers["www-authenticate"] ?? "").slice(0, 4_000);
  const scheme = /^\s*[\w-]{1,40}\s/u.exec(text);
  if (scheme === null) return parameters;
  const pattern = /([\w-]{1,40})=(?:"((?:[^"\\]|\\.)*)"|([^\s",;=]{1,400}))[,\s]*/uy;
  pattern.lastIndex = scheme[0].length;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const name = (match[1] ?? "").toLowerCase();
    if (!parameters.has(name)) parameters.set(name, (match[2] ?? match[3] ?? "").replace(/\\(.)/gu, "$1"));
  }
  return parameters;
}
