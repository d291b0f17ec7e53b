import * as vscode from "vscode";
import type { SessionState } from "../../core/session.ts";
import { withProgress } from "../../platform/cancellation.ts";
import { runCommand } from "../../platform/commands.ts";
import { connectionTitle } from "../connections.ts";
import type { Sessions } from "../sessions.ts";

export interface TakeOverDependencies {
  readonly connections: { readonly current: SessionState };
  readonly sessions: Pick<Sessions, "takeOver">;
}

/**
 * Asks whether the renewal of the active session shall be taken from a window that does not answer. Nothing is taken
 * without a person's word: that window may have sent already, and what it got is then lost with it.
 */
export async function takeOverSession({ connections, sessions }: TakeOverDependencies): Promise<void> {
  const { active } = connections.current;
  if (active === undefined || active.session.kind === "signedOut") {
    vscode.window.showInformationMessage("You are not signed in.");
    return;
  }
  const chosen = await vscode.window.showWarningMessage(
    `Another window is renewing ${connectionTitle(active)} and does not answer. If you take over and it has sent its request already, you may have to sign in once more; otherwise nothing is lost.`,
    "Take Over",
    "Wait",
  );
  if (chosen === "Take Over") {
    const done = await withProgress("Taking over the session", async (signal) => {
      await sessions.takeOver(active.id, signal);
      return "done" as const;
    });
    if (done === undefined) return;
  }
  // Waiting means trying again: the other window may have come to an end meanwhile.
  if (chosen !== undefined) await runCommand("procore.refreshExplorer");
}
