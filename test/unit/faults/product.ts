import { Connections } from "../../../src/auth/connections.ts";
import type { StoredConnections } from "../../../src/auth/connectionsFile.ts";
import { MissingKeys } from "../../../src/auth/missingKeys.ts";
import { createSecretStorageHome, type SessionHome } from "../../../src/auth/sessionHome.ts";
import { LoadedSessions, type Sessions } from "../../../src/auth/sessions.ts";
import { createSecretValues, createVault } from "../../../src/auth/vault.ts";
import type { Clock } from "../../../src/core/clock.ts";
import { createApi } from "../../../src/core/http/api.ts";
import { Pacer } from "../../../src/core/http/pacing/pacer.ts";
import type { Transport } from "../../../src/core/http/transport.ts";
import { createTokenEndpoint, type TokenEndpoint } from "../../../src/core/oauth/tokenEndpoint.ts";
import type { ProcoreClient } from "../../../src/core/procore/client.ts";
import { createProcoreClient } from "../../../src/core/procore/procoreClient.ts";
import type { Secret } from "../../../src/core/secret.ts";
import type { TokenSource } from "../../../src/core/session.ts";
import type { FakeClock } from "../../fakes/fakeClock.ts";
import { MemoryLedger } from "../../fakes/memoryLedger.ts";
import { MemoryLocks } from "../../fakes/memoryLocks.ts";
import { MemoryReloads } from "../../fakes/memoryReloads.ts";
import { MemorySecretStore } from "../../fakes/memorySecretStore.ts";

/** The product's own parts, from the session down to the transport: only where things are kept is in memory. */
export interface Product {
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly home: SessionHome;
  readonly tokenEndpoint: TokenEndpoint;
  readonly procore: ProcoreClient;
  /** The API with a token that may not be stored yet. */
  readonly procoreWith: (accessToken: Secret) => ProcoreClient;
}

export function createProduct(clock: FakeClock, transport: Transport): Product {
  let stored: StoredConnections = { connections: [], lastUsed: undefined };
  const file = {
    read: async () => stored,
    update: async (change: (was: StoredConnections) => StoredConnections) => (stored = change(stored)),
    setAside: async () => undefined,
  };
  const connections = new Connections(file, { get: () => undefined, set: async () => undefined });
  const values = createSecretValues(new MemorySecretStore());
  const home = createSecretStorageHome(values);
  const tokenEndpoint = createTokenEndpoint({ transport, clock, userAgent: "test/1", log: () => undefined });
  const sessions = new LoadedSessions({
    connections,
    vault: createVault(values),
    home,
    ledger: new MemoryLedger(),
    locks: new MemoryLocks(),
    closed: new AbortController().signal,
    missingKeys: new MissingKeys(new MemoryReloads()),
    window: { id: "window-1", openedAt: clock.now() },
    tokenEndpoint,
    clock,
    checkAddresses: () => undefined,
    onTrouble(error) {
      throw error;
    },
  });
  const waits = { clock: hurried(clock), random: () => 0.5 };
  const pacer = new Pacer(waits);
  const clientOf = (tokens: TokenSource): ProcoreClient =>
    createProcoreClient({
      api: createApi({ ...waits, transport, userAgent: "test/1", log: () => undefined, tokens, pacer }),
    });
  const procoreWith = (accessToken: Secret): ProcoreClient => {
    const fixed = async (): Promise<Secret> => accessToken;
    return clientOf({ accessToken: fixed, replaceToken: fixed });
  };
  return { connections, sessions, home, tokenEndpoint, procore: clientOf(sessions), procoreWith };
}

/** Between two sends nobody waits: the time is over at once. */
const hurried = (clock: FakeClock): Clock => ({
  now: () => clock.now(),
  async sleep(ms, signal) {
    signal?.throwIfAborted();
    await clock.advance(ms);
  },
});
