import * as l10n from "@vscode/l10n";
import { tidyWords } from "../redact.ts";

/** What a JSON error says, without secrets, of any length. */
export interface ErrorWords {
  readonly message: string;
  readonly code?: string | undefined;
  /** As it stands there, whatever it is. */
  readonly requestId?: string | undefined;
}

type JsonObject = Readonly<Record<string, unknown>>;

const maxParts = 5;
const maxDepth = 6;

/**
 * Finds the words in Procore's error shapes, in this order: `error_description`, `error.message` with its details,
 * `errors` (text, list or field map), `failed` rows, `message`, `error` as text, a bare field map. Two shapes of other
 * people's gateways are read as well: JSON:API's error objects and problem details (RFC 9457).
 * @see procore/documentation api_essentials/error_reference.md, api_essentials/troubleshooting.md,
 * tutorials/using_sync_actions.md, document_management_integration/document_management_technical_guide.md and the
 * error models of Procore's OpenAPI description
 */
export function readErrorJson(json: unknown): ErrorWords {
  if (Array.isArray(json)) return { message: rowsText(json) };
  if (!isObject(json)) return { message: textOf(json) };
  return { message: messageOf(json), code: codeOf(json), requestId: requestIdOf(json) };
}

/**
 * Does a success tell of failures, so that only a part of it went well? A sync answers 200 with `entities` and `errors`,
 * a batch 207 with `success` and `failed`, or 201 with `failures`.
 * @see procore/documentation tutorials/using_sync_actions.md,
 * document_management_integration/document_management_technical_guide.md
 */
export function tellsOfFailures(status: number, json: unknown): boolean {
  if (!isObject(json)) return false;
  const has = (key: string): boolean => Array.isArray(json[key]) && json[key].length > 0;
  const isSync = Array.isArray(json["entities"]) && has("errors");
  // A record that is read (200) may have fields of such names.
  const isBatch = [201, 207].includes(status) && ["failed", "failures"].some(has);
  return isSync || isBatch || (status === 207 && has("errors"));
}

function messageOf(json: JsonObject): string {
  const { error, errors } = json;
  const candidates = [
    () => textOf(json["error_description"]),
    () => (isObject(error) ? errorObjectText(error) : ""),
    () => fieldsText(errors),
    () => rowsText(json["failed"] ?? json["failures"]),
    () => messageText(json),
    () => (textOf(json["detail"]) === "" ? "" : join([textOf(json["title"]), textOf(json["detail"])])),
    () => (errors === undefined && !knowsWords(json) ? fieldsText(json) : ""),
  ];
  for (const candidate of candidates) {
    const text = candidate();
    if (text !== "") return text;
  }
  return "";
}

/** `{message, error}`, or `{code, message, fields, reason}` where `fields` is mostly empty. */
function messageText({ message, error, fields }: JsonObject): string {
  const text = join([fieldsText(message), textOf(error)]);
  return text === "" ? "" : withReasons(text, fieldsText(fields));
}

/** `{code, message, details: [{code | reason_code, message, source}]}`, or `{error: text}` inside `error`. */
function errorObjectText(error: JsonObject): string {
  const { details } = error;
  const reasons = Array.isArray(details)
    ? details.map((item) => (isObject(item) ? detailText(item) : textOf(item)))
    : [fieldsText(details)];
  return withReasons(first(error, "message", "error"), join(reasons));
}

function detailText(item: JsonObject): string {
  return withSource(item, withCode(textOf(item["message"]), first(item, "reason_code", "code")));
}

/** A text, a list of texts or rows, or a map from field to texts; maps may hold maps (`base`, `fields`). */
function fieldsText(value: unknown, depth = 0): string {
  if (depth > maxDepth) return "";
  if (Array.isArray(value)) {
    const parts = value.map((item) => rowText(item, depth + 1));
    return join(parts, depth === 0 ? "; " : ", ");
  }
  if (!isObject(value)) return textOf(value);
  const pairs = Object.entries(value).map(([field, inner]) => {
    const text = fieldsText(inner, depth + 1);
    return field === "base" || field === "fields" || text === "" ? text : `${textOf(field)}: ${text}`;
  });
  return join(pairs);
}

function rowsText(list: unknown): string {
  return Array.isArray(list) ? join(list.map((item) => rowText(item, 0))) : "";
}

/** One of many failures: `{field, message}`, `{id, code, message}`, `{id, name, errors}`, or JSON:API's object. */
function rowText(item: unknown, depth: number): string {
  if (!isObject(item)) return textOf(item);
  const words = fieldsText(item["errors"], depth + 1) || first(item, "message", "error", "detail", "title");
  const text = withSource(item, withCode(words, first(item, "reason_code", "code")));
  return withReasons(first(item, "field", "name", "id", "origin_id"), text);
}

/** `source` is a field's name, or JSON:API's `{pointer | parameter | header}`. */
function withSource(item: JsonObject, text: string): string {
  const { source } = item;
  const name = isObject(source) ? first(source, "pointer", "parameter", "header") : textOf(source);
  return isSaid(name, text) ? text : withReasons(name, text);
}

function codeOf(json: JsonObject): string | undefined {
  const { error, errors } = json;
  if (isObject(error)) {
    const details = Array.isArray(error["details"]) ? error["details"].filter(isObject) : [];
    const reasons = details.map((item) => first(item, "reason_code", "code"));
    return reasons.find((text) => text !== "") ?? word(textOf(error["code"]));
  }
  if (typeof json["error_description"] === "string" || /^[a-z]+(?:_[a-z]+)+$/u.test(textOf(error)))
    return textOf(error);
  const rowCode = Array.isArray(errors) ? errors.filter(isObject).map((item) => word(textOf(item["code"]))) : [];
  return word(first(json, "reason", "error_type", "code")) ?? rowCode.find((text) => text !== undefined);
}

function requestIdOf(json: JsonObject): string | undefined {
  const { error, meta } = json;
  const found = [json, error, meta].filter(isObject).flatMap((part) => [part["request_id"], part["requestId"]]);
  return found.find((id) => typeof id === "string");
}

// Keys of the other shapes: an object that has one of them is no bare field map.
const knowsWords = (json: JsonObject): boolean =>
  ["error", "message", "code", "entities", "success", "failed", "failures", "data"].some((key) => key in json);

/** A code; a number there only repeats the status. */
const word = (text: string): string | undefined => (text === "" || /^\d+$/u.test(text) ? undefined : text);

/** Long texts are not searched: nobody reads that far, and a search in them takes its time. */
const isSaid = (part: string, text: string): boolean =>
  part === "" || (part.length <= 200 && text.slice(0, 1_000).includes(part));

const withCode = (text: string, code: string): string =>
  text === "" ? code : word(code) === undefined || isSaid(code, text) ? text : `${text} (${code})`;

const withReasons = (text: string, reasons: string): string =>
  text === "" || reasons === "" ? text || reasons : `${text}: ${reasons}`;

/** A text or number. Secrets go first: a token that has lost its final dot, or is cut, may no longer look like one. */
function textOf(value: unknown): string {
  if (typeof value === "string") return tidyWords(value);
  return typeof value === "number" ? String(value) : "";
}

/** The first of these keys that says something. */
function first(from: JsonObject, ...keys: readonly string[]): string {
  return keys.map((key) => textOf(from[key])).find((text) => text !== "") ?? "";
}

/** The first few parts that say something, each once and without its final dot. */
function join(parts: readonly string[], separator = "; "): string {
  const said = new Set(parts.map((part) => part.replace(/\.$/u, "")).filter((part) => part !== ""));
  const shown = Array.from(said).slice(0, maxParts);
  const more = said.size - shown.length;
  return shown.join(separator) + (more > 0 ? `${separator}${l10n.t("and {0} more", more)}` : "");
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
