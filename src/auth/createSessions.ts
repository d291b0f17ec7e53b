import path from "node:path";
import { createTextFiles } from "../platform/atomicFile.ts";
import { createLedger } from "./ledger.ts";
import { MissingKeys, type ReloadMemory } from "./missingKeys.ts";
import { createSealedHome, createSecretStorageHome, type HomeKind } from "./sessionHome.ts";
import { LoadedSessions, type Sessions, type SessionsDependencies } from "./sessions.ts";
import { createSecretValues, createVault, type SecretStore } from "./vault.ts";

export interface SessionsParts extends Omit<SessionsDependencies, "vault" | "home" | "ledger" | "missingKeys"> {
  readonly secrets: SecretStore;
  readonly home: HomeKind;
  /** The folder that all windows share. */
  readonly folder: string;
  readonly reloads: ReloadMemory;
}

/** The entry of `dist/sessions.js`: a window's sessions over its secrets and the folder that all windows share. */
export function createSessions({ secrets, home, folder, reloads, ...deps }: SessionsParts): Sessions {
  const values = createSecretValues(secrets);
  const sessionsFolder = path.join(folder, "sessions");
  const loaded = new LoadedSessions({
    ...deps,
    vault: createVault(values),
    home:
      home === "sealedFile"
        ? createSealedHome({ values, folder: sessionsFolder, files: createTextFiles(deps.clock) })
        : createSecretStorageHome(values, () => deps.clock.sleep(100)),
    ledger: createLedger(sessionsFolder, deps.clock),
    missingKeys: new MissingKeys(reloads),
  });
  loaded.finishSignOuts().catch(deps.onTrouble);
  return loaded;
}
