import { randomUUID } from "node:crypto";
import path from "node:path";
import { Connections } from "../../src/auth/connections.ts";
import { createConnectionsFile } from "../../src/auth/connectionsFile.ts";
import { createLedger, type Ledger } from "../../src/auth/ledger.ts";
import { createSealedHome, createSecretStorageHome, type SessionHome } from "../../src/auth/sessionHome.ts";
import { LoadedSessions, type Sessions } from "../../src/auth/sessions.ts";
import { createSecretValues, createVault } from "../../src/auth/vault.ts";
import type { Clock } from "../../src/core/clock.ts";
import { createApi } from "../../src/core/http/api.ts";
import { Pacer } from "../../src/core/http/pacing/pacer.ts";
import { createTokenEndpoint, type TokenEndpoint } from "../../src/core/oauth/tokenEndpoint.ts";
import type { ProcoreClient } from "../../src/core/procore/client.ts";
import { createProcoreClient } from "../../src/core/procore/procoreClient.ts";
import { MissingKeys } from "../../src/auth/missingKeys.ts";
import { createTextFiles } from "../../src/platform/atomicFile.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { systemProcesses, type Processes } from "../../src/platform/connectionLock/processes.ts";
import { createLocks, type Locks, type StillHeld } from "../../src/platform/locks.ts";
import { createUndiciTransport } from "../../src/platform/network/index.ts";
import { fingerprint } from "../../src/sandbox/index.ts";
import type { Random } from "./random.ts";
import { nameOfFailure, type Tell, type WorkerOptions } from "./reports.ts";
import { MemoryReloads } from "../fakes/memoryReloads.ts";
import { createSecretFiles } from "./secretFiles.ts";

/** A server that says nothing is given up after this time; longer than a worker is ever stopped. */
const headersTimeoutMs = 2_500;

/** The session parts of one window of the editor, as the extension puts them together, without the editor. */
export interface SessionWindow {
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly home: SessionHome;
  readonly ledger: Ledger;
  readonly locks: Locks;
  readonly tokenEndpoint: TokenEndpoint;
  readonly procore: ProcoreClient;
  close(): Promise<void>;
}

/** How a window is opened: `random` decides how late it hears of the others, and how long it waits before it tries again. */
export type WindowOptions = Omit<WorkerOptions, "seed"> & { readonly random: Random };

/** Opens a window on a storage folder; `tell` hears when a lock is looked at and a refresh token leaves, comes, is stored. */
export async function openWindow(
  { folder, name, wallOffsetMs, home: kind, place, random }: WindowOptions,
  tell: Tell = () => undefined,
  reloads = new MemoryReloads(),
): Promise<SessionWindow> {
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + wallOffsetMs };
  const onTrouble = (error: unknown): void => tell({ kind: "trouble", failure: nameOfFailure(error) });
  const locks = toldLocks(
    place === "here" ? createLocks({ folder, clock, onTrouble }) : createLocksElsewhere(folder, clock, onTrouble),
    tell,
  );
  const sessionsFolder = path.join(folder, "sessions");
  // Whoever has the key of a sealed file has it from the start of its window on: there is nothing to come late.
  const secretsOf = kind === "sealedFile" ? "all windows" : name;
  const store = createSecretFiles(path.join(folder, "secrets"), { window: secretsOf, clock, random });
  const values = createSecretValues(store);
  const connections = new Connections(createConnectionsFile(path.join(folder, "connections.json"), clock, locks), {
    get: () => undefined,
    set: async () => undefined,
  });
  const transport = createUndiciTransport({ clock, headersTimeoutMs });
  const http = { transport, clock, userAgent: name, log: () => undefined };
  const tokenEndpoint = toldEndpoint(createTokenEndpoint(http), tell);
  const home = toldHome(
    kind === "sealedFile"
      ? createSealedHome({ values, folder: sessionsFolder, files: createTextFiles(clock) })
      : createSecretStorageHome(values, () => systemClock.sleep(100)),
    tell,
  );
  const ledger = createLedger(sessionsFolder, clock);
  const vault = createVault(values);
  const checkAddresses = (): void => undefined;
  const sessions = new LoadedSessions({
    connections,
    vault,
    tokenEndpoint,
    home,
    ledger,
    locks,
    clock,
    closed: new AbortController().signal,
    missingKeys: new MissingKeys(reloads),
    window: { id: randomUUID(), openedAt: clock.now() },
    checkAddresses,
    onTrouble,
  });
  const pacer = new Pacer({ clock, random: random.next });
  const api = createApi({ ...http, random: random.next, tokens: sessions, pacer });
  await connections.load();
  const procore = createProcoreClient({ api });
  return { connections, sessions, home, ledger, locks, tokenEndpoint, procore, close: () => transport.close() };
}

function toldLocks(locks: Locks, tell: Tell): Locks {
  return {
    ...locks,
    hold: (name, work, signal) => {
      const told = (stillHeld: StillHeld) => (): ReturnType<StillHeld> => {
        tell({ kind: "looking", lock: name });
        return stillHeld();
      };
      return locks.hold(name, (stillHeld) => work(told(stillHeld)), signal);
    },
  };
}

function toldEndpoint(endpoint: TokenEndpoint, tell: Tell): TokenEndpoint {
  return {
    ...endpoint,
    async refresh(app, refreshToken, signal) {
      const spent = fingerprint(refreshToken.reveal());
      tell({ kind: "sending", spent });
      try {
        const renewed = await endpoint.refresh(app, refreshToken, signal);
        tell({ kind: "answered", spent, issued: fingerprint(renewed.refreshToken?.reveal() ?? "") });
        return renewed;
      } catch (error) {
        tell({ kind: "notAnswered", spent, failure: nameOfFailure(error) });
        throw error;
      }
    },
  };
}

function toldHome(home: SessionHome, tell: Tell): SessionHome {
  return {
    ...home,
    async putSession(connectionId, session, occasion) {
      const issued = fingerprint(session.tokens.refreshToken?.reveal() ?? "");
      try {
        const put = await home.putSession(connectionId, session, occasion);
        tell({ kind: put === "stored" ? "stored" : "notStored", issued });
        return put;
      } catch (error) {
        tell({ kind: "notStored", issued });
        throw error;
      }
    },
  };
}

/** Locks of a process that others cannot check, for systems that make no pid namespaces. */
function createLocksElsewhere(folder: string, clock: Clock, onTrouble: (error: unknown) => void): Locks {
  const processes: Processes = {
    look: (identity) => systemProcesses.look(identity),
    async self() {
      const self = await systemProcesses.self();
      return { ...self, pidNamespace: `elsewhere ${process.pid}`, host: `elsewhere ${process.pid}` };
    },
  };
  return createLocks({ folder, clock, processes, onTrouble });
}
