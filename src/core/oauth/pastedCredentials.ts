import { parseJson } from "../parseJson.ts";
import { Secret } from "../secret.ts";

/** What was found in text pasted into a credential box. */
export interface PastedCredentials {
  readonly clientId: string | undefined;
  readonly clientSecret: Secret | undefined;
}

const longestPaste = 20_000;

/**
 * Takes client ID and secret from JSON, `.env` lines, labelled text or two lines; line breaks may have become blanks,
 * as they do in an input box. One bare word is the value of the box it was pasted into, so it gives neither.
 */
export function parsePastedCredentials(text: string): PastedCredentials {
  if (text.length > longestPaste) return nothing;
  const trimmed = text.trim();
  return fromJson(trimmed) ?? fromLabels(trimmed) ?? fromTwoWords(trimmed) ?? nothing;
}

const nothing: PastedCredentials = { clientId: undefined, clientSecret: undefined };

// "client_id", "PROCORE_CLIENT_ID", "uid", "ID", "PROCORE_KEY"; and "client_secret", "SECRET", …
const isIdName = (name: string): boolean => /(^|_)(client_?id|uid|id|key)$/u.test(simplify(name));
const isSecretName = (name: string): boolean => /(^|_|client)secret$/u.test(simplify(name));
const simplify = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/gu, "$1_$2")
    .toLowerCase()
    .replace(/[\s-]+/gu, "_");

function found(clientId: string | undefined, clientSecret: string | undefined): PastedCredentials | undefined {
  const id = clean(clientId);
  const secret = clean(clientSecret);
  if (id === undefined && secret === undefined) return undefined;
  return { clientId: id, clientSecret: secret === undefined ? undefined : new Secret(secret) };
}

function clean(value: string | undefined): string | undefined {
  const unquoted = value?.trim().replace(/^["'`]+|["'`,;]+$/gu, "");
  return unquoted === undefined || unquoted === "" || /\s/u.test(unquoted) ? undefined : unquoted;
}

function fromJson(text: string): PastedCredentials | undefined {
  if (!text.startsWith("{")) return undefined;
  const entries = stringEntries(parseJson(text));
  return found(entries.find(([name]) => isIdName(name))?.[1], entries.find(([name]) => isSecretName(name))?.[1]);
}

/** All names with text values, one level of nesting deep (`{"sandbox": {"client_id": …}}`). */
function stringEntries(value: unknown): readonly (readonly [string, string])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, item]: [string, unknown]): (readonly [string, string])[] => {
    if (typeof item === "string") return [[name, item]];
    if (typeof item !== "object" || item === null) return [];
    return Object.entries(item).flatMap(([inner, text]: [string, unknown]) =>
      typeof text === "string" ? [[inner, text] as const] : [],
    );
  });
}

// Names are bounded, so that no text makes the search slow.
const pair =
  /(?<![\w-])((?:[A-Za-z][\w-]{0,40}[ \t])?[A-Za-z][\w-]{0,40})["']?\s*[:=]\s*(?:"([^"]*)"|'([^']*)'|([^\s&"',;]+))/gu;

function fromLabels(text: string): PastedCredentials | undefined {
  let id: string | undefined;
  let secret: string | undefined;
  for (const [, name = "", ...values] of text.matchAll(pair)) {
    const value = values.find((item) => item !== undefined);
    if (isSecretName(name)) secret ??= value;
    else if (isIdName(name)) id ??= value;
  }
  return found(id, secret);
}

function fromTwoWords(text: string): PastedCredentials | undefined {
  const words = text.split(/\s+/u);
  return words.length === 2 && !/[=:]/u.test(text) ? found(words[0], words[1]) : undefined;
}
