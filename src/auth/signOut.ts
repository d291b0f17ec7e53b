import * as vscode from "vscode";
import { ProcoreError } from "../core/errors.ts";
import { isProcoreHost } from "../core/procore/customEnvironments.ts";
import type { Connection, SessionState } from "../core/session.ts";
import { withProgress } from "../platform/cancellation.ts";
import { askChoice } from "../platform/quickInput.ts";
import type { Report } from "../platform/report.ts";
import { connectionTitle, type Connections } from "./connections.ts";
import type { Revocation, Sessions } from "./sessions.ts";

export interface SignOutDependencies {
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly report: Report;
}

/**
 * Ends a connection's session, the active one's unless said, here and at the server; its app stays known, so signing in
 * again is short.
 */
export async function signOut(
  deps: SignOutDependencies,
  connection: Connection | undefined = deps.connections.current.active,
): Promise<void> {
  if (connection === undefined || connection.session.kind === "signedOut") {
    vscode.window.showInformationMessage("You are not signed in.");
    return;
  }
  tellWhenServerWasNotTold(connection, await endSession(deps, connection));
}

/** Asks, then forgets a connection: its session, its client secret and its place in the list. */
export async function removeConnection(deps: SignOutDependencies): Promise<void> {
  const connection = await chooseConnection(deps.connections.current);
  if (connection === undefined) return;
  const chosen = await vscode.window.showWarningMessage(
    `Remove "${connectionTitle(connection)}"?`,
    {
      modal: true,
      detail:
        "Signs out at Procore and deletes client ID and secret from this machine. The app and its installations stay.",
    },
    "Remove",
  );
  if (chosen === undefined) return;
  const revocation = await endSession(deps, connection);
  try {
    await deps.sessions.purge(connection.id);
  } finally {
    // A keyring that does not delete must not keep the connection in the list for ever.
    await deps.connections.remove(connection.id);
    tellWhenServerWasNotTold(connection, revocation);
  }
  const { active } = deps.connections.current;
  const now = active === undefined ? "" : ` This window now uses ${connectionTitle(active)}.`;
  vscode.window.showInformationMessage(`Removed ${connectionTitle(connection)}.${now}`);
}

async function chooseConnection({ active, connections }: SessionState): Promise<Connection | undefined> {
  if (connections.length === 0) {
    vscode.window.showInformationMessage("There is no connection to remove.");
    return undefined;
  }
  if (connections.length === 1) return connections[0];
  const choices = connections.map((connection) => ({
    label: connectionTitle(connection),
    ...(connection.id === active?.id ? { description: "active" } : {}),
    answer: connection,
  }));
  const first = choices.find(({ answer }) => answer.id === active?.id);
  const result = await askChoice({
    title: "Remove connection",
    step: 1,
    totalSteps: 1,
    back: "hidden",
    placeholder: "Which connection should be removed?",
    choices,
    ...(first === undefined ? {} : { active: first }),
  });
  return result.kind === "answer" ? result.answer : undefined;
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
