import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { ProcoreError } from "../../core/errors.ts";
import type { TokenEndpoint } from "../../core/oauth/tokenEndpoint.ts";
import type { SentRecords } from "../../core/sent/sentRecords.ts";
import type { Connection } from "../../core/session.ts";
import type { Report } from "../../platform/report.ts";
import type { Connections } from "../connections.ts";
import type { Environments } from "../environments.ts";
import type { Sessions } from "../sessions.ts";
import { appOf, createAttempt, signingIn, type Attempt } from "./attempt.ts";
import { askClientId, askClientSecret } from "./credentialSteps.ts";
import type { SignIn } from "./signIn.ts";

export interface EditCredentialsDependencies {
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly environments: Environments;
  readonly tokenEndpoint: TokenEndpoint;
  readonly signIn: SignIn;
  /** What this window sent: the check of changed keys becomes the connection's. */
  readonly sent: Pick<SentRecords, "claim">;
  readonly report: Pick<Report, "told">;
}

const title = l10n.t("Edit app credentials");

/**
 * Asks for client ID and secret of a connection and tries them before they are kept. A changed secret keeps
 * the session; another client ID is another app, so it goes on to sign in as a connection of its own.
 */
export async function editCredentials(deps: EditCredentialsDependencies, meant: Connection | undefined): Promise<void> {
  if (meant === undefined) {
    const chosen = await vscode.window.showInformationMessage(l10n.t("There is no connection yet."), l10n.t("Sign In"));
    if (chosen !== undefined) await deps.signIn.start();
    return;
  }
  if (meant.environment.kind === "local") {
    vscode.window.showInformationMessage(
      l10n.t("The Local Sandbox makes its own client ID and secret; there is nothing to edit."),
    );
    return;
  }
  deps.environments.checkAddresses(meant);
  await deps.sessions.assertMayStore();
  const attempt = attemptFor(deps, meant);
  if ((await ask(deps, attempt)) === "done") await keep(deps, meant.id, attempt);
}

function attemptFor(deps: EditCredentialsDependencies, connection: Connection): Attempt {
  const environment = deps.environments.get(connection.environment.id);
  if (environment === undefined) {
    throw new ProcoreError({ kind: "environmentGone", environment: connection.environment.label });
  }
  const options = { account: connection.grant.kind, connection };
  return createAttempt({ ...environment, origins: connection.origins }, options);
}

async function ask(deps: EditCredentialsDependencies, attempt: Attempt): Promise<"done" | "closed"> {
  const frame = { title, totalSteps: 2, attempt };
  let step: "clientId" | "clientSecret" = "clientId";
  for (;;) {
    if (step === "clientId") {
      const result = await askClientId({ ...frame, step: 1, back: "hidden" });
      if (result.kind !== "answer") return "closed";
      step = "clientSecret";
    } else {
      const check = async (signal: AbortSignal): Promise<void> => {
        await deps.tokenEndpoint.checkCredentials(appOf(attempt), signal);
      };
      const result = await askClientSecret({ ...frame, step: 2, back: "shown", check, report: deps.report });
      if (result.kind === "closed") return "closed";
      if (result.kind === "answer") return "done";
      step = "clientId";
    }
  }
}

async function keep(deps: EditCredentialsDependencies, connectionId: string, attempt: Attempt): Promise<void> {
  const { clientId, clientSecret } = appOf(attempt);
  // As it is now: the dialogue may have been open for long.
  const connection = deps.connections.get(connectionId);
  if (connection === undefined) {
    vscode.window.showInformationMessage(l10n.t("This connection was removed meanwhile; nothing was saved."));
    return;
  }
  if (clientId !== connection.clientId) {
    const chosen = await vscode.window.showInformationMessage(
      l10n.t("Another client ID is another app: it becomes a connection of its own."),
      { modal: true, detail: l10n.t("The connection you have stays as it is.") },
      l10n.t("Sign In to the New App"),
    );
    if (chosen === undefined) return;
    await deps.signIn.withKeys(attempt);
    return;
  }
  deps.sent.claim(signingIn(attempt), connection.id);
  const kept = await deps.sessions.changeSecret(connection.id, clientSecret);
  if (kept === "stored") vscode.window.setStatusBarMessage(l10n.t("Client secret saved"), 3_000);
}
