import { Connections } from "../../src/auth/connections.ts";
import type { ConnectionsFile, StoredConnections } from "../../src/auth/connectionsFile.ts";
import { MissingKeys } from "../../src/auth/missingKeys.ts";
import { LoadedSessions } from "../../src/auth/sessions.ts";
import { createSecretStorageHome, type SessionHome } from "../../src/auth/sessionHome.ts";
import { createSecretValues, createVault } from "../../src/auth/vault.ts";
import { ProcoreError, type Failure } from "../../src/core/errors.ts";
import type { TokenSet } from "../../src/core/oauth/tokenSet.ts";
import { Secret } from "../../src/core/secret.ts";
import type { Connection } from "../../src/core/session.ts";
import { FakeClock } from "./fakeClock.ts";
import { FakeTokenEndpoint } from "./fakeTokenEndpoint.ts";
import { MemoryLedger } from "./memoryLedger.ts";
import { MemoryLocks } from "./memoryLocks.ts";
import { MemoryReloads } from "./memoryReloads.ts";
import { MemorySecretStore } from "./memorySecretStore.ts";

/** What the windows of a machine share. */
export interface Machine {
  readonly clock: FakeClock;
  readonly secrets: MemorySecretStore;
  readonly endpoint: FakeTokenEndpoint;
  readonly ledger: MemoryLedger;
  readonly locks: MemoryLocks;
  readonly file: ConnectionsFile;
}

/** The sessions of one window, with what it was told of trouble and may send. */
export interface SessionWindow {
  readonly connections: Connections;
  readonly sessions: LoadedSessions;
  readonly troubles: readonly unknown[];
  /** From now on the connection's addresses are no longer those of its environment. */
  refuseAddresses(problem: Failure): void;
}

/** A machine that knows one connection, nobody signed in. */
export function createMachine(connection: Connection): Machine {
  const clock = new FakeClock();
  const list: { stored: StoredConnections } = { stored: { connections: [connection], lastUsed: connection.id } };
  const file: ConnectionsFile = {
    read: async () => list.stored,
    update: async (change) => (list.stored = change(list.stored)),
    setAside: async () => undefined,
  };
  const endpoint = new FakeTokenEndpoint(clock);
  return {
    clock,
    secrets: new MemorySecretStore(),
    endpoint,
    ledger: new MemoryLedger(),
    locks: new MemoryLocks(),
    file,
  };
}

export interface SessionWindowOptions {
  readonly home?: SessionHome;
  readonly reloads?: MemoryReloads;
  readonly sharing?: "lock" | "secretsOnly";
  readonly windowId?: string;
  /** Aborted when the window closes. */
  readonly closed?: AbortSignal;
}

/** One more window of the machine. */
export async function openSessionWindow(machine: Machine, options: SessionWindowOptions = {}): Promise<SessionWindow> {
  const troubles: unknown[] = [];
  let addressProblem: Failure | undefined;
  const values = createSecretValues(machine.secrets);
  const connections = new Connections(machine.file, { get: () => undefined, set: async () => undefined });
  await connections.load();
  const sessions = new LoadedSessions({
    ...machine,
    connections,
    vault: createVault(values),
    home: options.home ?? createSecretStorageHome(values),
    closed: options.closed ?? new AbortController().signal,
    missingKeys: new MissingKeys(options.reloads ?? new MemoryReloads()),
    ...(options.sharing === undefined ? {} : { sharing: options.sharing }),
    tokenEndpoint: machine.endpoint,
    window: { id: options.windowId ?? "window-1", openedAt: machine.clock.now() },
    checkAddresses: () => {
      if (addressProblem !== undefined) throw new ProcoreError(addressProblem);
    },
    onTrouble: (error) => troubles.push(error),
  });
  return { connections, sessions, troubles, refuseAddresses: (problem) => void (addressProblem = problem) };
}

/** Windows of one machine; the first has signed in: access-1, good for 90 minutes. */
export async function openSignedIn(
  connection: Connection,
  count: number,
): Promise<Machine & { readonly windows: readonly SessionWindow[]; readonly first: SessionWindow }> {
  const machine = createMachine(connection);
  const first = await openSessionWindow(machine);
  await first.sessions.begin(connection, issue(machine.endpoint, connection), new Secret("app-secret"));
  const others = await Promise.all(Array.from({ length: count - 1 }, () => openSessionWindow(machine)));
  return { ...machine, windows: [first, ...others], first };
}

function issue(endpoint: FakeTokenEndpoint, { grant }: Connection): TokenSet {
  const tokens = endpoint.issue();
  return grant.kind === "clientCredentials" ? { ...tokens, refreshToken: undefined } : tokens;
}
