import { plain } from "./plain.ts";
import { hidden } from "./secret.ts";

// Anything that could be a credential: bearer values, JWTs, and unbroken runs of 32 or more token characters; among them
// what stands inside a token that was escaped on its way (`\/`, `%2F`, `&#x2F;`).
const bearer = /\b(Bearer|Basic)\s+[^\s"',;]+/giu;
const jwt = /eyJ[\w-]{8,}(?:\.[\w-]*)*/gu;
const longRun = /[A-Za-z0-9._~+/=%\\&#;-]{32,}/gu;
// What stands before the host of an address, also with a password that nobody percent-encoded.
const userInfo = /(:\/\/)(?:[^\s"'<>:/?#@]{1,300}|[^\s"'<>:/@]{0,300}:[^\s"'<>]{0,300})@/gu;
// The same in the words of a PAC file.
const pacUserInfo = /\b(PROXY|HTTPS?|SOCKS[45]?)\s[^\s"'<>;,:@]{0,300}:[^\s"'<>;]{0,300}@/giu;

/**
 * A last net for text that others made (a library's error message, a server's words): whatever looks like a
 * credential becomes `word`. Our own code does not rely on it; it never puts a secret into text. Call it before
 * anything is cut off a text: half a token may no longer look like one.
 * @param word `[hidden]`, but for documents, which have it translated
 */
export function hideSecrets(text: string, word = hidden): string {
  // Long runs first: a JWT that grew together with a word is one, and must not be taken for its later parts alone.
  return text
    .replace(longRun, (run) => (isName(run) ? run : word))
    .replace(jwt, word)
    .replace(bearer, `$1 ${word}`)
    .replace(userInfo, `$1${word}@`)
    .replace(pacUserInfo, `$1 ${word}@`);
}

/**
 * A whole text of others on one line, as `plain` makes it, without what looks like a credential. Control characters go
 * first, since they could split a token; nothing is cut, since that could halve one. (`plain` can make a text longer.)
 */
export const tidyWords = (text: string): string => hideSecrets(plain(text, text.length * 2 + 1));

/**
 * Words of one case and whole numbers between dots, slashes and underscores: the path of a field, a host, a long code.
 * No token is one, because in a token digits stand between letters, or both cases next to each other.
 */
function isName(run: string): boolean {
  const parts = run.split(/[._/]+/u).filter((part) => part !== "");
  return oneCase.some((word) => parts.every((part) => word.test(part)));
}

const oneCase = [/^(?:[a-z]{1,24}\d{0,3}|\d{1,20})$/u, /^(?:[A-Z]{1,24}\d{0,3}|\d{1,20})$/u];

const depthKept = 5;

/**
 * What may be kept of an error that others made: name, code, system call and cleaned words, of its causes as well (of
 * several errors in one, of the first). Whatever else hangs on it stays behind: a parser's error keeps a piece of the
 * reply, a keyring's may quote what it was given.
 */
export function withoutSecrets(error: unknown, depth = 0): Error | undefined {
  if (!(error instanceof Error) || depth > depthKept) return undefined;
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  const cause = withoutSecrets(inner, depth + 1);
  const copy = new Error(hideSecrets(error.message), cause === undefined ? {} : { cause });
  copy.name = error.name;
  const code = "code" in error && typeof error.code === "string" ? { code: error.code } : {};
  const syscall = "syscall" in error && isSystemCall(error.syscall) ? { syscall: error.syscall } : {};
  return Object.assign(copy, code, syscall);
}

/** "connect", "read", "getaddrinfo". @see https://nodejs.org/api/errors.html#errorsyscall */
const isSystemCall = (value: unknown): value is string => typeof value === "string" && /^[a-z]{1,20}$/u.test(value);
