import * as vscode from "vscode";
import type { Connection, SessionState } from "../core/session.ts";
import { DisposableStore } from "../platform/disposables.ts";
import { registerAuthenticationProvider } from "./authenticationProvider.ts";
import { registerCommands } from "./commands.ts";
import type { Connections } from "./connections.ts";
import type { AuthDependencies } from "./dependencies.ts";
import { followLocalSandbox } from "./followLocalSandbox.ts";
import { createKept } from "./kept.ts";
import { createParts, type Parts } from "./parts.ts";
import { setContextKeys, setFailedKey } from "./sessionKeys.ts";
import type { Sessions } from "./sessions.ts";
import { signOut } from "./signOut.ts";

/** Connections, sessions and everything that changes them. */
export interface Auth {
  readonly connections: Connections;
  readonly sessions: Sessions;
  /** Reads `connections.json`; no secret is read. */
  load(): Promise<void>;
  dispose(): void;
}

/** Where connections and sessions are kept, and the commands that change them. */
export function registerAuth(deps: AuthDependencies): Auth {
  const store = new DisposableStore();
  const kept = createKept(deps, store);
  const { connections, sessions } = kept;
  const parts = createParts(deps, kept, store);
  const { panel } = parts;
  followChanges(deps, parts, store);
  registerCommands(store, parts);
  const provider = store.add(
    registerAuthenticationProvider({
      connections,
      handOut: async (accountId) => (await panel()).handOut(accountId),
      create: async (accountId) => (await panel()).createSession(accountId),
      signOut: (connection) => signOut(parts, connection),
    }),
  );

  return {
    connections,
    sessions,
    async load() {
      try {
        await connections.load();
        await setContextKeys(connections.current, deps.tellWalkthrough);
      } catch (error) {
        await setFailedKey(error);
        throw error;
      } finally {
        provider.begin();
      }
    },
    dispose: () => store.dispose(),
  };
}

/** What another window, the Local Sandbox and the connections themselves change. */
function followChanges(deps: AuthDependencies, parts: Parts, store: DisposableStore): void {
  const { context, localSandbox, report } = deps;
  const { connections, sessions } = parts;
  let known: readonly Connection[] = [];
  // Another window may have removed one.
  const forgetGone = ({ connections: all }: SessionState): void => {
    for (const { id } of known) if (!all.some((connection) => connection.id === id)) deps.sent.forget(id);
    known = all;
  };
  store.add(connections.onDidChange(forgetGone));
  const follow = (): void =>
    report.background(followList(connections, sessions), "read the connections that another window changed");
  const watcher = store.add(
    vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(context.globalStorageUri, "connections.json")),
  );
  watcher.onDidCreate(follow);
  watcher.onDidChange(follow);
  store.add(context.secrets.onDidChange(({ key }) => forgetCached(sessions, key)));
  store.add(
    connections.onDidChange((state) =>
      report.background(setContextKeys(state, deps.tellWalkthrough), "set context keys"),
    ),
  );
  store.add(
    localSandbox.onDidChange((app) => report.background(followLocalSandbox(parts, app), "follow the Local Sandbox")),
  );
}

/** Another window may also have renewed: where tokens lie in a sealed file, nothing else tells of that. */
async function followList(connections: Connections, sessions: Sessions): Promise<void> {
  await connections.load();
  for (const { id } of connections.current.connections) sessions.forgetCached(id);
}

function forgetCached(sessions: Sessions, key: string): void {
  const match = /^procore\.(?:session|key)\.(.+)$/u.exec(key);
  if (match?.[1] !== undefined) sessions.forgetCached(match[1]);
}
