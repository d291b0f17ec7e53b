import { parseJson } from "../parseJson.ts";
import { plain } from "../plain.ts";
import { Secret } from "../secret.ts";

/** What a person pasted into the code box, understood. */
export type PastedCode =
  /** `from` tells where the code was taken from; anything but "whole" is worth a word to the person. */
  | {
      readonly kind: "code";
      readonly code: Secret;
      readonly from: "whole" | "address" | "json" | "label" | "joined" | "text";
    }
  /** An address or a word that says no: the person's Deny, or the server's. */
  | { readonly kind: "refused"; readonly error: string; readonly description: string }
  | { readonly kind: "none"; readonly reason: "empty" | "tooLong" | "signInLink" | "addressWithoutCode" | "notACode" };

type Found = Extract<PastedCode, { kind: "code" }>["from"];

// Far above any code or address, far below what would make the box slow.
const longestPaste = 20_000;

/**
 * Reads an authorization code from what a person copied: the bare code, an address with `?code=`,
 * `/oauth/authorize/native?code=…` or `/oauth/authorize/CODE`, JSON, "code: …", a code among other words, with quotes,
 * blanks and line breaks around or in it. Judges neither length nor alphabet of a code that stands alone: Procore
 * promises none.
 * @see procore/documentation oauth/oauth_auth_grant_flow.md; doorkeeper-gem/doorkeeper (native code page)
 */
export function parsePastedCode(text: string): PastedCode {
  if (text.length > longestPaste) return { kind: "none", reason: "tooLong" };
  // Zero-width and direction marks come along when text is copied from a page.
  const trimmed = unquote(text.replace(/\p{Cf}/gu, "").trim());
  if (trimmed === "") return { kind: "none", reason: "empty" };
  return fromJson(trimmed) ?? fromAddress(trimmed) ?? fromErrorWord(trimmed) ?? fromLabel(trimmed) ?? fromText(trimmed);
}

const quotes = "\"'`“”‘’«»<>";

/** Without quotes around it; by hand, because a pattern with `+$` takes quadratic time on a text full of quotes. */
function unquote(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && quotes.includes(text.charAt(start))) start += 1;
  while (end > start && quotes.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end).trim();
}

function taken(code: string, from: Found): PastedCode | undefined {
  const clean = unquote(code);
  return isCodeLike(clean) ? { kind: "code", code: new Secret(clean), from } : undefined;
}

const isCodeLike = (text: string): boolean => /^[^\s"'<>\p{C}]+$/u.test(text);

function fromJson(text: string): PastedCode | undefined {
  if (!text.startsWith("{")) return undefined;
  const value = parseJson(text);
  if (typeof value !== "object" || value === null) return undefined;
  const { code, error, error_description: description } = value as Record<string, unknown>;
  if (typeof code === "string") return taken(code, "json") ?? { kind: "none", reason: "notACode" };
  if (typeof error === "string") return refused(error, typeof description === "string" ? description : "");
  return { kind: "none", reason: "notACode" };
}

const refused = (error: string, description: string): PastedCode => ({
  kind: "refused",
  error: plain(error, 60),
  description: plain(description, 200).replace(/\.$/u, ""),
});

// An address may lack its scheme, when it was copied from the browser's address bar; line breaks may have cut it.
// Without a scheme it has a dot or a port in its host, or the path of the sign-in: "ab/cd+ef" can be a code.
const address = /^(?:[a-z][a-z0-9+.-]*:\/\/|(?:[\w-]+\.)+[\w-]+(?::\d+)?\/|[\w-]+:\d+\/|\/?oauth\/authorize\b)/iu;

function fromAddress(text: string): PastedCode | undefined {
  const joined = text.replace(/\s+/gu, "");
  const isAddress = address.test(joined);
  const hasParameters = /^\??(\w+=[^&]*&)*(code|error)=/u.test(joined);
  if (!isAddress && !hasParameters) return undefined;
  const query = joined.replace(/^[^?#]*(?=[?#])/u, "").replace(/^[?#]/u, "");
  const parameters = new URLSearchParams(query.replace("#", "&"));
  const code = parameters.get("code");
  if (code !== null && code !== "") return taken(code, "address") ?? { kind: "none", reason: "notACode" };
  const error = parameters.get("error");
  if (error !== null) return refused(error, parameters.get("error_description") ?? "");
  const [pathPart = ""] = joined.split(/[?#]/u);
  const path = /\/oauth\/authorize\/(?:native\/)?([^/]+)\/?$/u.exec(pathPart)?.[1];
  if (path !== undefined && path !== "native") return taken(decode(path), "address");
  if (/\/oauth\/authorize\/?$/u.test(pathPart)) return { kind: "none", reason: "signInLink" };
  return isAddress ? { kind: "none", reason: "addressWithoutCode" } : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// RFC 6749 section 4.1.2.1
const errorWords =
  /^(access_denied|invalid_request|unauthorized_client|unsupported_response_type|invalid_scope|server_error|temporarily_unavailable)$/u;

const fromErrorWord = (text: string): PastedCode | undefined => (errorWords.test(text) ? refused(text, "") : undefined);

function fromLabel(text: string): PastedCode | undefined {
  const oneLine = text.replace(/\s+/gu, " ");
  const match =
    /(?:^|\s)(?:authori[sz]ation\s+)?code["']?\s*[:=]\s*(\S+)/iu.exec(oneLine) ??
    /^authori[sz]ation\s+code\s+(\S+)$/iu.exec(oneLine);
  return match?.[1] === undefined ? undefined : taken(unquote(match[1].replace(/[,;.]$/u, "")), "label");
}

function fromText(text: string): PastedCode {
  const words = text.split(/\s+/u);
  const [only] = words;
  if (words.length === 1 && only !== undefined) return taken(only, "whole") ?? { kind: "none", reason: "notACode" };
  return joined(words) ?? amongWords(words) ?? { kind: "none", reason: "notACode" };
}

/** A code that was wrapped while it was copied: few pieces, all but the last one long, and not a sentence. */
function joined(words: readonly string[]): PastedCode | undefined {
  const isPiece = (word: string, index: number): boolean =>
    /^[\w.~+/=-]+$/u.test(word) && (word.length >= 8 || index === words.length - 1);
  const code = words.join("");
  return words.length <= 4 && words.every(isPiece) && /\d/u.test(code) ? taken(code, "joined") : undefined;
}

/** A whole page that was copied: the one word in it that looks like nothing but a code. */
function amongWords(words: readonly string[]): PastedCode | undefined {
  const codes = words.filter((word) => /^[\w-]{20,}$/u.test(word) && /\d/u.test(word));
  return codes.length === 1 && codes[0] !== undefined ? taken(codes[0], "text") : undefined;
}
