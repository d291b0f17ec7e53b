import * as vscode from "vscode";
import { ProcoreError } from "../core/errors.ts";
import { isProcoreHost } from "../core/procore/customEnvironments.ts";
import type { Connection } from "../core/session.ts";
import { withProgress } from "../platform/cancellation.ts";
import type { Report } from "../platform/report.ts";
import { connectionTitle, type Connections } from "./connections.ts";
import type { Revocation, Sessions } from "./sessions.ts";
import type { Vault } from "./vault.ts";

export interface SignOutDependencies {
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly vault: Vault;
  readonly report: Report;
}

/** Ends the active connection's session here and at the server; its app stays known, so signing in again is short. */
export async function signOut(deps: SignOutDependencies): Promise<void> {
  const { active } = deps.connections.current;
  if (active === undefined || active.session.kind === "signedOut") {
    vscode.window.showInformationMessage("You are not signed in.");
    return;
  }
  tellWhenServerWasNotTold(active, await endSession(deps, active));
}

/** Asks, then forgets a connection: its session, its client secret and its place in the list. */
export async function removeConnection(deps: SignOutDependencies): Promise<void> {
  const { active } = deps.connections.current;
  if (active === undefined) {
    vscode.window.showInformationMessage("There is no connection to remove.");
    return;
  }
  const chosen = await vscode.window.showWarningMessage(
    `Remove "${connectionTitle(active)}"?`,
    {
      modal: true,
      detail:
        "Signs out at Procore and deletes client ID and secret from this machine. The app and its installations stay.",
    },
    "Remove",
  );
  if (chosen === undefined) return;
  const revocation = await endSession(deps, active);
  await deps.vault.deleteAll(active.id);
  await deps.connections.remove(active.id);
  tellWhenServerWasNotTold(active, revocation);
}

/** Cancelling stops waiting for the server; the tokens are forgotten here all the same. */
async function endSession(deps: SignOutDependencies, connection: Connection): Promise<Revocation> {
  const cancelled = new AbortController();
  const work = deps.sessions.end(connection.id, cancelled.signal);
  await withProgress(`Signing out of ${connection.environment.label}`, async (signal) => {
    signal.addEventListener("abort", () => cancelled.abort(), { once: true });
    await work;
  });
  return await work;
}

function tellWhenServerWasNotTold(connection: Connection, revocation: Revocation): void {
  if (revocation.kind !== "notTold") return;
  const why = revocation.error instanceof ProcoreError ? ` ${revocation.error.message}` : "";
  const atProcore = isProcoreHost(connection.origins.login)
    ? " To end the session there too, revoke the app in your Procore profile under My Connected Apps."
    : "";
  vscode.window.showWarningMessage(
    `Signed out here, but ${new URL(connection.origins.login).host} could not be told.${why}${atProcore}`,
  );
}
