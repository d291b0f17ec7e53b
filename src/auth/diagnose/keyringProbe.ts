import { randomUUID } from "node:crypto";
import type { KeyringProbe } from "../../core/diagnose/ports.ts";
import { ProcoreError } from "../../core/errors.ts";
import { withoutSecrets } from "../../core/redact.ts";
import type { SecretStore } from "../vault.ts";

/** A value of its own under a key of its own, so that nothing that is kept can be touched. */
export function createRoundTrip(secrets: SecretStore): KeyringProbe["roundTrip"] {
  return async () => {
    const key = `procore.probe.${randomUUID()}`;
    const value = randomUUID();
    try {
      await attempt("write", () => secrets.store(key, value));
      if ((await attempt("read", () => secrets.get(key))) !== value) return "changed";
    } finally {
      await attempt("delete", () => secrets.delete(key));
    }
    return (await attempt("read", () => secrets.get(key))) === undefined ? "kept" : "notDeleted";
  };
}

async function attempt<T>(doing: "read" | "write" | "delete", work: () => PromiseLike<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // A keyring's words may quote what it was given.
    throw new ProcoreError(
      { kind: "storage", what: "A value for a try of the keyring", doing },
      { cause: withoutSecrets(error) },
    );
  }
}
