import * as l10n from "@vscode/l10n";
import { type Instead, ProcoreError, type ReplyFacts } from "../errors.ts";
import { parseJson } from "../parseJson.ts";
import { hideSecrets } from "../redact.ts";
import { cleanWords, type ErrorBody, isHtml, readErrorBody, readErrorValue } from "./errorBody.ts";
import { tellsOfFailures } from "./errorJson.ts";
import type { TimedReply } from "./exchange.ts";
import { readChallenge, readClockSkewMs, readRequestId, readRetryAfter } from "./headers.ts";
import { readResetAt } from "./rateLimit.ts";
import type { Reply } from "./transport.ts";

/** The failure that an error status of the API stands for. */
export function apiFailure(timed: TimedReply, host: string): ProcoreError {
  const { status } = timed.reply;
  const { message, code, requestId, form } = bodyOf(timed.reply);
  // The header's id wins: it is the one that the server logs by.
  const facts = { ...(requestId === undefined ? {} : { requestId }), ...replyFacts(timed) };
  if (status === 429) {
    const retryAt = retryAtOf(timed);
    return new ProcoreError({ kind: "rateLimited", ...(retryAt === undefined ? {} : { retryAt }), ...facts });
  }
  // Only a proxy asks so; some clients hand its answer on as if it were the host's.
  if (status === 407) return new ProcoreError({ kind: "network", cause: "proxyAuthentication", host });
  if ((status === 403 || status === 401) && isNotConnected(message))
    return new ProcoreError({ kind: "appNotConnected", ...facts });
  const instead = insteadOf(status, form, message);
  const retryAt = status === 503 ? retryAtOf(timed) : undefined;
  return new ProcoreError({
    kind: "http",
    status,
    message,
    host,
    ...(code === undefined ? {} : { code }),
    ...(instead === undefined ? {} : { instead }),
    ...(retryAt === undefined || retryAt <= timed.receivedAt ? {} : { retryAt }),
    ...facts,
  });
}

/** What support asks for about a reply. */
export function replyFacts({ reply, receivedAt }: Pick<TimedReply, "reply" | "receivedAt">): ReplyFacts {
  const requestId = readRequestId(reply.headers);
  return { ...(requestId === undefined ? {} : { requestId }), at: receivedAt };
}

/** The failure for a reply that the API would not give; `expected` completes "something other than …". */
export function notTheApi(
  from: { readonly host: string; readonly path?: string; readonly instead?: Instead } & ReplyFacts,
  expected: string,
): ProcoreError {
  return new ProcoreError({ kind: "unexpectedReply", ...from, expected });
}

/**
 * Throws `unexpectedReply` for a success that holds no JSON: a captive portal, a sign-in page, an empty body. The
 * first character tells; whoever parses the body notices the rest.
 */
export function assertJson(timed: TimedReply, host: string): void {
  const page = webPageOf(timed.reply);
  if (page !== undefined || !/^\s*[[{"\dtfn-]/u.test(timed.reply.body)) {
    throw notTheApi({ host, ...(page === undefined ? {} : { instead: page }), ...replyFacts(timed) }, "JSON");
  }
}

/** Nobody searches longer answers for words that may be told: that takes its time. */
const maxSearched = 1_000_000;

/**
 * Throws `http` for a success that tells of failures: what is missing must not look as if it were not there.
 * Only the words of these answers are looked for first: lists are megabytes, and are parsed by who wants them.
 */
export function assertWhole({ reply, receivedAt }: TimedReply, host: string): void {
  const { status, body } = reply;
  if (!/^\s*\{/u.test(body) || !/"(?:errors|failed|failures)"\s*:\s*\[\s*[^\s\]]/u.test(body)) return;
  const json = parseJson(body);
  if (!tellsOfFailures(status, json)) return;
  const { message, code } = body.length > maxSearched ? { message: "", code: undefined } : readErrorValue(json);
  const facts = { ...(code === undefined ? {} : { code }), ...replyFacts({ reply, receivedAt }) };
  throw new ProcoreError({ kind: "http", status, message, host, ...facts });
}

/** The web page that stands where data should, with its title; undefined where there is none. */
export function webPageOf({ headers, body }: Reply): Instead | undefined {
  if (!isHtml(body, headers["content-type"] ?? "")) return undefined;
  return { kind: "webPage", title: shortTitle(readErrorBody(body, "text/html").message) };
}

/**
 * A redirect to `target`, which is somewhere else, as what stood in the place of a reply. The header's own text is asked
 * whether there is a token in the host: in lower case it may no longer look like one.
 */
export function redirectTo(target: URL, location: string): Instead {
  const isHarmless = hideSecrets(location).toLowerCase().includes(target.host);
  return { kind: "redirect", host: isHarmless ? cleanWords(target.host, 100) : l10n.t("another host") };
}

/** A page with an error status: no answer of the API's. What stands before Procore answers 5xx with pages, too. */
function insteadOf(status: number, form: ErrorBody["form"], title: string): Instead | undefined {
  if (status === 511) return { kind: "networkSignIn" };
  return form === "webPage" && status < 500 ? { kind: "webPage", title: shortTitle(title) } : undefined;
}

const shortTitle = (title: string): string => cleanWords(title, 80);

/** Doorkeeper's 401 has an empty body and its words in `WWW-Authenticate`. */
function bodyOf({ headers, body }: Reply): ErrorBody {
  const said = readErrorBody(body, headers["content-type"]);
  if (said.message !== "" || said.form === "webPage") return said;
  const challenge = readChallenge(headers);
  const code = cleanWords(challenge.get("error") ?? "", 60);
  const words = readErrorBody(challenge.get("error_description") ?? "");
  return { ...words, ...said, message: words.message, ...(code === "" ? {} : { code }) };
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
