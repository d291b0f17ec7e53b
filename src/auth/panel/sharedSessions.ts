import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { ProcoreError } from "../../core/errors.ts";
import type { Connection } from "../../core/session.ts";
import { isOffered, mayBeShared, sessionFor } from "../sharing.ts";
import type { PanelDependencies } from "./dependencies.ts";
import { record } from "./tokenToGive.ts";

/**
 * Sessions with their tokens, for another extension that VS Code asks for: of one account, or all that are shared. A
 * token that has ended is renewed first. One that cannot be had now is left out, as long as there is another.
 */
export async function handOutSessions(
  deps: PanelDependencies,
  accountId: string | undefined,
): Promise<vscode.AuthenticationSession[]> {
  const wanted = deps.connections.current.connections.filter(
    (connection) => isOffered(connection) && (accountId === undefined || connection.id === accountId),
  );
  const results = await Promise.allSettled(wanted.map((connection) => handOut(deps, connection)));
  const sessions = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  for (const result of results) {
    if (result.status === "rejected") deps.report.background(Promise.reject(result.reason), "hand out a session");
  }
  const failed = results.find((result) => result.status === "rejected" && !needsSignIn(result.reason));
  // "There is none" would make VS Code ask for a sign-in that helps nobody.
  if (sessions.length === 0 && failed?.status === "rejected") throw failed.reason;
  return sessions;
}

const needsSignIn = (error: unknown): boolean =>
  error instanceof ProcoreError && (error.failure.kind === "signedOut" || error.failure.kind === "credentialsRejected");

async function handOut(deps: PanelDependencies, { id }: Connection): Promise<vscode.AuthenticationSession> {
  const accessToken = await deps.sessions.accessToken(connectionNow(deps, id));
  const connection = connectionNow(deps, id);
  const { session } = connection;
  if (session.kind !== "active") throw new ProcoreError({ kind: "signedOut" });
  deps.report.background(record(deps, connection, { to: "extension", endsAt: session.expiresAt }), "record a hand-out");
  return sessionFor(connection, deps.connections.current.connections, accessToken.reveal());
}

function connectionNow({ connections }: PanelDependencies, id: string): Connection {
  const connection = connections.get(id);
  if (connection === undefined) throw new ProcoreError({ kind: "signedOut" });
  return connection;
}

/**
 * Signs in, because another extension asked and the person allowed it. It gets the session that this dialogue brought and
 * no other, whoever signs in elsewhere meanwhile.
 * @throws an error in words for the other extension: when nobody signed in, as another account, or in a session that is
 * not one to share
 */
export async function createSharedSession(
  deps: PanelDependencies,
  accountId: string | undefined,
): Promise<vscode.AuthenticationSession> {
  const { connections } = deps;
  const account = connections.current.connections.find(({ id }) => id === accountId);
  if (account !== undefined) assertShared(deps, account);
  const signIn = await deps.signIn();
  const id = await (account === undefined ? signIn.choose() : signIn.again(account));
  const signedIn = id === undefined ? undefined : connections.get(id);
  if (signedIn === undefined) {
    const waits = connections.current.pending !== undefined;
    throw new Error(
      waits
        ? l10n.t("The sign-in to Procore still waits for its authorization code. Enter it, then try again.")
        : l10n.t("Nobody signed in to Procore."),
    );
  }
  if (account !== undefined && signedIn.id !== account.id) {
    throw new Error(l10n.t("Somebody signed in to Procore, but as another account than the one that was asked for."));
  }
  assertShared(deps, signedIn);
  return await handOut(deps, signedIn);
}

/** The other extension gets the reason as an error; the person, who can change it, gets the button. */
function assertShared(deps: PanelDependencies, connection: Connection): void {
  if (mayBeShared(connection)) return;
  deps.report.background(tellWithheld(), "tell that a session is not shared");
  throw new Error(
    l10n.t("Production sessions are not shared with other extensions (setting procore.shareProductionSessions)."),
  );
}

async function tellWithheld(): Promise<void> {
  const open = l10n.t("Open Settings");
  const chosen = await vscode.window.showWarningMessage(
    l10n.t(
      "The other extension did not get this session: production sessions are shared only when your settings say so.",
    ),
    open,
  );
  if (chosen === open) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "procore.shareProductionSessions");
  }
}
