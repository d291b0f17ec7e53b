import { Secret } from "../secret.ts";
import { plain } from "../plain.ts";

/** What a person pasted into the code box, understood. */
export type PastedCode =
  /** `from` tells where the code was taken from; anything but "whole" is worth a word to the person. */
  | { readonly kind: "code"; readonly code: Secret; readonly from: "whole" | "address" | "json" | "label" | "joined" }
  /** An address with `error=`: the person or the server said no. */
  | { readonly kind: "refused"; readonly error: string; readonly description: string }
  | { readonly kind: "none"; readonly reason: "empty" | "tooLong" | "signInLink" | "addressWithoutCode" | "notACode" };

// Far above any code or address, far below what would make the box slow.
const longestPaste = 20_000;

/**
 * Reads an authorization code from what a person copied: the bare code, an address with `?code=`,
 * `/oauth/authorize/native?code=…` or `/oauth/authorize/CODE`, JSON, "code: …", with quotes, blanks and line breaks
 * around or in it. Judges neither length nor alphabet of a code: Procore promises none.
 * @see procore/documentation oauth/oauth_auth_grant_flow.md; doorkeeper-gem/doorkeeper (native code page)
 */
export function parsePastedCode(text: string): PastedCode {
  if (text.length > longestPaste) return { kind: "none", reason: "tooLong" };
  const trimmed = unquote(text.trim());
  if (trimmed === "") return { kind: "none", reason: "empty" };
  return fromJson(trimmed) ?? fromAddress(trimmed) ?? fromLabel(trimmed) ?? fromText(trimmed);
}

const quotes = /^["'`“”‘’«»<]+|["'`“”‘’«»>]+$/gu;

function unquote(text: string): string {
  return text.replace(quotes, "").trim();
}

function taken(code: string, from: Extract<PastedCode, { kind: "code" }>["from"]): PastedCode | undefined {
  const clean = unquote(code);
  return isCodeLike(clean) ? { kind: "code", code: new Secret(clean), from } : undefined;
}

const isCodeLike = (text: string): boolean => /^[^\s"'<>\p{C}]+$/u.test(text);

function fromJson(text: string): PastedCode | undefined {
  if (!text.startsWith("{")) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { code, error, error_description: description } = value as Record<string, unknown>;
  if (typeof code === "string") return taken(code, "json") ?? { kind: "none", reason: "notACode" };
  if (typeof error === "string") return refused(error, typeof description === "string" ? description : "");
  return { kind: "none", reason: "notACode" };
}

const refused = (error: string, description: string): PastedCode => ({
  kind: "refused",
  error: plain(error, 60),
  description: plain(description, 200),
});

// An address may lack its scheme, when it was copied from the browser's address bar; line breaks may have cut it.
function fromAddress(text: string): PastedCode | undefined {
  const joined = text.replace(/\s+/gu, "");
  const isAddress = /^(https?:\/\/|urn:|[\w.-]+(:\d+)?\/)/iu.test(joined);
  const hasParameters = /^\??(\w+=[^&]*&)*(code|error)=/u.test(joined);
  if (!isAddress && !hasParameters) return undefined;
  const parameters = new URLSearchParams(
    joined
      .replace(/^[^?#]*(?=[?#])/u, "")
      .replace(/^[?#]/u, "")
      .replace("#", "&"),
  );
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

function fromLabel(text: string): PastedCode | undefined {
  const match = /(?:^|\s)(?:authori[sz]ation\s+)?code["']?\s*[:=]\s*(.+)$/iu.exec(text.replace(/\s+/gu, " "));
  return match?.[1] === undefined
    ? undefined
    : taken(unquote(match[1].split(" ")[0] ?? "").replace(/[,;]$/u, ""), "label");
}

function fromText(text: string): PastedCode {
  const whole = taken(text, "whole");
  if (whole !== undefined) return whole;
  // A code that was wrapped while it was copied.
  return taken(text.replace(/\s+/gu, ""), "joined") ?? { kind: "none", reason: "notACode" };
}
