import * as l10n from "@vscode/l10n";
import { randomUUID } from "node:crypto";
import type { KeyringProbe } from "../../core/diagnose/ports.ts";
import { ProcoreError } from "../../core/errors.ts";
import { withoutSecrets } from "../../core/redact.ts";
import type { SecretStore } from "../vault.ts";

/**
 * A value of its own under a key of its own, so that nothing that is kept can be touched; `onTrouble` hears what the
 * keyring threw.
 */
export function createRoundTrip(
  secrets: SecretStore,
  onTrouble: (error: ProcoreError) => void,
): KeyringProbe["roundTrip"] {
  const key = `procore.probe.${randomUUID()}`;
  const value = randomUUID();
  const tryOut = async (): Promise<"kept" | "changed" | "notDeleted"> => {
    try {
      await attempt("write", () => secrets.store(key, value));
      if ((await attempt("read", () => secrets.get(key))) !== value) return "changed";
    } finally {
      await attempt("delete", () => secrets.delete(key));
    }
    return (await attempt("read", () => secrets.get(key))) === undefined ? "kept" : "notDeleted";
  };
  return async () => {
    try {
      return { kind: await tryOut() };
    } catch (error) {
      if (!(error instanceof ProcoreError)) throw error;
      onTrouble(error);
      return { kind: "failed", failure: error.failure };
    }
  };
}

async function attempt<T>(doing: "read" | "write" | "delete", work: () => PromiseLike<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // A keyring's words may quote what it was given.
    const what = l10n.t("A value that tries the keyring");
    throw new ProcoreError({ kind: "storage", what, doing }, { cause: withoutSecrets(error) });
  }
}
