import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Clock } from "../core/clock.ts";
import type { SentRecords } from "../core/sent/sentRecords.ts";
import type { Connection, SessionState } from "../core/session.ts";
import { withProgress } from "../platform/cancellation.ts";
import { askChoice } from "../platform/quickInput.ts";
import type { Report } from "../platform/report.ts";
import { forgetAfter, signOutNews } from "./afterSignOut.ts";
import { activeMark, connectionTitle, type Connections } from "./connections.ts";
import type { Revocation } from "./endings.ts";
import type { Sessions } from "./sessions.ts";

export interface SignOutDependencies {
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly forgetLimits: (connectionId: string) => Promise<void>;
  readonly sent: Pick<SentRecords, "forget">;
  readonly clock: Clock;
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
    vscode.window.showInformationMessage(l10n.t("You are not signed in."));
    return;
  }
  const revocation = await endSession(connection, (signal) => deps.sessions.end(connection.id, signal));
  tellOfServer(deps, connection, revocation);
}

/** Asks, then forgets a connection: its session, its client secret and its place in the list. */
export async function removeConnection(deps: SignOutDependencies): Promise<void> {
  const connection = await chooseConnection(deps.connections.current);
  if (connection === undefined) return;
  const chosen = await vscode.window.showWarningMessage(
    l10n.t('Remove "{0}"?', connectionTitle(connection)),
    {
      modal: true,
      detail: l10n.t(
        "Signs out at Procore and deletes client ID and secret from this machine. The app and its installations stay.",
      ),
    },
    l10n.t("Remove"),
  );
  if (chosen === undefined) return;
  await deps.sessions.assertMayStore();
  const removing = endSession(connection, (signal) => deps.sessions.remove(connection.id, signal));
  const revocation = await forgetAfter(removing, () => {
    deps.sent.forget(connection.id);
    deps.report.background(deps.forgetLimits(connection.id), "forget the rate limits of a connection");
  });
  tellOfServer(deps, connection, revocation);
  const { active } = deps.connections.current;
  const removed = l10n.t("Removed {0}.", connectionTitle(connection));
  const now = active === undefined ? [] : [l10n.t("This window now uses {0}.", connectionTitle(active))];
  vscode.window.showInformationMessage([removed, ...now].join(" "));
}

async function chooseConnection({ active, connections }: SessionState): Promise<Connection | undefined> {
  if (connections.length === 0) {
    vscode.window.showInformationMessage(l10n.t("There is no connection to remove."));
    return undefined;
  }
  if (connections.length === 1) return connections[0];
  const choices = connections.map((connection) => ({
    label: connectionTitle(connection),
    ...(connection.id === active?.id ? { description: activeMark() } : {}),
    answer: connection,
  }));
  const first = choices.find(({ answer }) => answer.id === active?.id);
  const result = await askChoice({
    title: l10n.t("Remove connection"),
    step: 1,
    totalSteps: 1,
    back: "hidden",
    placeholder: l10n.t("Which connection should be removed?"),
    choices,
    ...(first === undefined ? {} : { active: first }),
  });
  return result.kind === "answer" ? result.answer : undefined;
}

/** Cancelling stops waiting for the server; the tokens are forgotten here all the same. */
async function endSession(
  connection: Connection,
  end: (signal: AbortSignal) => Promise<Revocation>,
): Promise<Revocation> {
  const cancelled = new AbortController();
  const work = end(cancelled.signal);
  await withProgress(l10n.t("Signing out of {0}", connection.environment.label), async (signal) => {
    signal.addEventListener("abort", () => cancelled.abort(), { once: true });
    await work;
  });
  return await work;
}

function tellOfServer({ clock }: SignOutDependencies, connection: Connection, revocation: Revocation): void {
  const news = signOutNews(connection, revocation, clock.now());
  if (news?.severity === "warning") vscode.window.showWarningMessage(news.text);
  else if (news !== undefined) vscode.window.showInformationMessage(news.text);
}
