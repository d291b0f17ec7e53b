import * as v from "valibot";
import { ProcoreError } from "../core/errors.ts";
import { withoutSecrets } from "../core/redact.ts";
import { Secret } from "../core/secret.ts";

/** The part of `vscode.SecretStorage` that is used here. */
export interface SecretStore {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
}

/**
 * Values of the secret store by key. A store that fails rejects with `storage`; a value of an unknown version or shape
 * rejects with `newerVersion` (thrown by `parse`) and is left as it is, also by a write.
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
      if (before !== undefined) parse(before);
      await attempt(what, "write", () => secrets.store(key, text));
    },
    async remove(key, what) {
      await attempt(what, "delete", () => secrets.delete(key));
    },
  };
}

/** Client secrets of connections. */
export interface Vault {
  clientSecret(connectionId: string): Promise<Secret | undefined>;
  putClientSecret(connectionId: string, secret: Secret): Promise<void>;
  deleteClientSecret(connectionId: string): Promise<void>;
}

const what = "The client secret";
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
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), clientSchema), text);
  if (!parsed.success) throw new ProcoreError({ kind: "newerVersion", what });
  return new Secret(parsed.output.secret);
}
