import * as l10n from "@vscode/l10n";
import { randomUUID } from "node:crypto";
import path from "node:path";
import * as v from "valibot";
import { ProcoreError } from "../core/errors.ts";
import {
  isNewer,
  parseStoredTokenSet,
  serializeTokenSet,
  type StoredTokenSet,
  type TokenOrder,
} from "../core/oauth/tokenSet.ts";
import { Secret } from "../core/secret.ts";
import { parseStored } from "../core/storedValue.ts";
import type { TextFiles } from "../platform/atomicFile.ts";
import { settled } from "./sessionStates.ts";
import { createKey, keyBytes, seal, unseal } from "./sealing.ts";
import type { SecretValues } from "./vault.ts";

/**
 * Where the tokens of a session are kept.
 * - `secretStorage`: on the desktop all windows share the editor's SecretStorage, and hear of each other's changes.
 * - `sealedFile`: in a web workbench each window has its own copy of all secrets, and a write replaces everybody's. So
 *   only a key lies there, written when somebody signs in; the tokens are in a file that the key opens.
 */
export type HomeKind = "secretStorage" | "sealedFile";

export interface SessionHome {
  readonly kind: HomeKind;
  /**
   * The stored tokens; undefined when there are none or, with a sealed file, when this window lacks the key. Where what
   * another window did comes late, waits a moment for tokens as new as `known`, or for older ones to go that a sign-out
   * deleted.
   */
  session(connectionId: string, known?: Known): Promise<StoredTokenSet | undefined>;
  /**
   * `overtaken`: a renewal writes nothing over newer tokens, because somebody signed in while this process stood still.
   */
  putSession(connectionId: string, session: StoredTokenSet, occasion: Occasion): Promise<"stored" | "overtaken">;
  /**
   * `tokens` leaves the key that opened them where there is one: it opens nothing any more. With `upTo`, newer tokens
   * stay as they are, and so does what a newer version wrote.
   */
  deleteSession(connectionId: string, extent: "all" | "tokens", upTo?: TokenOrder): Promise<void>;
}

/**
 * What another window stored, or signed out of. `inDoubt`: one may have been killed after it stored newer ones.
 */
export type Known = TokenOrder & { readonly tokens: "stored" | "inDoubt" | "deleted" };

/** Sign-ins and edits of the client secret write a key of their own where there are keys; renewals never do. */
export type Occasion = "signIn" | "renewal";

const what = l10n.t("Your sign-in");
export const sessionKey = (connectionId: string): string => `procore.session.${connectionId}`;
export const sealKey = (connectionId: string): string => `procore.key.${connectionId}`;

/** How often to pause for what another window stored, and for what it may have stored. */
const mostPauses = 20;
const fewPauses = 3;

/**
 * Each window reads its own copy of what all of them share: a change is written after a tenth of a second, and told to
 * the other windows another one later, or later still where the machine is busy.
 * @param pause waits for a tenth of a second; without it, what is stored is there at once
 * @see microsoft/vscode, Storage.DEFAULT_FLUSH_DELAY and StorageDatabaseChannel.STORAGE_CHANGE_DEBOUNCE_TIME
 */
export function createSecretStorageHome(values: SecretValues, pause?: () => Promise<void>): SessionHome {
  const session = async (connectionId: string): Promise<StoredTokenSet | undefined> =>
    await values.read(sessionKey(connectionId), what, parseStoredTokenSet);
  return {
    kind: "secretStorage",
    async session(connectionId, known) {
      let stored = await session(connectionId);
      if (pause === undefined || known === undefined) return stored;
      const isBehind = (pauses: number): boolean => {
        if (stored === undefined) return known.tokens !== "deleted";
        const mayBeNewer = known.tokens === "inDoubt" && !isNewer(stored, known);
        return isNewer(known, stored) || (mayBeNewer && pauses < fewPauses);
      };
      for (let pauses = 0; pauses < mostPauses && isBehind(pauses); pauses += 1) {
        await pause();
        stored = await session(connectionId);
      }
      return stored;
    },
    async putSession(connectionId, next, occasion) {
      const before = occasion === "renewal" ? await session(connectionId).catch(unreadable) : undefined;
      if (before !== undefined && isNewer(before, next)) return "overtaken";
      await values.write(sessionKey(connectionId), what, parseStoredTokenSet, serializeTokenSet(next));
      return "stored";
    },
    async deleteSession(connectionId, _extent, upTo) {
      if (upTo !== undefined && !(await isUpTo(upTo, session(connectionId)))) return;
      await values.remove(sessionKey(connectionId), what);
    },
  };
}

/** What cannot be read may still be replaced or deleted, but not what a newer version wrote. */
function unreadable(error: unknown): undefined {
  if (error instanceof ProcoreError && error.failure.kind === "newerVersion") throw error;
}

/** Does a deletion of tokens up to these concern what is stored? */
async function isUpTo(upTo: TokenOrder, reading: Promise<StoredTokenSet | undefined>): Promise<boolean> {
  try {
    const stored = await reading.catch(unreadable);
    return stored === undefined || !isNewer(stored, upTo);
  } catch {
    return false;
  }
}

/** What lies in SecretStorage of a sealed session: the key, and which file it opens. */
interface Seal {
  readonly key: Secret;
  readonly file: string;
}

const sealSchema = v.object({
  v: v.literal(1),
  key: v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]+=*$/u)),
  file: v.pipe(v.string(), v.regex(/^[0-9a-f-]{36}$/u)),
});

export function createSealedHome(deps: {
  readonly values: SecretValues;
  /** `sessions/` in the folder that all windows share. */
  readonly folder: string;
  readonly files: TextFiles;
}): SessionHome {
  const { values, folder, files } = deps;
  const fileOf = ({ file }: Seal): string => path.join(folder, `${file}.sealed`);
  const keyOf = ({ key }: Seal): Buffer => Buffer.from(key.reveal(), "base64");
  const sealOf = async (connectionId: string): Promise<Seal | undefined> =>
    await values.read(sealKey(connectionId), what, parseSeal);

  /** One that is damaged is not in the way of a sign-in, which keeps it aside. */
  const sealToReplace = async (connectionId: string): Promise<Seal | undefined> => {
    try {
      return await sealOf(connectionId);
    } catch (error) {
      if (error instanceof ProcoreError && error.failure.kind === "damaged") return undefined;
      throw error;
    }
  };

  const write = async (connectionId: string, known: Seal, session: StoredTokenSet): Promise<void> => {
    const text = seal(serializeTokenSet(session), keyOf(known), { connectionId, rotation: session.rotation });
    await storage("write", () => files.write(fileOf(known), text));
  };

  /** The file first, then its key: who is killed between them leaves the session that was there. */
  const writeAnew = async (connectionId: string, session: StoredTokenSet): Promise<void> => {
    const before = await sealToReplace(connectionId);
    const made: Seal = { key: new Secret(createKey().toString("base64")), file: randomUUID() };
    await write(connectionId, made, session);
    try {
      const text = JSON.stringify({ v: 1, key: made.key.reveal(), file: made.file });
      await values.write(sealKey(connectionId), what, parseSeal, text);
    } catch (error) {
      await files.remove(fileOf(made)).catch(noTrouble);
      throw error;
    }
    // What cannot be read is left as it is.
    if (before === undefined || (await settled(open(connectionId, before))) !== undefined) return;
    await files.remove(fileOf(before)).catch(noTrouble);
  };

  /** The tokens in a seal's file; undefined when there is none. */
  const open = async (connectionId: string, known: Seal): Promise<StoredTokenSet | undefined> => {
    const text = await storage("read", () => files.read(fileOf(known)));
    if (text === undefined) return undefined;
    const opened = unseal(text, keyOf(known), connectionId);
    // Each key has a file of its own name: one that it does not open was changed by somebody else.
    if (opened.kind === "locked") throw new ProcoreError({ kind: "damaged", what });
    return parseStoredTokenSet(opened.text);
  };

  return {
    kind: "sealedFile",
    async session(connectionId) {
      let known = await sealOf(connectionId);
      while (known !== undefined) {
        const stored = await open(connectionId, known);
        if (stored !== undefined) {
          await files.touch(fileOf(known));
          return stored;
        }
        // A sign-in may have put another key and file in the place of both meanwhile.
        const { file } = known;
        known = await sealOf(connectionId);
        if (known?.file === file) return undefined;
      }
      return undefined;
    },
    async putSession(connectionId, session, occasion) {
      if (occasion === "signIn") {
        await writeAnew(connectionId, session);
        return "stored";
      }
      const known = await sealOf(connectionId);
      if (known === undefined) throw new ProcoreError({ kind: "storage", what, doing: "write" });
      // Each sign-in has a file of its own: once this one is known to be an earlier one's, no later one is written over.
      const before = await open(connectionId, known).catch(unreadable);
      if (before !== undefined && isNewer(before, session)) return "overtaken";
      await write(connectionId, known, session);
      return "stored";
    },
    async deleteSession(connectionId, extent, upTo) {
      const known = await sealOf(connectionId);
      if (known === undefined) return;
      if (upTo !== undefined && !(await isUpTo(upTo, open(connectionId, known)))) return;
      await storage("delete", () => files.remove(fileOf(known)));
      if (extent === "tokens") return;
      const now = upTo === undefined ? known : await sealOf(connectionId);
      if (now?.file === known.file) await values.remove(sealKey(connectionId), what);
    },
  };
}

/** A file that nobody can open any more: the sweep deletes it in the end. */
const noTrouble = (): void => undefined;

function parseSeal(text: string): Seal {
  const { key, file } = parseStored(text, sealSchema, what);
  if (Buffer.from(key, "base64").length !== keyBytes) throw new ProcoreError({ kind: "damaged", what });
  return { key: new Secret(key), file };
}

async function storage<T>(doing: "read" | "write" | "delete", work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new ProcoreError({ kind: "storage", what, doing }, { cause: error });
  }
}
