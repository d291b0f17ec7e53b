import { plain } from "../plain.ts";
import { hideSecrets } from "../redact.ts";
import { type ErrorWords, readErrorJson } from "./errorJson.ts";

/** What an error reply says, in one line for a person; parts that the body does not hold are undefined. */
export interface ErrorBody {
  /** Cleaned, without secrets and without a final mark; empty when the body says nothing. */
  readonly message: string;
  /** The wire's own word, e.g. `invalid_grant`, `TOOL_OFF`: the stable part. */
  readonly code?: string;
}

const maxMessageLength = 300;
const maxCodeLength = 60;

/**
 * What an error body says, whichever of Procore's shapes it has, or the first line of any other text. It never
 * throws, and nothing in it that looks like a credential comes out.
 * @see procore/documentation api_essentials/error_reference.md; each shape's own source is in `errorJson.ts`
 */
export function readErrorBody(body: string, contentType = ""): ErrorBody {
  const text = bounded(body);
  const words = wordsOfJson(text) ?? { message: isHtml(text, contentType) ? htmlTitle(text) : firstLine(text) };
  const message = clean(words.message, maxMessageLength).replace(/[.!\s]+$/u, "");
  const code = words.code === undefined ? "" : clean(words.code, maxCodeLength);
  return { message, ...(code === "" ? {} : { code }) };
}

/** `JSON.parse` that answers undefined for anything that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function wordsOfJson(text: string): ErrorWords | undefined {
  const json = parseJson(text);
  return json === undefined ? undefined : readErrorJson(json);
}

// Error bodies are small; a large one is cut where a word ends, so that no half of a token is left over.
function bounded(body: string): string {
  return body.length <= 100_000 ? body : body.slice(0, 100_000).replace(/\S+$/u, "");
}

const isHtml = (text: string, contentType: string): boolean =>
  /\bhtml\b/iu.test(contentType.slice(0, 200)) || /^\s*<(?:!doctype|html|head|body)\b/iu.test(text);

const htmlTitle = (text: string): string => /<title\b[^<>]*>([^<]*)/iu.exec(text)?.[1] ?? "";

const firstLine = (text: string): string => text.trim().split(/[\r\n\u2028\u2029]/u, 1)[0] ?? "";

// Longer than any word of a sentence, with the characters of tokens, dots of JWTs among them.
const longRun = /[A-Za-z0-9._~+/=-]{32,}/gu;

/** Control characters go first, since they could split a token; cutting comes last, since it could halve one. */
function clean(text: string, maxLength: number): string {
  const oneLine = plain(text, text.length + 1);
  return plain(hideSecrets(oneLine.replace(longRun, "[hidden]")), maxLength);
}
