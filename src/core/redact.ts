const hidden = "[hidden]";

// Anything that could be a credential: bearer values, JWTs, and unbroken runs of 32 or more token characters.
const bearer = /\b(Bearer|Basic)\s+[^\s"',;]+/giu;
const jwt = /\beyJ[\w-]{8,}(\.[\w-]*)*/gu;
const longRun = /[A-Za-z0-9_~+/=-]{32,}/gu;

/**
 * A last net for text that others made (a library's error message, a server's words): whatever looks like a
 * credential becomes `[hidden]`. Our own code does not rely on it; it never puts a secret into text.
 */
export function hideSecrets(text: string): string {
  return text.replace(bearer, `$1 ${hidden}`).replace(jwt, hidden).replace(longRun, hidden);
}
