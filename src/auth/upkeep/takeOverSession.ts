import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Connection } from "../../core/session.ts";
import { withProgress } from "../../platform/cancellation.ts";
import { runCommand } from "../../platform/commands.ts";
import { connectionTitle } from "../connections.ts";
import type { Sessions } from "../sessions.ts";

export interface TakeOverDependencies {
  readonly sessions: Pick<Sessions, "takeOver">;
}

/**
 * Asks whether what holds a session up shall be taken from a window that does not answer: its renewal or its sign-out,
 * the list of connections, the record of what was handed out. Nothing is taken
 * without a person's word: that window may have sent already, and what it got is then lost with it.
 */
export async function takeOverSession(
  { sessions }: TakeOverDependencies,
  connection: Connection | undefined,
): Promise<void> {
  if (connection === undefined) {
    vscode.window.showInformationMessage(l10n.t("You are not signed in."));
    return;
  }
  const takeOver = l10n.t("Take Over");
  const chosen = await vscode.window.showWarningMessage(
    l10n.t(
      "Another window is working on {0} and does not answer. If you take over and it has sent a request already, you may have to sign in once more; otherwise nothing is lost.",
      connectionTitle(connection),
    ),
    takeOver,
    l10n.t("Wait"),
  );
  if (chosen === takeOver) {
    const done = await withProgress(l10n.t("Taking over the session"), async (signal) => {
      await sessions.takeOver(connection.id, signal);
      return "done" as const;
    });
    if (done === undefined) return;
  }
  // Waiting means trying again: the other window may have come to an end meanwhile.
  if (chosen !== undefined) await runCommand("procore.refreshExplorer");
}
