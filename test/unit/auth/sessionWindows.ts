import assert from "node:assert/strict";
import { Connections } from "../../../src/auth/connections.ts";
import type { ConnectionsFile, StoredConnections } from "../../../src/auth/connectionsFile.ts";
import { MissingKeys } from "../../../src/auth/missingKeys.ts";
import { LoadedSessions } from "../../../src/auth/sessions.ts";
import { createSecretStorageHome, type SessionHome } from "../../../src/auth/sessionHome.ts";
import { createSecretValues, createVault } from "../../../src/auth/vault.ts";
import { ProcoreError, type Failure } from "../../../src/core/errors.ts";
import { Secret } from "../../../src/core/secret.ts";
import { FakeClock } from "../../fakes/fakeClock.ts";
import { FakeTokenEndpoint } from "../../fakes/fakeTokenEndpoint.ts";
import { MemoryLedger } from "../../fakes/memoryLedger.ts";
import { MemoryLocks } from "../../fakes/memoryLocks.ts";
import { MemoryReloads } from "../../fakes/memoryReloads.ts";
import { MemorySecretStore } from "../../fakes/memorySecretStore.ts";
import { sampleConnection } from "../../fakes/sampleConnection.ts";

export const id = "connection-1";
export const asked = sampleConnection({ id });

export interface WindowOptions {
  readonly home?: SessionHome;
  readonly reloads?: MemoryReloads;
  readonly sharing?: "lock" | "secretsOnly";
  readonly windowId?: string;
}

/** A window with one connection that has just signed in: access-1, refresh-1, good for 90 minutes. */
export async function createWindow(options: WindowOptions = {}) {
  const world = createWorld();
  const window = await openWindow(world, options);
  await window.sessions.begin(asked, world.endpoint.issue(), new Secret("app-secret"));
  return window;
}

/** What the windows of a machine share. */
export function createWorld() {
  const clock = new FakeClock();
  const secrets = new MemorySecretStore();
  const endpoint = new FakeTokenEndpoint(clock);
  const shared = { stored: { connections: [asked], lastUsed: id } satisfies StoredConnections as StoredConnections };
  const file: ConnectionsFile = {
    read: async () => shared.stored,
    update: async (change) => (shared.stored = change(shared.stored)),
    setAside: async () => undefined,
  };
  return { clock, secrets, endpoint, file, ledger: new MemoryLedger(), locks: new MemoryLocks() };
}

export async function openWindow(
  { clock, secrets, endpoint, file, ledger, locks }: ReturnType<typeof createWorld>,
  options: WindowOptions = {},
) {
  const troubles: unknown[] = [];
  const values = createSecretValues(secrets);
  let addressProblem: Failure | undefined;
  const connections = new Connections(file, { get: () => undefined, set: async () => undefined });
  await connections.load();
  const sessions = new LoadedSessions({
    connections,
    vault: createVault(values),
    home: options.home ?? createSecretStorageHome(values),
    ledger,
    locks,
    missingKeys: new MissingKeys(options.reloads ?? new MemoryReloads()),
    ...(options.sharing === undefined ? {} : { sharing: options.sharing }),
    tokenEndpoint: endpoint,
    clock,
    window: { id: options.windowId ?? "window-1", openedAt: clock.now() },
    checkAddresses: () => {
      if (addressProblem !== undefined) throw new ProcoreError(addressProblem);
    },
    onTrouble: (error) => troubles.push(error),
  });
  const setAddressProblem = (problem: Failure): void => {
    addressProblem = problem;
  };
  return { clock, endpoint, secrets, ledger, locks, connections, sessions, troubles, setAddressProblem };
}

export type Window = Awaited<ReturnType<typeof openWindow>>;

export const sessionOf = ({ connections }: Window) => connections.get(id)?.session;
export const rejectsWith = async (work: Promise<unknown>, kind: Failure["kind"]): Promise<void> =>
  await assert.rejects(work, (error) => error instanceof ProcoreError && error.failure.kind === kind);
