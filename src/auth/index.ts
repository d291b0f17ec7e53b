import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import path from "node:path";
import type { Clock } from "../core/clock.ts";
import type { SignInTrouble } from "../core/diagnose/ports.ts";
import type { FollowWaits } from "../core/http/pacing/followWaits.ts";
import { ProcoreError } from "../core/errors.ts";
import { lazily } from "../core/lazily.ts";
import type { LocalSandboxSource } from "../core/localSandbox.ts";
import type { TokenEndpoint } from "../core/oauth/tokenEndpoint.ts";
import type { Secret } from "../core/secret.ts";
import type { SentRecords } from "../core/sent/sentRecords.ts";
import type { Company } from "../core/procore/companies.ts";
import type { Connection, SessionState, User } from "../core/session.ts";
import { registerCommand, type CommandId } from "../platform/commands.ts";
import { setContextKey, type ContextKeys } from "../platform/contextKeys.ts";
import { DisposableStore } from "../platform/disposables.ts";
import type { Report } from "../platform/report.ts";
import type { Locks } from "../platform/locks.ts";
import { environmentsSetting } from "../platform/settings.ts";
import type { TellWalkthrough } from "../platform/walkthrough.ts";
import { registerAuthenticationProvider } from "./authenticationProvider.ts";
import { connectionMeant } from "./connectionMeant.ts";
import { Connections } from "./connections.ts";
import { createConnectionsFile } from "./connectionsFile.ts";
import { createEnvironments } from "./environments.ts";
import { followLocalSandbox } from "./followLocalSandbox.ts";
import { lazySessions } from "./lazySessions.ts";
import type { DiagnoseDependencies } from "./diagnose/dependencies.ts";
import type { Diagnosis } from "./diagnose/index.ts";
import type { SessionPanel } from "./panel/index.ts";
import type { Requests } from "./requests/index.ts";
import { showSessionMenu } from "./sessionMenu.ts";
import type { Sessions } from "./sessions.ts";
import type * as SignInModule from "./signIn/index.ts";
import { removeConnection, signOut } from "./signOut.ts";
import { switchConnection } from "./switchConnection.ts";
import { createSecretValues, createVault } from "./vault.ts";
import { homeKind, keyringOf, reloadMemory, runsRemotely, terminalsElsewhere } from "./workbench.ts";

export interface AuthDependencies {
  readonly context: vscode.ExtensionContext;
  readonly tokenEndpoint: TokenEndpoint;
  readonly localSandbox: LocalSandboxSource;
  /** GET /me with a token that may not be stored yet. */
  readonly identify: (connection: Connection, accessToken: Secret, signal: AbortSignal) => Promise<User>;
  /** Forgets what the network keeps of a connection that was removed. */
  readonly forgetLimits: (connectionId: string) => Promise<void>;
  /** What this window sent, for Show What Was Sent. */
  readonly sent: SentRecords;
  readonly followWaits: FollowWaits;
  readonly tellWalkthrough: TellWalkthrough;
  /** GET /companies likewise: what a service account's company is called. */
  readonly companyName: (
    connection: Connection,
    accessToken: Secret,
    signal: AbortSignal,
  ) => Promise<string | undefined>;
  readonly procore: DiagnoseDependencies["procore"];
  /** One GET without a token, for Diagnose Connection. */
  readonly ask: DiagnoseDependencies["ask"];
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
  const vault = createVault(createSecretValues(context.secrets));
  const window = { id: randomUUID(), openedAt: clock.now() };
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
      home: homeKind(context),
      folder: folder.fsPath,
      reloads: reloadMemory(context),
      keyring: keyringOf(context),
      // Behind one desktop, extensions on different remote machines share its secrets, and no file of theirs.
      sharing: runsRemotely(context) ? "secretsOnly" : "lock",
      locks,
      checkAddresses: (connection) => environments.checkAddresses(connection),
      closed: closing.signal,
      onStored: (id, skewMs) => report.background(sweep(id, skewMs), "delete old session files"),
      onTrouble: (error) => report.failure(error),
    });
  });
  /** Once in the life of a window, when a server has just told the time; see `sweepSessions`. */
  let swept: "no" | "yes" = "no";
  const sweep = async (connectionId: string, skewMs: number): Promise<void> => {
    const kind = connections.get(connectionId)?.environment.kind;
    // A Local Sandbox has this machine's clock, right or wrong; a first sign-in is in no list yet.
    if (swept === "yes" || kind === undefined || kind === "local") return;
    swept = "yes";
    const { sweepSessions } = await import("./upkeep/index.ts");
    await connections.load();
    const connectionIds = new Set(connections.current.connections.map(({ id }) => id));
    const forget = sessions.forgetUnlisted;
    await sweepSessions({ folder: sessionsFolder, connectionIds, serverNow: clock.now() + skewMs, forget });
  };
  const signInTroubles = new Map<string, SignInTrouble>();
  const dialogue = lazily(async () => {
    const { SignIn, editCredentials } = await import("./signIn/index.ts");
    const signIn = new SignIn({
      ...deps,
      troubles: signInTroubles,
      connections,
      sessions,
      vault,
      environments,
      openEnvironmentsSetting,
    });
    return { signIn, editCredentials };
  });
  const companies = (connection: Connection, signal: AbortSignal): Promise<readonly Company[]> =>
    deps.procore.companies(connection, signal);
  const panel = lazily(async () => {
    const { createPanel } = await import("./panel/index.ts");
    return createPanel({
      ...deps,
      connections,
      sessions,
      folder: sessionsFolder,
      windowId: window.id,
      signIn: async () => (await dialogue()).signIn,
      companies,
      terminalsElsewhere: terminalsElsewhere(context),
      owned: store,
    });
  });
  const requests = lazily(async () => {
    const { createRequests } = await import("./requests/index.ts");
    return createRequests({ ...deps, connections, companies, owned: store });
  });
  let known: readonly Connection[] = [];
  // Another window may have removed one.
  const forgetGone = ({ connections: all }: SessionState): void => {
    for (const { id } of known) if (!all.some((connection) => connection.id === id)) deps.sent.forget(id);
    known = all;
  };
  store.add(connections.onDidChange(forgetGone));
  const diagnosis = lazily(async () => {
    const { createDiagnosis } = await import("./diagnose/index.ts");
    return createDiagnosis({
      ...deps,
      signInTrouble: (environmentId) => signInTroubles.get(environmentId),
      connections,
      sessions,
      environments,
      owned: store,
    });
  });
  const parts: Parts = {
    diagnosis,
    connections,
    sessions,
    vault,
    environments,
    tokenEndpoint,
    dialogue,
    identify: deps.identify,
    forgetLimits: deps.forgetLimits,
    sent: deps.sent,
    followWaits: deps.followWaits,
    panel,
    requests,
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
  store.add(
    connections.onDidChange((state) =>
      report.background(setContextKeys(state, deps.tellWalkthrough), "set context keys"),
    ),
  );
  store.add(
    localSandbox.onDidChange((app) => report.background(followLocalSandbox(parts, app), "follow the Local Sandbox")),
  );
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
        const isNewer = error instanceof ProcoreError && error.failure.kind === "newerVersion";
        await setContextKey("procore.state", isNewer ? "newerVersion" : "failed");
        throw error;
      } finally {
        provider.begin();
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
  readonly forgetLimits: AuthDependencies["forgetLimits"];
  readonly followWaits: FollowWaits;
  readonly sent: SentRecords;
  readonly panel: () => Promise<SessionPanel>;
  readonly requests: () => Promise<Requests>;
  readonly diagnosis: () => Promise<Diagnosis>;
  readonly clock: Clock;
  readonly report: Report;
}

function registerCommands(store: DisposableStore, parts: Parts): void {
  const { connections, report, dialogue, panel } = parts;
  store.add(registerCommand("procore.signIn", report, (argument) => startSignIn(parts, argument)));
  store.add(
    registerCommand("procore.enterAuthorizationCode", report, async () => (await dialogue()).signIn.enterCode()),
  );
  store.add(registerCommand("procore.cancelSignIn", report, () => cancelSignIn(parts)));
  store.add(registerCommand("procore.switchConnection", report, () => switchConnection(parts)));
  store.add(registerCommand("procore.removeConnection", report, () => removeConnection(parts)));
  const meant = (argument: unknown): Connection | undefined => connectionMeant(argument, connections.current);
  /** Commands that may be about another connection than the active one; so are the buttons when they fail. */
  const onConnection = (id: CommandId, run: (argument: unknown) => Promise<void>): void => {
    const attempt = async (argument: unknown): Promise<void> => {
      const connectionId = meant(argument)?.id;
      try {
        await run(argument);
      } catch (error) {
        report.failure(error, { retry: () => attempt(argument), connectionId });
      }
    };
    store.add(registerCommand(id, report, attempt));
  };
  onConnection("procore.signOut", (argument) => signOut(parts, meant(argument)));
  onConnection("procore.editCredentials", (argument) => editAppCredentials(parts, meant(argument)));
  onConnection("procore.takeOverSession", async (argument) => {
    const { takeOverSession } = await import("./upkeep/index.ts");
    await takeOverSession(parts, meant(argument));
  });
  const onPanel = (id: CommandId, run: (panel: SessionPanel, argument: unknown) => Promise<void>): void =>
    onConnection(id, async (argument) => run(await panel(), argument));
  onPanel("procore.refreshSession", (it, argument) => it.refresh(argument));
  onPanel("procore.showSession", (it, argument) => it.documents.show(argument));
  onPanel("procore.copyAccessToken", (it, argument) => it.copyAccessToken(argument));
  onPanel("procore.openTerminal", (it, argument) => it.openTerminal(argument));
  const onRequests = (id: CommandId, run: (requests: Requests, argument: unknown) => Promise<void>): void =>
    onConnection(id, async (argument) => run(await parts.requests(), argument));
  onRequests("procore.showWhatWasSent", (it, argument) => it.show(argument));
  onRequests("procore.copyStepAsCurl", (it, argument) => it.copyAsCurl(argument));
  onRequests("procore.exportPostmanCollection", (it, argument) => it.exportPostman(argument));
  onRequests("procore.copyEnvironment", (it, argument) => it.copyEnvironment(argument));
  store.add(registerCommand("procore.diagnose", report, async (argument) => (await parts.diagnosis()).run(argument)));
  store.add(
    registerCommand("procore.copyReport", report, async (argument) => (await parts.diagnosis()).copy(argument)),
  );
  store.add(
    registerCommand("procore.showSessionMenu", report, () => showSessionMenu(connections.current, parts.clock.now())),
  );
}

async function startSignIn({ connections, dialogue }: Parts, argument: unknown): Promise<void> {
  const { signIn } = await dialogue();
  const options: object = typeof argument === "object" && argument !== null ? argument : {};
  const choose = "choose" in options ? options.choose : undefined;
  const named = "connection" in options ? connectionMeant(options, connections.current) : undefined;
  if (named !== undefined) await signIn.again(named);
  else if (choose === "environment") await signIn.choose();
  else if (choose === "service-account") await signIn.chooseServiceAccount();
  else if (choose === "local-sandbox") await signIn.toLocalSandbox();
  else if (choose === "again") await signIn.restart();
  else await signIn.start();
}

async function cancelSignIn({ dialogue }: Parts): Promise<void> {
  // The code box may still be open beside the view's link.
  await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
  (await dialogue()).signIn.cancel();
}

async function editAppCredentials(parts: Parts, connection: Connection | undefined): Promise<void> {
  const { signIn, editCredentials } = await parts.dialogue();
  await editCredentials({ ...parts, signIn }, connection);
}

/** Another window may also have renewed: where tokens lie in a sealed file, nothing else tells of that. */
async function followList(connections: Connections, sessions: Sessions): Promise<void> {
  await connections.load();
  for (const { id } of connections.current.connections) sessions.forgetCached(id);
}

async function openEnvironmentsSetting(): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.openSettings", "procore.environments");
}

function forgetCached(sessions: Sessions, key: string): void {
  const match = /^procore\.(?:session|key)\.(.+)$/u.exec(key);
  if (match?.[1] !== undefined) sessions.forgetCached(match[1]);
}

function signedInAs({ environment, grant }: Connection): ContextKeys["procore.signedInAs"] {
  const isService = grant.kind === "clientCredentials";
  if (environment.kind === "local") return isService ? "localServiceAccount" : "localPerson";
  return isService ? "serviceAccount" : "person";
}

async function setContextKeys(
  { active, connections, pending }: SessionState,
  tellWalkthrough: TellWalkthrough,
): Promise<void> {
  const signedIn = active !== undefined && active.session.kind !== "signedOut";
  const state = signedIn ? "signedIn" : active === undefined ? "noConnection" : "signedOut";
  // All at once, so that a state that follows does not come in between.
  await Promise.all([
    setContextKey("procore.state", state),
    setContextKey("procore.activeIsLocal", active?.environment.kind === "local"),
    tellWalkthrough("procore.signedInAs", signedIn ? signedInAs(active) : "nobody"),
    setContextKey("procore.hasConnection", connections.length > 0),
    setContextKey("procore.signInPending", pending !== undefined),
  ]);
}
