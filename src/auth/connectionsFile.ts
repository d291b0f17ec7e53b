import * as l10n from "@vscode/l10n";
import { rename, rm } from "node:fs/promises";
import * as v from "valibot";
import type { Clock } from "../core/clock.ts";
import { ProcoreError } from "../core/errors.ts";
import { parseOrigin } from "../core/procore/customEnvironments.ts";
import { companyId, userId } from "../core/procore/ids.ts";
import type { Connection, Grant } from "../core/session.ts";
import { parseStored } from "../core/storedValue.ts";
import { readTextFile, setFileAside, writeTextFile } from "../platform/atomicFile.ts";
import type { Locks, StillHeld } from "../platform/locks.ts";

/** All connections of this machine's user, and the one that was used last: a new window starts with it. */
export interface StoredConnections {
  readonly connections: readonly Connection[];
  readonly lastUsed: string | undefined;
}

/** `connections.json`: no secret in it, so a window can paint from it without asking the keyring. */
export interface ConnectionsFile {
  /** Rejects with `newerVersion` or `damaged` for a file it does not understand, and leaves that file as it is. */
  read(): Promise<StoredConnections>;
  /** Applies `change` to what the file holds now; changes of all windows run one after another. */
  update(change: (stored: StoredConnections) => StoredConnections): Promise<StoredConnections>;
  /** Keeps a damaged file under another name beside it, so that there is none; one that can be read stays. */
  setAside(): Promise<void>;
}

/** The lock that everything holds that writes the list. */
export const listLock = "connections";

const what = l10n.t("The list of your connections (connections.json)");
const empty: StoredConnections = { connections: [], lastUsed: undefined };

export function createConnectionsFile(file: string, clock: Clock, locks: Locks): ConnectionsFile {
  const read = async (): Promise<StoredConnections> => {
    let text: string | undefined;
    try {
      text = await readTextFile(file);
    } catch (error) {
      throw new ProcoreError({ kind: "storage", what, doing: "read" }, { cause: error });
    }
    return text === undefined ? empty : parseConnections(text);
  };

  const write = async (
    change: (stored: StoredConnections) => StoredConnections,
    stillHeld: StillHeld,
  ): Promise<StoredConnections | "overtaken"> => {
    const next = change(await read());
    const held: { lock: "held" | "lost" } = { lock: "held" };
    const move = async (from: string, to: string): Promise<void> => {
      held.lock = await stillHeld();
      await (held.lock === "lost" ? rm(from, { force: true }) : rename(from, to));
    };
    try {
      await writeTextFile(file, serializeConnections(next), clock, move);
    } catch (error) {
      throw new ProcoreError({ kind: "storage", what, doing: "write" }, { cause: error });
    }
    return held.lock === "lost" ? "overtaken" : next;
  };

  let last: Promise<unknown> = Promise.resolve();
  const queue = <T>(turn: () => Promise<T>): Promise<T> => {
    const result = last.then(turn, turn);
    last = result.catch(() => undefined);
    return result;
  };
  return {
    // In the queue too: what is read is never older than an own change that was asked for before.
    read: () => queue(read),
    update(change) {
      // Other windows change the same file: without a lock one of two changes at once would be lost. Who stood still and
      // was overtaken changes what is there by now.
      const turns = async (): Promise<StoredConnections> => {
        for (let tries = 1; tries <= 3; tries += 1) {
          const next = await locks.hold(listLock, (stillHeld) => write(change, stillHeld));
          if (next !== "overtaken") return next;
        }
        throw new ProcoreError({ kind: "storage", what, doing: "write" });
      };
      return queue(turns);
    },
    setAside() {
      const turn = async (): Promise<void> => {
        try {
          await read();
        } catch (error) {
          if (!(error instanceof ProcoreError) || error.failure.kind !== "damaged") throw error;
          await setFileAside(file, clock);
        }
      };
      return queue(() => locks.hold(listLock, turn));
    },
  };
}

const originSchema = v.pipe(
  v.string(),
  v.check((text) => parseOrigin(text) === text, "not a bare origin"),
);
const timeSchema = v.optional(v.number());
const countSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const sessionSchema = v.variant("kind", [
  v.object({ kind: v.literal("signedOut") }),
  v.object({ kind: v.literal("active"), expiresAt: v.number(), renewable: v.boolean() }),
  v.object({
    kind: v.literal("broken"),
    reason: v.picklist(["refreshTokenSpent", "credentialsRejected", "noRefreshToken", "notKept", "olderCopy"]),
  }),
]);

const grantSchema = v.variant("kind", [
  v.object({ kind: v.literal("authorizationCode") }),
  v.object({
    kind: v.literal("clientCredentials"),
    companyId: v.pipe(v.string(), v.regex(/^\d{1,20}$/u)),
    companyName: v.optional(v.string()),
  }),
]);

const connectionSchema = v.object({
  id: v.pipe(v.string(), v.regex(/^[0-9a-f-]{36}$/u)),
  label: v.string(),
  environment: v.object({
    id: v.string(),
    label: v.string(),
    shortLabel: v.string(),
    kind: v.picklist(["production", "sandbox", "local", "custom"]),
  }),
  origins: v.object({ login: originSchema, api: originSchema, web: originSchema }),
  clientId: v.string(),
  // Left out by versions that knew only people.
  grant: v.optional(grantSchema, { kind: "authorizationCode" }),
  user: v.optional(v.object({ id: v.string(), login: v.string(), name: v.optional(v.string()) })),
  session: sessionSchema,
  tokenOrder: v.optional(v.object({ generation: countSchema, rotation: countSchema })),
  clockSkewMs: v.number(),
  createdAt: v.number(),
  lastRefreshAt: timeSchema,
  lastRefreshBy: v.optional(v.string()),
  readBackAt: timeSchema,
  lastFailure: v.optional(v.object({ at: v.number(), message: v.string() })),
});

const fileSchema = v.object({
  v: v.literal(1),
  connections: v.array(connectionSchema),
  lastUsed: v.optional(v.string()),
});

/** Rejects as `parseStored` does. */
export function parseConnections(text: string): StoredConnections {
  const { connections, lastUsed } = parseStored(text, fileSchema, what);
  return { connections: connections.map(toConnection), lastUsed };
}

export function serializeConnections(stored: StoredConnections): string {
  return `${JSON.stringify({ v: 1, ...stored }, undefined, 2)}\n`;
}

function toConnection(stored: v.InferOutput<typeof connectionSchema>): Connection {
  const { user, grant, lastRefreshAt, lastFailure } = stored;
  return {
    ...stored,
    grant: toGrant(grant),
    user: user === undefined ? undefined : { id: userId(user.id), login: user.login, name: user.name },
    lastRefreshAt,
    lastFailure,
  };
}

const toGrant = (stored: v.InferOutput<typeof grantSchema>): Grant =>
  stored.kind === "clientCredentials"
    ? { kind: stored.kind, companyId: companyId(stored.companyId), companyName: stored.companyName }
    : stored;
