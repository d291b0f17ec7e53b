import * as v from "valibot";
import { ProcoreError } from "../core/errors.ts";
import { parseStoredTokenSet, serializeTokenSet, type StoredTokenSet } from "../core/oauth/tokenSet.ts";
import { withoutSecrets } from "../core/redact.ts";
import { Secret } from "../core/secret.ts";

/** The part of `vscode.SecretStorage` that is used here. */
export interface SecretStore {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
}

/**
 * The only place that writes secrets: client secrets and sessions of connections, in the editor's SecretStorage. A
 * value of an unknown version is left as it is and rejects with `newerVersion`; a store that fails, with `storage`.
 */
export interface Vault {
  clientSecret(connectionId: string): Promise<Secret | undefined>;
  putClientSecret(connectionId: string, secret: Secret): Promise<void>;
  session(connectionId: string): Promise<StoredTokenSet | undefined>;
  putSession(connectionId: string, session: StoredTokenSet): Promise<void>;
  deleteSession(connectionId: string): Promise<void>;
  /** Both, when a connection is removed. */
  deleteAll(connectionId: string): Promise<void>;
}

const clientKey = (connectionId: string): string => `procore.client.${connectionId}`;
export const sessionKey = (connectionId: string): string => `procore.session.${connectionId}`;

const clientSchema = v.object({ v: v.literal(1), secret: v.string() });

export function createVault(secrets: SecretStore): Vault {
  const read = async (key: string, what: string): Promise<string | undefined> => {
    try {
      return await secrets.get(key);
    } catch (error) {
      throw new ProcoreError({ kind: "storage", what, doing: "read" }, { cause: withoutSecrets(error) });
    }
  };
  const write = async (
    what: string,
    work: () => PromiseLike<void>,
    doing: "write" | "delete" = "write",
  ): Promise<void> => {
    try {
      await work();
    } catch (error) {
      throw new ProcoreError({ kind: "storage", what, doing }, { cause: withoutSecrets(error) });
    }
  };

  /** What a newer version wrote is not overwritten; a store that cannot be read may still take a value. */
  const assertReplaceable = async (key: string, what: string, parse: (text: string) => unknown): Promise<void> => {
    const text = await read(key, what).catch(() => undefined);
    if (text !== undefined) parse(text);
  };

  return {
    async clientSecret(connectionId) {
      const text = await read(clientKey(connectionId), "The client secret");
      return text === undefined ? undefined : parseClientSecret(text);
    },
    async putClientSecret(connectionId, secret) {
      await assertReplaceable(clientKey(connectionId), "The client secret", parseClientSecret);
      const text = JSON.stringify({ v: 1, secret: secret.reveal() });
      await write("The client secret", () => secrets.store(clientKey(connectionId), text));
    },
    async session(connectionId) {
      const text = await read(sessionKey(connectionId), "Your sign-in");
      return text === undefined ? undefined : parseStoredTokenSet(text);
    },
    async putSession(connectionId, session) {
      await assertReplaceable(sessionKey(connectionId), "Your sign-in", parseStoredTokenSet);
      await write("Your sign-in", () => secrets.store(sessionKey(connectionId), serializeTokenSet(session)));
    },
    deleteSession: (connectionId) => write("Your sign-in", () => secrets.delete(sessionKey(connectionId)), "delete"),
    async deleteAll(connectionId) {
      await write("Your sign-in", () => secrets.delete(sessionKey(connectionId)), "delete");
      await write("The client secret", () => secrets.delete(clientKey(connectionId)), "delete");
    },
  };
}

function parseClientSecret(text: string): Secret {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProcoreError({ kind: "newerVersion", what: "The client secret" });
  }
  const parsed = v.safeParse(clientSchema, value);
  if (!parsed.success) throw new ProcoreError({ kind: "newerVersion", what: "The client secret" });
  return new Secret(parsed.output.secret);
}
