import path from "node:path";
import type { SecretStore } from "../../src/auth/vault.ts";
import type { Clock } from "../../src/core/clock.ts";
import { readTextFile, removeFile, writeTextFile } from "../../src/platform/atomicFile.ts";

/** A secret store that processes share, as the desktop's windows share the keyring: a file for each value. */
export function createSecretFiles(folder: string, clock: Clock): SecretStore {
  const fileOf = (key: string): string => path.join(folder, key);
  return {
    get: (key) => readTextFile(fileOf(key)),
    store: (key, value) => writeTextFile(fileOf(key), value, clock),
    delete: (key) => removeFile(fileOf(key), clock),
  };
}
