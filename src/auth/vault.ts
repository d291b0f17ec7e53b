import * as l10n from "@vscode/l10n";
import * as v from "valibot";
import { ProcoreError } from "../core/errors.ts";
import { withoutSecrets } from "../core/redact.ts";
import { Secret } from "../core/secret.ts";
import { parseStored } from "../core/storedValue.ts";

/** The part of `vscode.SecretStorage` that is used here. */
export interface SecretStore {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
}

/**
 * Values of the secret store by key. A store that fails rejects with `storage`; what `parse` throws for a value that it
 * does not know rises. A write leaves a value of a newer version as it is, and keeps a damaged one under another key.
 */
export interface SecretValues {
  read<T>(key: string, what: string, parse: (text: string) => T): Promise<T | undefined>;
  write(key: string, what: string, parse: (text: string) => unknown, text: string): Promise<void>;
  remove(key: string, what: string): Promise<void>;
}

export function createSecretValues(secrets: SecretStore): SecretValues {
  const attempt = async <T>(
    what: string,
    doing: "read" | "write" | "delete",
    work: () => PromiseLike<T>,
  ): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      // A keyring's words may quote what it was given.
      throw new ProcoreError({ kind: "storage", what, doing }, { cause: withoutSecrets(error) });
    }
  };
  return {
    async read(key, what, parse) {
      const text = await attempt(what, "read", () => secrets.get(key));
      return text === undefined ? undefined : parse(text);
    },
    async write(key, what, parse, text) {
      // A store that cannot be read may still take a value.
      const before = await attempt(what, "read", () => secrets.get(key)).catch(() => undefined);
      const aside = before === undefined ? undefined : toSetAside(before, parse);
      if (aside !== undefined) await attempt(what, "write", () => secrets.store(asideOf(key), aside));
      await attempt(what, "write", () => secrets.store(key, text));
    },
    async remove(key, what) {
      await attempt(what, "delete", () => secrets.delete(key));
      const aside = asideOf(key);
      if ((await attempt(what, "read", () => secrets.get(aside))) !== undefined) {
        await attempt(what, "delete", () => secrets.delete(aside));
      }
    },
  };
}

/** Where a damaged value is kept. */
const asideOf = (key: string): string => `${key}.damaged`;

/** The text itself when it is damaged. */
function toSetAside(text: string, parse: (text: string) => unknown): string | undefined {
  try {
    parse(text);
    return undefined;
  } catch (error) {
    if (error instanceof ProcoreError && error.failure.kind === "damaged") return text;
    throw error;
  }
}

/** Client secrets of connections. */
export interface Vault {
  clientSecret(connectionId: string): Promise<Secret | undefined>;
  putClientSecret(connectionId: string, secret: Secret): Promise<void>;
  deleteClientSecret(connectionId: string): Promise<void>;
}

const what = l10n.t("The client secret");
const clientKey = (connectionId: string): string => `procore.client.${connectionId}`;
const clientSchema = v.object({ v: v.literal(1), secret: v.string() });

export function createVault(values: SecretValues): Vault {
  return {
    clientSecret: (connectionId) => values.read(clientKey(connectionId), what, parseClientSecret),
    putClientSecret: (connectionId, secret) =>
      values.write(clientKey(connectionId), what, parseClientSecret, JSON.stringify({ v: 1, secret: secret.reveal() })),
    deleteClientSecret: (connectionId) => values.remove(clientKey(connectionId), what),
  };
}

function parseClientSecret(text: string): Secret {
  return new Secret(parseStored(text, clientSchema, what).secret);
}
