import { parseJson } from "../parseJson.ts";
import { plain } from "../plain.ts";
import { tidyWords } from "../redact.ts";
import { type ErrorWords, readErrorJson } from "./errorJson.ts";
import { toRequestId } from "./headers.ts";

/** What an error reply says, in one line for a person; parts that the body does not hold are undefined. */
export interface ErrorBody {
  /** Cleaned, without secrets and without a final mark; empty when the body says nothing. */
  readonly message: string;
  /** The wire's own word, e.g. `invalid_grant`, `TOOL_OFF`: the stable part. */
  readonly code?: string;
  /** Where the body names it. */
  readonly requestId?: string;
  /** A web page stands where an API's answer should. */
  readonly form: "data" | "webPage";
}

const maxMessageLength = 300;
const maxCodeLength = 60;
const maxReadLength = 100_000;

/**
 * What an error body says, whichever of Procore's shapes it has, or the first line of any other text. It never
 * throws, and nothing in it that looks like a credential comes out.
 * @see procore/documentation api_essentials/error_reference.md; each shape's own source is in `errorJson.ts`
 */
export function readErrorBody(body: string, contentType = ""): ErrorBody {
  const text = bounded(body);
  const json = wordsOfJson(text);
  const form = json === undefined && isHtml(text, contentType) ? "webPage" : "data";
  return toErrorBody(json ?? { message: form === "webPage" ? pageTitle(text) : firstLine(text) }, form);
}

/** The same for a body that was parsed: of a long one the words are found, too. */
export const readErrorValue = (json: unknown): ErrorBody => toErrorBody(readErrorJson(json), "data");

function toErrorBody(words: ErrorWords, form: ErrorBody["form"]): ErrorBody {
  const message = cleanWords(words.message, maxMessageLength).replace(/[.!\s]+$/u, "");
  const code = words.code === undefined ? "" : cleanWords(words.code, maxCodeLength);
  const requestId = toRequestId(words.requestId ?? "");
  return { message, ...(code === "" ? {} : { code }), ...(requestId === undefined ? {} : { requestId }), form };
}

/**
 * Words from outside for a message: one line, nothing that looks like a credential, at most `maxLength` characters.
 * Cutting comes last, since it could halve a token.
 */
export function cleanWords(text: string, maxLength: number): string {
  return plain(tidyWords(text), maxLength);
}

function wordsOfJson(text: string): ErrorWords | undefined {
  const json = parseJson(text);
  return json === undefined ? undefined : readErrorJson(json);
}

/** Error bodies are small; a large one is cut where a word ends, so that no half of a token is left over. */
function bounded(body: string): string {
  if (body.length <= maxReadLength) return body;
  let end = maxReadLength;
  while (end > 0 && !/\s/u.test(body.charAt(end - 1))) end -= 1;
  return body.slice(0, end);
}

/** Is it a web page, by its first tag, which its type may explain? Only the start is looked at. */
export function isHtml(text: string, contentType: string): boolean {
  const start = text.slice(0, 2_000).trimStart();
  return (
    /^<(?:!doctype|html|head|body)\b/iu.test(start) ||
    (start.startsWith("<") && /\bx?html\b/iu.test(contentType.slice(0, 200)))
  );
}

/** What a web page calls itself, or its heading; raw. */
function pageTitle(text: string): string {
  const title = /<title\b[^<>]*>([^<]*)/iu.exec(text)?.[1]?.trim() ?? "";
  return unescape(title === "" ? (/<h1\b[^<>]*>([^<]*)/iu.exec(text)?.[1] ?? "") : title);
}

const entities: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&nbsp;": " ",
};

const unescape = (text: string): string => text.replace(/&(?:amp|lt|gt|quot|#39|nbsp);/gu, (it) => entities[it] ?? it);

const firstLine = (text: string): string => text.trim().split(/[\r\n\u2028\u2029]/u, 1)[0] ?? "";
