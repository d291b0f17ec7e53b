/** What a JSON error says, raw: not cleaned, any length. */
export interface ErrorWords {
  readonly message: string;
  readonly code?: string | undefined;
}

type JsonObject = Readonly<Record<string, unknown>>;

const maxParts = 5;
const maxDepth = 6;

/**
 * Finds the words in Procore's error shapes, in this order: `error_description`, `error.message` with its details,
 * `errors` (text, list or field map), `failed` rows, `message`, `error` as text, a bare field map.
 * @see procore/documentation api_essentials/error_reference.md, api_essentials/troubleshooting.md,
 * tutorials/using_sync_actions.md, document_management_integration/document_management_technical_guide.md and the
 * error models of Procore's OpenAPI description
 */
export function readErrorJson(json: unknown): ErrorWords {
  if (typeof json === "string") return { message: json };
  if (Array.isArray(json)) return { message: rowsText(json) };
  if (!isObject(json)) return { message: "" };
  return { message: messageOf(json), code: codeOf(json) };
}

function messageOf(json: JsonObject): string {
  const { error, errors } = json;
  const candidates = [
    () => textOf(json["error_description"]),
    () => (isObject(error) ? errorObjectText(error) : ""),
    () => fieldsText(errors),
    () => rowsText(json["failed"] ?? json["failures"]),
    () => join([textOf(json["message"]), textOf(error)]),
    () => (errors === undefined && !knowsWords(json) ? fieldsText(json) : ""),
  ];
  for (const candidate of candidates) {
    const text = candidate();
    if (text !== "") return text;
  }
  return "";
}

/** `{code, message, details: [{code | reason_code, message, source}]}`, or `{error: text}` inside `error`. */
function errorObjectText(error: JsonObject): string {
  const message = textOf(error["message"]) || textOf(error["error"]);
  const { details } = error;
  const reasons = Array.isArray(details)
    ? details.map((detail) => (isObject(detail) ? detailText(detail) : textOf(detail)))
    : [];
  return withReasons(message, join(reasons));
}

function detailText(detail: JsonObject): string {
  const text = textOf(detail["message"]) || textOf(detail["reason_code"]) || textOf(detail["code"]);
  const source = textOf(detail["source"]);
  return source === "" || text.includes(source) ? text : withReasons(source, text);
}

/** A text, a list of texts or rows, or a map from field to texts; maps may hold maps (`base`, `fields`). */
function fieldsText(value: unknown, depth = 0): string {
  if (depth > maxDepth) return "";
  if (Array.isArray(value))
    return join(
      value.map((item) => rowText(item, depth + 1)),
      depth === 0 ? "; " : ", ",
    );
  if (!isObject(value)) return textOf(value);
  const pairs = Object.entries(value).map(([field, inner]) => {
    const text = fieldsText(inner, depth + 1);
    return field === "base" || field === "fields" || text === "" ? text : `${field}: ${text}`;
  });
  return join(pairs);
}

const rowsText = (rows: unknown): string => (Array.isArray(rows) ? join(rows.map((row) => rowText(row, 0))) : "");

/** One row of a list of failures: `{field, message}`, `{id, code, message}` or `{id, name, errors}`. */
function rowText(row: unknown, depth: number): string {
  if (!isObject(row)) return textOf(row);
  const name = textOf(row["field"]) || textOf(row["name"]) || textOf(row["id"]);
  const text =
    fieldsText(row["errors"], depth + 1) || textOf(row["message"]) || textOf(row["error"]) || textOf(row["code"]);
  return withReasons(name, text);
}

function codeOf(json: JsonObject): string | undefined {
  const { error } = json;
  if (isObject(error)) {
    const details = Array.isArray(error["details"]) ? error["details"].filter(isObject) : [];
    const reasons = details.map((detail) => textOf(detail["reason_code"]) || textOf(detail["code"]));
    return reasons.find((text) => text !== "") ?? (textOf(error["code"]) || undefined);
  }
  if (typeof json["error_description"] === "string" || /^[a-z]+(?:_[a-z]+)+$/u.test(textOf(error)))
    return textOf(error);
  return textOf(json["reason"]) || textOf(json["error_type"]) || textOf(json["code"]) || undefined;
}

// Keys of the other shapes: an object that has one of them is no bare field map.
const knowsWords = (json: JsonObject): boolean =>
  ["error", "message", "code", "entities", "success", "failed", "failures", "data"].some((key) => key in json);

const withReasons = (text: string, reasons: string): string =>
  text === "" || reasons === "" ? text || reasons : `${text}: ${reasons}`;

const textOf = (value: unknown): string =>
  typeof value === "string" ? value.trim() : typeof value === "number" ? String(value) : "";

/** The first few parts that say something, each once and without its final dot. */
function join(parts: readonly string[], separator = "; "): string {
  const said = new Set(parts.map((part) => part.replace(/\.$/u, "")).filter((part) => part !== ""));
  const shown = Array.from(said).slice(0, maxParts);
  const more = said.size - shown.length;
  return shown.join(separator) + (more > 0 ? `${separator}and ${more} more` : "");
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
