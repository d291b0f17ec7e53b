import * as vscode from "vscode";
import path from "node:path";
import type { Clock } from "../core/clock.ts";
import { lazily } from "../core/lazily.ts";
import type { LocalSandboxApp, LocalSandboxSource } from "../core/localSandbox.ts";
import type { TokenEndpoint } from "../core/oauth/tokenEndpoint.ts";
import type { Origins } from "../core/procore/environments.ts";
import type { Secret } from "../core/secret.ts";
import type { Connection, SessionState, User } from "../core/session.ts";
import { withProgress } from "../platform/cancellation.ts";
import { registerCommand, runCommand } from "../platform/commands.ts";
import { setContextKey } from "../platform/contextKeys.ts";
import { DisposableStore } from "../platform/disposables.ts";
import type { Report } from "../platform/report.ts";
import type { Locks } from "../platform/locks.ts";
import { environmentsSetting } from "../platform/settings.ts";
import { Connections } from "./connections.ts";
import { createLedger } from "./ledger.ts";
import { createConnectionsFile } from "./connectionsFile.ts";
import { createEnvironments } from "./environments.ts";
import { showSessionMenu } from "./sessionMenu.ts";
import { Sessions } from "./sessions.ts";
import type * as SignInModule from "./signIn/index.ts";
import { removeConnection, signOut } from "./signOut.ts";
import { switchConnection } from "./switchConnection.ts";
import { createSealedHome, createSecretStorageHome, type HomeKind } from "./sessionHome.ts";
import { createSecretValues, createVault } from "./vault.ts";

export interface AuthDependencies {
  readonly context: vscode.ExtensionContext;
  readonly tokenEndpoint: TokenEndpoint;
  readonly localSandbox: LocalSandboxSource;
  /** GET /me with a token that may not be stored yet. */
  readonly identify: (connection: Connection, accessToken: Secret, signal: AbortSignal) => Promise<User>;
  readonly clock: Clock;
  readonly locks: Locks;
  readonly report: Report;
}

/** Connections, sessions and everything that changes them. */
export interface Auth {
  readonly connections: Connections;
  readonly sessions: Sessions;
  /** Reads `connections.json`; no secret is read. */
  load(): Promise<void>;
  dispose(): void;
}

const activeConnectionKey = "procore.activeConnection";

/** Where connections and sessions are kept, and the commands that change them. */
export function registerAuth(deps: AuthDependencies): Auth {
  const { context, clock, locks, report, localSandbox, tokenEndpoint } = deps;
  const store = new DisposableStore();
  const folder = context.globalStorageUri;
  const sessionsFolder = path.join(folder.fsPath, "sessions");
  const connections = store.add(
    new Connections(createConnectionsFile(path.join(folder.fsPath, "connections.json"), clock, locks), {
      get: () => context.workspaceState.get<string>(activeConnectionKey),
      set: (id) => context.workspaceState.update(activeConnectionKey, id),
    }),
  );
  const environments = createEnvironments({ setting: environmentsSetting, localSandbox });
  const values = createSecretValues(context.secrets);
  const vault = createVault(values);
  const sessions = new Sessions({
    connections,
    vault,
    tokenEndpoint,
    clock,
    home:
      homeKind(context) === "sealedFile"
        ? createSealedHome({ values, folder: sessionsFolder, clock })
        : createSecretStorageHome(values),
    ledger: createLedger(sessionsFolder, clock),
    locks,
    checkAddresses: (connection) => environments.checkAddresses(connection),
    onTrouble: (error) => report.failure(error),
  });
  const dialogue = lazily(async () => {
    const { SignIn, editCredentials } = await import("./signIn/index.ts");
    const signIn = new SignIn({ ...deps, connections, sessions, vault, environments, openEnvironmentsSetting });
    return { signIn, editCredentials };
  });
  const parts = {
    connections,
    sessions,
    vault,
    environments,
    tokenEndpoint,
    dialogue,
    identify: deps.identify,
    clock,
    report,
  };

  const follow = (): void =>
    report.background(followList(connections, sessions), "read the connections that another window changed");
  const watcher = store.add(
    vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, "connections.json")),
  );
  watcher.onDidCreate(follow);
  watcher.onDidChange(follow);
  store.add(context.secrets.onDidChange(({ key }) => forgetCached(sessions, key)));
  store.add(connections.onDidChange((state) => report.background(setContextKeys(state), "set context keys")));
  store.add(
    localSandbox.onDidChange((app) => report.background(followLocalSandbox(parts, app), "follow the Local Sandbox")),
  );
  registerCommands(store, parts);

  return {
    connections,
    sessions,
    async load() {
      try {
        await connections.load();
        await setContextKeys(connections.current);
      } catch (error) {
        await setContextKey("procore.state", "failed");
        throw error;
      }
    },
    dispose: () => store.dispose(),
  };
}

interface Parts {
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly vault: ReturnType<typeof createVault>;
  readonly environments: ReturnType<typeof createEnvironments>;
  readonly tokenEndpoint: TokenEndpoint;
  readonly dialogue: () => Promise<{
    readonly signIn: SignInModule.SignIn;
    readonly editCredentials: typeof SignInModule.editCredentials;
  }>;
  readonly identify: AuthDependencies["identify"];
  readonly clock: Clock;
  readonly report: Report;
}

function registerCommands(store: DisposableStore, parts: Parts): void {
  const { connections, report, dialogue } = parts;
  store.add(registerCommand("procore.signIn", report, (options) => startSignIn(parts, options)));
  store.add(
    registerCommand("procore.enterAuthorizationCode", report, async () => (await dialogue()).signIn.enterCode()),
  );
  store.add(registerCommand("procore.signOut", report, () => signOut(parts)));
  store.add(registerCommand("procore.switchConnection", report, () => switchConnection(parts)));
  store.add(registerCommand("procore.editCredentials", report, () => editAppCredentials(parts)));
  store.add(registerCommand("procore.removeConnection", report, () => removeConnection(parts)));
  store.add(registerCommand("procore.refreshSession", report, () => refreshSession(parts)));
  const menu = (): Promise<void> =>
    showSessionMenu(connections.current, {
      now: parts.clock.now(),
      cancelSignIn: async () => (await dialogue()).signIn.cancel(),
    });
  store.add(registerCommand("procore.showSessionMenu", report, menu));
}

async function startSignIn({ dialogue }: Parts, options: unknown): Promise<void> {
  const { signIn } = await dialogue();
  const choose = typeof options === "object" && options !== null && "choose" in options ? options.choose : undefined;
  if (choose === "environment") await signIn.choose();
  else if (choose === "local-sandbox") await signIn.toLocalSandbox();
  else await signIn.start();
}

async function editAppCredentials(parts: Parts): Promise<void> {
  const { signIn, editCredentials } = await parts.dialogue();
  await editCredentials({ ...parts, signIn });
}

async function refreshSession(parts: Parts): Promise<void> {
  const { connections, sessions } = parts;
  const { active } = connections.current;
  if (active === undefined || active.session.kind === "signedOut") {
    vscode.window.showInformationMessage("You are not signed in.");
    return;
  }
  const renewed = await withProgress("Refreshing the session", async (signal) => {
    await sessions.renewNow(active, signal);
    if (active.user === undefined) await learnUser(parts, active, signal);
    return "renewed" as const;
  });
  if (renewed !== undefined) vscode.window.setStatusBarMessage("Session refreshed", 3_000);
}

/** Another window may also have renewed: where tokens lie in a sealed file, nothing else tells of that. */
async function followList(connections: Connections, sessions: Sessions): Promise<void> {
  await connections.load();
  for (const { id } of connections.current.connections) sessions.forgetCached(id);
}

/** `/me` failed at sign-in; now it may answer. */
async function learnUser(parts: Parts, connection: Connection, signal: AbortSignal): Promise<void> {
  const user = await parts.identify(connection, await parts.sessions.accessToken(connection, signal), signal);
  await parts.connections.change(connection.id, { user });
}

/** A Local Sandbox that was stopped or started anew knows no old token: its connections begin as signed out. */
async function followLocalSandbox(parts: Parts, app: LocalSandboxApp | undefined): Promise<void> {
  // Another window may have signed in to it already.
  await parts.connections.load();
  for (const connection of parts.connections.current.connections) {
    if (connection.environment.kind !== "local") continue;
    const same = connection.origins.api === app?.origin && connection.clientId === app.clientId;
    const over = app === undefined && connection.session.kind === "signedOut";
    if (same || over) continue;
    await parts.sessions.forget(connection.id);
    await parts.connections.change(connection.id, {
      session: { kind: "signedOut" },
      ...(app === undefined ? {} : { clientId: app.clientId, origins: originsOf(app) }),
    });
  }
  await refreshLocalRows(parts, app);
}

/** Rows of a connection to it may say that it is not running. */
async function refreshLocalRows({ connections }: Parts, app: LocalSandboxApp | undefined): Promise<void> {
  if (app !== undefined && connections.current.active?.environment.kind === "local") {
    await runCommand("procore.refreshExplorer");
  }
}

const originsOf = ({ origin }: LocalSandboxApp): Origins => ({ login: origin, api: origin, web: origin });

async function openEnvironmentsSetting(): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.openSettings", "procore.environments");
}

function forgetCached(sessions: Sessions, key: string): void {
  const match = /^procore\.(?:session|key)\.(.+)$/u.exec(key);
  if (match?.[1] !== undefined) sessions.forgetCached(match[1]);
}

/** Which home sessions have is decided by the kind of workbench alone; tests may choose, nobody else. */
function homeKind({ extensionMode }: vscode.ExtensionContext): HomeKind {
  const chosen = process.env["PROCORE_TEST_SESSION_HOME"];
  if (extensionMode === vscode.ExtensionMode.Test && (chosen === "secretStorage" || chosen === "sealedFile")) {
    return chosen;
  }
  return vscode.env.uiKind === vscode.UIKind.Web ? "sealedFile" : "secretStorage";
}

async function setContextKeys({ active, connections, pending }: SessionState): Promise<void> {
  const signedIn = active !== undefined && active.session.kind !== "signedOut";
  const state = signedIn ? "signedIn" : active === undefined ? "noConnection" : "signedOut";
  await setContextKey("procore.state", state);
  await setContextKey("procore.activeIsLocal", active?.environment.kind === "local");
  await setContextKey("procore.hasConnection", connections.length > 0);
  await setContextKey("procore.signInPending", pending !== undefined);
}
