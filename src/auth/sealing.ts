import * as l10n from "@vscode/l10n";
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import * as v from "valibot";
import { parseStored } from "../core/storedValue.ts";

/**
 * What a sealed text is bound to: it opens only for the same connection and rotation, so a file that is renamed or
 * put back under another rotation is noise.
 */
export interface SealContext {
  readonly connectionId: string;
  readonly rotation: number;
}

const algorithm = "aes-256-gcm";
export const keyBytes = 32;
// NIST SP 800-38D section 8.2: 96-bit nonces; random ones are safe for far more writes than a session sees.
const nonceBytes = 12;
const tagBytes = 16;

const base64 = v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]+=*$/u));
const sealedSchema = v.object({
  v: v.literal(1),
  rotation: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  nonce: base64,
  tag: base64,
  text: base64,
});

export const createKey = (): Buffer => randomBytes(keyBytes);

/** Seals `text` with a new random nonce (AES-256-GCM); the rotation stands beside it in the clear. */
export function seal(text: string, key: Buffer, context: SealContext): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(additionalData(context));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return JSON.stringify({
    v: 1,
    rotation: context.rotation,
    nonce: nonce.toString("base64"),
    tag: cipher.getAuthTag().toString("base64"),
    text: sealed.toString("base64"),
  });
}

export type Unsealed =
  | { readonly kind: "open"; readonly text: string; readonly rotation: number }
  /** Sealed with another key, for another connection, or changed since. */
  | { readonly kind: "locked" };

/** Rejects as `parseStored` does for what is no sealed text of a known version. */
export function unseal(sealed: string, key: Buffer, connectionId: string): Unsealed {
  const { rotation, nonce, tag, text } = parseStored(sealed, sealedSchema, l10n.t("Your sign-in"));
  try {
    const decipher = createDecipheriv(algorithm, key, Buffer.from(nonce, "base64"), { authTagLength: tagBytes });
    decipher.setAAD(additionalData({ connectionId, rotation }));
    decipher.setAuthTag(Buffer.from(tag, "base64"));
    const open = Buffer.concat([decipher.update(Buffer.from(text, "base64")), decipher.final()]);
    return { kind: "open", text: open.toString("utf8"), rotation };
  } catch {
    return { kind: "locked" };
  }
}

const additionalData = ({ connectionId, rotation }: SealContext): Buffer =>
  Buffer.from(JSON.stringify([connectionId, rotation]), "utf8");
