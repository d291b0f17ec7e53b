import * as vscode from "vscode";
import type { SignInTrouble } from "../core/diagnose/ports.ts";
import type { FollowWaits } from "../core/http/pacing/followWaits.ts";
import { lazily } from "../core/lazily.ts";
import type { TokenEndpoint } from "../core/oauth/tokenEndpoint.ts";
import type { Company } from "../core/procore/companies.ts";
import type { SentRecords } from "../core/sent/sentRecords.ts";
import type { Connection } from "../core/session.ts";
import type { Clock } from "../core/clock.ts";
import type { DisposableStore } from "../platform/disposables.ts";
import type { Report } from "../platform/report.ts";
import type { Connections } from "./connections.ts";
import type { AuthDependencies } from "./dependencies.ts";
import type { Diagnosis } from "./diagnose/index.ts";
import type { Environments } from "./environments.ts";
import type { Kept } from "./kept.ts";
import type { SessionPanel } from "./panel/index.ts";
import type { Requests } from "./requests/index.ts";
import type { Sessions } from "./sessions.ts";
import type * as SignInModule from "./signIn/index.ts";
import type { Vault } from "./vault.ts";
import { terminalsElsewhere } from "./workbench.ts";

/** What the commands work with. Functions without arguments load a bundle, by their first call. */
export interface Parts {
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly vault: Vault;
  readonly environments: Environments;
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

/** What is loaded when a command needs it. */
export function createParts(deps: AuthDependencies, kept: Kept, store: DisposableStore): Parts {
  const { connections, sessions, vault, environments } = kept;
  const { context, clock, report, tokenEndpoint } = deps;
  const signInTroubles = new Map<string, SignInTrouble>();
  const signInTrouble = (environmentId: string): SignInTrouble | undefined => signInTroubles.get(environmentId);
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
      folder: kept.sessionsFolder,
      windowId: kept.windowId,
      signIn: async () => (await dialogue()).signIn,
      companies,
      terminalsElsewhere: terminalsElsewhere(context),
      owned: store,
    });
  });
  const requests = lazily(async () => {
    const { createRequests } = await import("./requests/index.ts");
    return createRequests({ ...deps, signInTrouble, connections, companies, owned: store });
  });
  const diagnosis = lazily(async () => {
    const { createDiagnosis } = await import("./diagnose/index.ts");
    return createDiagnosis({
      ...deps,
      signInTrouble,
      connections,
      sessions,
      environments,
      owned: store,
    });
  });
  return {
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
}

async function openEnvironmentsSetting(): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.openSettings", "procore.environments");
}
