import { randomUUID } from "node:crypto";
import path from "node:path";
import { environmentsSetting } from "../platform/settings.ts";
import type { DisposableStore } from "../platform/disposables.ts";
import { Connections } from "./connections.ts";
import { createConnectionsFile } from "./connectionsFile.ts";
import type { AuthDependencies } from "./dependencies.ts";
import { createEnvironments, type Environments } from "./environments.ts";
import { lazySessions } from "./lazySessions.ts";
import type { Sessions } from "./sessions.ts";
import { createSweep } from "./sweepOnce.ts";
import { createSecretValues, createVault, type Vault } from "./vault.ts";
import { homeKind, keyringOf, reloadMemory, runsRemotely } from "./workbench.ts";

/** What this window knows and keeps. */
export interface Kept {
  readonly connections: Connections;
  readonly environments: Environments;
  readonly vault: Vault;
  readonly sessions: Sessions;
  /** Made up when the window starts. */
  readonly windowId: string;
  /** Where the files of the sessions are. */
  readonly sessionsFolder: string;
}

const activeConnectionKey = "procore.activeConnection";

/** Where connections, client secrets and sessions are kept; nothing is read yet. */
export function createKept(deps: AuthDependencies, store: DisposableStore): Kept {
  const { context, clock, locks, report, localSandbox, tokenEndpoint } = deps;
  const folder = context.globalStorageUri.fsPath;
  const connections = store.add(
    new Connections(createConnectionsFile(path.join(folder, "connections.json"), clock, locks), {
      get: () => context.workspaceState.get<string>(activeConnectionKey),
      set: (id) => context.workspaceState.update(activeConnectionKey, id),
    }),
  );
  const environments = createEnvironments({ setting: environmentsSetting, localSandbox });
  const vault = createVault(createSecretValues(context.secrets));
  const window = { id: randomUUID(), openedAt: clock.now() };
  const home = homeKind(context);
  const closing = new AbortController();
  store.add({ dispose: () => closing.abort() });
  const sessions = lazySessions(async () => {
    const { createSessions } = await import("./createSessions.ts");
    return createSessions({
      connections,
      window,
      secrets: context.secrets,
      tokenEndpoint,
      clock,
      home,
      folder,
      reloads: reloadMemory(context),
      keyring: keyringOf(context),
      // Behind one desktop, extensions on different remote machines share its secrets, and no file of theirs.
      sharing: runsRemotely(context) ? "secretsOnly" : "lock",
      locks,
      checkAddresses: (connection) => environments.checkAddresses(connection),
      closed: closing.signal,
      onStored: (...stored) => report.background(sweep(...stored), "delete old session files"),
      onTrouble: (error) => report.failure(error),
    });
  });
  const sessionsFolder = path.join(folder, "sessions");
  const sweep = createSweep({
    clock,
    home,
    connections,
    sessions,
    sweepSessions: async (options) => await (await import("./upkeep/index.ts")).sweepSessions(options),
    folder: sessionsFolder,
  });
  return { connections, environments, vault, sessions, windowId: window.id, sessionsFolder };
}
