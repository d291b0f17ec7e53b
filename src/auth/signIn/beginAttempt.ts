import * as l10n from "@vscode/l10n";
import { ProcoreError } from "../../core/errors.ts";
import type { LocalSandboxSource } from "../../core/localSandbox.ts";
import { localSandboxId } from "../../core/procore/environments.ts";
import type { Connection } from "../../core/session.ts";
import { withProgress } from "../../platform/cancellation.ts";
import type { Connections } from "../connections.ts";
import type { Environments } from "../environments.ts";
import type { Vault } from "../vault.ts";
import { createAttempt, type Account, type ReachableEnvironment } from "./attempt.ts";
import { confirmAddresses } from "./confirmAddresses.ts";
import type { Drafts } from "./drafts.ts";
import { askEnvironment, askServiceEnvironment } from "./environmentStep.ts";
import { left, type Place } from "./place.ts";

export interface BeginDependencies {
  readonly environments: Pick<Environments, "get" | "list" | "problems">;
  readonly connections: Pick<Connections, "get" | "current">;
  readonly vault: Pick<Vault, "clientSecret">;
  readonly localSandbox: Pick<LocalSandboxSource, "start">;
  readonly drafts: Drafts;
  /** Opens the user's settings at `procore.environments`. */
  readonly openEnvironmentsSetting: () => Promise<void>;
}

/** Asks for an environment or connection, and begins there. `lastId` is the environment that is marked. */
export async function chooseEnvironment(deps: BeginDependencies, lastId: string | undefined): Promise<Place> {
  const { environments, connections } = deps;
  const result = await askEnvironment({
    environments: environments.list(),
    connections: connections.current.connections,
    problems: environments.problems(),
    chosen: lastId,
  });
  if (result.kind !== "answer") return left;
  const { answer } = result;
  if (answer.kind === "settings") {
    await deps.openEnvironmentsSetting();
    return left;
  }
  if (answer.kind === "serviceAccount") return { step: "serviceEnvironment" };
  if (answer.kind === "environment") return await beginIn(deps, answer.id, "authorizationCode");
  const connection = connections.get(answer.id);
  return connection === undefined ? { step: "environment" } : await beginAgain(deps, connection);
}

/** Asks for the environment of a service account, and begins there. */
export async function chooseServiceEnvironment(deps: BeginDependencies): Promise<Place> {
  const result = await askServiceEnvironment(deps.environments.list());
  if (result.kind === "back") return { step: "environment" };
  if (result.kind === "closed") return left;
  return await beginIn(deps, result.answer, "clientCredentials");
}

/** Begins an attempt at the environment that was chosen, by its id; one that is gone leads back to the choice. */
async function beginIn(deps: BeginDependencies, id: string, account: Account): Promise<Place> {
  if (id === localSandboxId) return await beginInLocalSandbox(deps, account);
  const environment = reachable(deps, id);
  if (environment === undefined) return { step: "environment" };
  const attempt = createAttempt(environment, { account });
  deps.drafts.resume(attempt);
  return { step: account === "clientCredentials" ? "company" : "clientId", attempt };
}

/**
 * Begins an attempt to sign a connection in again, with the client ID and secret that are kept for it.
 * @throws ProcoreError `environmentGone`
 */
export async function beginAgain(deps: BeginDependencies, connection: Connection): Promise<Place> {
  const account = connection.grant.kind;
  if (connection.environment.kind === "local") return await beginInLocalSandbox(deps, account, connection);
  const environment = reachable(deps, connection.environment.id);
  if (environment === undefined) {
    throw new ProcoreError({ kind: "environmentGone", environment: connection.environment.label });
  }
  if (!(await confirmAddresses(connection, environment))) return left;
  const attempt = createAttempt(environment, { account, connection });
  try {
    attempt.keptSecret = await deps.vault.clientSecret(connection.id);
    attempt.clientSecret = attempt.keptSecret;
  } catch (error) {
    // A keyring that cannot be read is no dead end: the secret can be entered again.
    if (!(error instanceof ProcoreError)) throw error;
    deps.drafts.resume(attempt);
    return { step: "clientSecret", attempt, message: { text: error.message, severity: "warning" } };
  }
  deps.drafts.resume(attempt);
  // What was typed may be half a secret.
  const isKept = attempt.clientSecret !== undefined && attempt.clientSecret === attempt.keptSecret;
  return { step: isKept ? "check" : "clientSecret", attempt };
}

/** Begins an attempt at the Local Sandbox, which is started first and brings its own keys. */
export async function beginInLocalSandbox(
  deps: BeginDependencies,
  account: Account,
  connection?: Connection,
): Promise<Place> {
  const app = await withProgress(l10n.t("Starting the Local Sandbox"), () => deps.localSandbox.start());
  const environment = reachable(deps, localSandboxId);
  if (app === undefined || environment === undefined) return left;
  const known = connection === undefined ? undefined : deps.connections.get(connection.id);
  const { clientId, clientSecret } = account === "clientCredentials" ? app.serviceAccount : app;
  const attempt = createAttempt(environment, {
    account,
    connection: known?.clientId === clientId ? known : undefined,
  });
  attempt.clientId = clientId;
  attempt.clientSecret = clientSecret;
  return { step: account === "clientCredentials" && attempt.typedCompany === "" ? "company" : "check", attempt };
}

function reachable({ environments }: BeginDependencies, id: string): ReachableEnvironment | undefined {
  const environment = environments.get(id);
  return environment?.origins === undefined ? undefined : { ...environment, origins: environment.origins };
}
