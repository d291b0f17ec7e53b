import * as l10n from "@vscode/l10n";
import { triedCode } from "../oauth/triedCode.ts";
import { hideSecrets } from "../redact.ts";
import { plain } from "../plain.ts";
import { parseExactly } from "../procore/parsing.ts";
import { readRequestId } from "../http/headers.ts";
import type { Reply, TransportRequest } from "../http/transport.ts";
import type { Json, Named, SentBody, SentOutcome, SentRecord } from "./sentRecord.ts";
import { isOpen } from "./stepOf.ts";

/** What stands where a secret was, in documents: translated. Logs have `hidden` of secret.ts. */
export const hidden = l10n.t("[hidden]");

const openHeaders: ReadonlySet<string> = new Set(["accept", "content-type", "user-agent", "procore-company-id"]);
const secretFields: ReadonlySet<string> = new Set(["access_token", "refresh_token"]);

/** The fields of replies that are kept, whatever they stand in. */
const openFields: ReadonlySet<string> = new Set(
  [
    "token_type expires_in created_at scope scopes expires_in_seconds resource_owner_id application uid",
    "id login name is_active my_company display_name project_number active",
    "error error_description errors message reason",
  ].flatMap((names) => names.split(" ")),
);

const replyHeaders = [
  "content-type",
  "date",
  "per-page",
  "total",
  "x-rate-limit-limit",
  "x-rate-limit-remaining",
  "x-rate-limit-reset",
  "retry-after",
];

const rowsKept = 3;
const mostCharacters = 200;
const mostBodyCharacters = 4_000_000;

type MaskedRequest = Pick<SentRecord, "address" | "query" | "headers" | "form">;
type MaskedReply = Pick<Extract<SentOutcome, { kind: "reply" }>, "headers" | "body">;

/** May the client ID be told? Not while nobody knows that it is one: a secret may stand in its place. */
export type ClientIds = "shown" | "hidden";

/** What is left of a request once nothing secret is in it: an allow-list of parameters and headers. */
export function maskRequest(request: TransportRequest, ids: ClientIds = "shown"): MaskedRequest {
  const { origin, pathname, searchParams } = new URL(request.url);
  const secrets = secretsOfRequest(request, ids);
  const parameter = ([name, value]: Named): Named => [
    tidy(name, secrets),
    isShown(name, ids) || value === triedCode ? tidy(value, secrets) : hidden,
  ];
  const header = ([name, value]: Named): Named => {
    if (name === "authorization") return [name, `Bearer ${hidden}`];
    return [name, openHeaders.has(name) ? tidy(value, secrets) : hidden];
  };
  return {
    address: `${origin}${pathname}`,
    query: [...searchParams].map(parameter),
    headers: Object.entries(request.headers).map(([name, value]) => header([name.toLowerCase(), value])),
    form: formOf(request).map(parameter),
  };
}

/**
 * What is left of a reply: an allow-list of fields and headers. The secrets of the request, and the tokens that the reply
 * brings, are hidden wherever else they turn up, whoever put them there.
 */
export function maskReply(request: TransportRequest, reply: Reply, ids: ClientIds = "shown"): MaskedReply {
  const { body, headers } = reply;
  const json = body.length > mostBodyCharacters ? undefined : parseExactly(body);
  const secrets = [...secretsOfRequest(request, ids), ...secretsOfReply(json)];
  const kept = replyHeaders.flatMap((name): readonly Named[] => {
    const value = headers[name];
    return value === undefined ? [] : [[name, foreign(value, secrets)]];
  });
  const requestId = readRequestId(headers);
  return {
    headers: requestId === undefined ? kept : [...kept, ["x-request-id", without(requestId, secrets)]],
    body: maskBody(reply, json, secrets),
  };
}

function maskBody({ body, headers }: Reply, json: unknown, secrets: readonly string[]): SentBody {
  if (body.trim() === "") return { kind: "empty" };
  if (typeof json !== "object" || json === null) {
    return { kind: "other", contentType: foreign(headers["content-type"] ?? "", secrets), characters: body.length };
  }
  const left = { out: 0 };
  const value = mask(json, secrets, left);
  return { kind: "json", value, leftOut: left.out, rows: Array.isArray(json) ? json.length : undefined };
}

const formOf = ({ body = "" }: TransportRequest): readonly Named[] => [...new URLSearchParams(body)];

const isShown = (parameter: string, ids: ClientIds): boolean =>
  isOpen(parameter) && (parameter !== "client_id" || ids === "shown");

/** What stands in fields that are not on the list. */
function secretsOfRequest(request: TransportRequest, ids: ClientIds): readonly string[] {
  const bearer = /^Bearer (.+)$/u.exec(request.headers["authorization"] ?? "")?.[1] ?? "";
  const closed = [...new URL(request.url).searchParams, ...formOf(request)].filter(([name]) => !isShown(name, ids));
  return seekable([bearer, ...closed.map(([, value]) => value)].filter((value) => value !== triedCode));
}

/** Secrets as they are looked for, in one line. A few characters are no secret, and would hide half a text. */
const seekable = (secrets: readonly string[]): readonly string[] =>
  secrets.map(oneLine).filter((secret) => secret.length > 5);

/** The tokens that a reply brings. */
function secretsOfReply(json: unknown): readonly string[] {
  if (typeof json !== "object" || json === null) return [];
  return seekable(
    Object.entries(json).flatMap(([name, value]) =>
      secretFields.has(name) && typeof value === "string" ? [value] : [],
    ),
  );
}

/** Of lists the first few, of objects the listed fields, of texts what is no secret. */
function mask(value: unknown, secrets: readonly string[], left: { out: number }, depth = 0): Json {
  if (typeof value === "string") return foreign(value, secrets);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return value;
  if (typeof value !== "object" || depth > 4) return hidden;
  if (Array.isArray(value)) {
    return value.slice(0, rowsKept).map((item: unknown) => mask(item, secrets, left, depth + 1));
  }
  const entries = Object.entries(value).flatMap(([name, field]): readonly (readonly [string, Json])[] => {
    if (secretFields.has(name)) return [[name, field === null ? null : hidden]];
    if (openFields.has(name)) return [[name, mask(field, secrets, left, depth + 1)]];
    left.out += 1;
    return [];
  });
  return Object.fromEntries(entries);
}

/** Our own words, and a person's client ID, which is no secret. */
const tidy = (text: string, secrets: readonly string[]): string =>
  plain(without(oneLine(text), secrets), mostCharacters);

/**
 * A server's words: also without what only looks like a credential. Characters that nobody sees go first, since they could
 * split a secret; cutting comes last, since it could halve one.
 */
const foreign = (text: string, secrets: readonly string[]): string =>
  plain(hideSecrets(without(oneLine(text), secrets), hidden), mostCharacters);

const oneLine = (text: string): string => plain(text.slice(0, 20_000), 50_000);

const without = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((rest, secret) => rest.replaceAll(secret, hidden), text);
