import * as l10n from "@vscode/l10n";
import { notTheApi, replyFacts } from "../http/apiFailure.ts";
import { parseJson } from "../parseJson.ts";
import type { TimedReply } from "../http/exchange.ts";

/**
 * A reply in the form that oauth4webapi reads. Of a JSON object only the keys that OAuth's token answers define are
 * kept, without empty ones: a pair that was spent to get this answer must not be lost over a key that nobody needs
 * (`refresh_token: null`, a `scope` that is a list, an `id_token` that was never asked for).
 * @see RFC 6749 section 5.1 (clients ignore what they do not know)
 */
export function toResponse(timed: TimedReply, host: string): Response {
  const { reply } = timed;
  if (reply.status < 200 || reply.status > 599)
    throw notTheApi({ host, ...replyFacts(timed) }, l10n.t("an HTTP answer"));
  const isBodiless = [204, 205, 304].includes(reply.status);
  const response = new Response(isBodiless ? null : tidy(reply.body), { status: reply.status });
  for (const name of ["content-type", "www-authenticate"]) {
    const value = reply.headers[name];
    if (value !== undefined && /^[\t\x20-\x7e]*$/u.test(value)) response.headers.set(name, value);
  }
  return response;
}

const texts = ["access_token", "refresh_token", "token_type", "error", "error_description"];

function tidy(body: string): string {
  const json = parseJson(body);
  if (typeof json !== "object" || json === null || Array.isArray(json)) return body;
  const kept = Object.entries(json).filter(
    ([key, value]) =>
      (texts.includes(key) && typeof value === "string" && value !== "") ||
      (["expires_in", "created_at"].includes(key) && isSeconds(value)),
  );
  return JSON.stringify({ ...assumed(json), ...Object.fromEntries(kept) });
}

// Procore has no other token type, so an answer that leaves it out is taken for what it is.
const assumed = (json: object): object => ("access_token" in json ? { token_type: "bearer" } : {});

const isSeconds = (value: unknown): boolean =>
  (typeof value === "number" && value >= 0) || (typeof value === "string" && /^\d{1,12}$/u.test(value));
