import { ProcoreError } from "../errors.ts";
import { readErrorBody } from "./errorBody.ts";
import type { TimedReply } from "./exchange.ts";
import { readChallenge, readClockSkewMs, readRequestId, readRetryAfter } from "./headers.ts";
import { readResetAt } from "./rateLimit.ts";
import type { Reply } from "./transport.ts";

/** The failure that an error status of the API stands for. */
export function apiFailure(timed: TimedReply, host: string): ProcoreError {
  const { status, headers } = timed.reply;
  const message = messageOf(timed.reply);
  const id = readRequestId(headers);
  const told = id === undefined ? {} : { requestId: id };
  if (status === 429) {
    const retryAt = retryAtOf(timed);
    return new ProcoreError({ kind: "rateLimited", ...(retryAt === undefined ? {} : { retryAt }), ...told });
  }
  if (status === 403 && isNotConnected(message)) return new ProcoreError({ kind: "appNotConnected", ...told });
  return new ProcoreError({ kind: "http", status, message, host, ...told });
}

/** The failure for a reply that the API would not give; `expected` completes "something other than …". */
export function notTheApi(host: string, expected: string, path?: string): ProcoreError {
  return new ProcoreError({ kind: "unexpectedReply", host, expected, ...(path === undefined ? {} : { path }) });
}

/**
 * Throws `unexpectedReply` for a success that holds no JSON: a captive portal, a sign-in page, an empty body. The
 * first character tells; whoever parses the body notices the rest.
 */
export function assertJson({ headers, body }: Reply, host: string): void {
  const isHtml = /\bx?html\b/iu.test((headers["content-type"] ?? "").slice(0, 200));
  if (isHtml || !/^\s*[[{"\dtfn-]/u.test(body)) throw notTheApi(host, "JSON");
}

/** Doorkeeper's 401 has an empty body and its words in `WWW-Authenticate`. */
function messageOf({ headers, body }: Reply): string {
  const { message } = readErrorBody(body, headers["content-type"]);
  return message === "" ? readErrorBody(readChallenge(headers).get("error_description") ?? "").message : message;
}

/**
 * When to come again, epoch ms of this machine's clock: the later of `Retry-After` and `X-Rate-Limit-Reset`, because
 * Procore's pages disagree on which one counts.
 * @see procore/documentation plan_your_app/rate_limiting.md, api_essentials/error_reference.md
 */
export function retryAtOf({ reply: { headers }, sentAt, receivedAt }: TimedReply): number | undefined {
  const clockSkewMs = readClockSkewMs(headers, { sentAt, receivedAt });
  const reset = readResetAt(headers);
  const times = [
    readRetryAfter(headers, { receivedAt, clockSkewMs }),
    reset === undefined ? undefined : reset - clockSkewMs,
  ].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.max(...times);
}

/**
 * "App is not connected to this company.", compared without case and final dot.
 * @see procore/documentation api_essentials/troubleshooting.md
 */
const isNotConnected = (message: string): boolean =>
  message.trim().toLowerCase().replace(/\.$/u, "") === "app is not connected to this company";
