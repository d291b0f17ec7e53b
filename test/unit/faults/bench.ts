import { Connections } from "../../../src/auth/connections.ts";
import type { StoredConnections } from "../../../src/auth/connectionsFile.ts";
import { createSecretStorageHome, type SessionHome } from "../../../src/auth/sessionHome.ts";
import { MissingKeys } from "../../../src/auth/missingKeys.ts";
import { LoadedSessions, type Sessions } from "../../../src/auth/sessions.ts";
import { createSecretValues, createVault } from "../../../src/auth/vault.ts";
import type { Clock } from "../../../src/core/clock.ts";
import { createApi } from "../../../src/core/http/api.ts";
import { Pacer } from "../../../src/core/http/pacing/pacer.ts";
import type { Transport } from "../../../src/core/http/transport.ts";
import { createTokenEndpoint, type OAuthApp, type TokenEndpoint } from "../../../src/core/oauth/tokenEndpoint.ts";
import type { ProcoreClient } from "../../../src/core/procore/client.ts";
import { createProcoreClient } from "../../../src/core/procore/procoreClient.ts";
import { companyId } from "../../../src/core/procore/ids.ts";
import { Secret } from "../../../src/core/secret.ts";
import type { Connection, Grant } from "../../../src/core/session.ts";
import { createUndiciTransport, type ClosableTransport } from "../../../src/platform/network/index.ts";
import { startSandbox, type RunningSandbox, type SandboxOptions } from "../../../src/sandbox/index.ts";
import { FakeClock } from "../../fakes/fakeClock.ts";
import { MemoryLedger } from "../../fakes/memoryLedger.ts";
import { MemoryLocks } from "../../fakes/memoryLocks.ts";
import { MemoryReloads } from "../../fakes/memoryReloads.ts";
import { MemorySecretStore } from "../../fakes/memorySecretStore.ts";
import { startRecorder, type Recorder } from "../../fakes/recorder.ts";
import { environmentParts, sampleConnection } from "../../fakes/sampleConnection.ts";

/**
 * The product's own parts, from the session down to the socket, signed in to a Local Sandbox: only where things are
 * kept is in memory. A sign-in waits for its code beside the session, as one does that was begun for another user.
 */
export interface Bench {
  sandbox: RunningSandbox;
  readonly sandboxOptions: SandboxOptions;
  readonly clock: FakeClock;
  /** Of login service and API. */
  readonly origin: string;
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly home: SessionHome;
  readonly tokenEndpoint: TokenEndpoint;
  readonly procore: ProcoreClient;
  readonly app: OAuthApp;
  /** A code that was shown and not used yet. */
  readonly code: Secret;
  /** Every request that left, as "POST http://host/path". */
  readonly sent: string[];
  /** Whose each of them was, for the choice of a transport and for the records. */
  readonly owners: (string | undefined)[];
  /** Another host, which must hear of nothing. */
  readonly elsewhere: Recorder;
  /** As it is listed now. */
  readonly connection: () => Connection;
  close(): Promise<void>;
}

const grants: Readonly<Record<"person" | "service", Grant>> = {
  person: { kind: "authorizationCode" },
  service: { kind: "clientCredentials", companyId: companyId(1), companyName: undefined },
};

const id = "0b6f2c52-6a0f-4e0e-9c43-0d6d6a1f6b8e";
export const pending = { environmentLabel: "Local Sandbox", startedAt: 0 };

/** Opens a bench whose session, a person's or a service account's, is good for 90 minutes. */
export async function openBench(
  options: Partial<SandboxOptions> = {},
  account: "person" | "service" = "person",
): Promise<Bench> {
  const clock = new FakeClock();
  const sandboxOptions = { clock, companies: 1, projects: 0, ...options };
  const sandbox = await startSandbox(sandboxOptions);
  // By name, so that a name can be lost.
  const origin = `http://localhost:${sandbox.port}`;
  const keys = account === "service" ? sandbox.serviceAccount : sandbox;
  const { clientId } = keys;
  const clientSecret = new Secret(keys.clientSecret);
  const app = { environmentLabel: "Production", loginOrigin: origin, clientId, clientSecret };
  const sent: string[] = [];
  const owners: (string | undefined)[] = [];
  const setUp = createUndiciTransport({ clock });
  const undici = createUndiciTransport({ clock });
  const parts = createParts(clock, noting(undici, { sent, owners }));
  const login = endpointOf(clock, setUp);
  const tokens =
    account === "service"
      ? await login.clientCredentials(app)
      : await login.exchangeCode(app, new Secret(sandbox.control.issueCode()));
  await setUp.close();
  const { environment } = environmentParts("production");
  const origins = { login: origin, api: origin, web: origin };
  await parts.sessions.begin(
    sampleConnection({ id, environment, origins, clientId, grant: grants[account] }),
    tokens,
    clientSecret,
  );
  parts.connections.setPending(pending);
  const code = new Secret(sandbox.control.issueCode());
  const elsewhere = await startRecorder();
  const bench: Bench = {
    ...parts,
    sandbox,
    sandboxOptions,
    clock,
    origin,
    app,
    code,
    sent,
    owners,
    elsewhere,
    connection() {
      const connection = parts.connections.get(id);
      if (connection === undefined) throw new Error("The connection is gone");
      return connection;
    },
    async close() {
      await undici.close();
      await bench.sandbox.close();
      await elsewhere.close();
    },
  };
  bench.sandbox.control.clearRequests();
  return bench;
}

const noting =
  (transport: ClosableTransport, { sent, owners }: Pick<Bench, "sent" | "owners">): Transport =>
  (request, signal) => {
    sent.push(`${request.method} ${request.url}`);
    owners.push(request.connectionId);
    return transport(request, signal);
  };

const endpointOf = (clock: FakeClock, transport: Transport): TokenEndpoint =>
  createTokenEndpoint({ transport, clock, userAgent: "test/1", log: () => undefined });

type Parts = Pick<Bench, "connections" | "sessions" | "home" | "tokenEndpoint" | "procore">;

function createParts(clock: FakeClock, transport: Transport): Parts {
  let stored: StoredConnections = { connections: [], lastUsed: undefined };
  const file = {
    read: async () => stored,
    update: async (change: (was: StoredConnections) => StoredConnections) => (stored = change(stored)),
    setAside: async () => undefined,
  };
  const connections = new Connections(file, { get: () => undefined, set: async () => undefined });
  const values = createSecretValues(new MemorySecretStore());
  const home = createSecretStorageHome(values);
  const tokenEndpoint = endpointOf(clock, transport);
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
  const api = createApi({ ...waits, transport, userAgent: "test/1", log: () => undefined, tokens: sessions, pacer });
  return { connections, sessions, home, tokenEndpoint, procore: createProcoreClient({ api }) };
}

/** Between two sends nobody waits: the time is over at once. */
const hurried = (clock: FakeClock): Clock => ({
  now: () => clock.now(),
  async sleep(ms, signal) {
    signal?.throwIfAborted();
    await clock.advance(ms);
  },
});
