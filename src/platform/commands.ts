import * as vscode from "vscode";
import type { Disposable } from "./disposables.ts";
import type { Report } from "./report.ts";

/** Every command of the extension; `test/rules/manifest.test.ts` compares the list with package.json. */
export const commandIds = [
  "procore.signIn",
  "procore.enterAuthorizationCode",
  "procore.signOut",
  "procore.switchConnection",
  "procore.editCredentials",
  "procore.removeConnection",
  "procore.refreshSession",
  "procore.takeOverSession",
  "procore.showSession",
  "procore.copyAccessToken",
  "procore.openTerminal",
  "procore.showSessionMenu",
  "procore.findProject",
  "procore.goToAddress",
  "procore.clearFound",
  "procore.refreshExplorer",
  "procore.loadMore",
  "procore.filterProjects",
  "procore.clearFilter",
  "procore.checkAgain",
  "procore.copyAdminMessage",
  "procore.openInProcore",
  "procore.copyId",
  "procore.copyAsTable",
  "procore.copyAsCurl",
  "procore.pinProject",
  "procore.unpinProject",
  "procore.showDetails",
  "procore.openInstallSteps",
  "procore.showAccessibilityHelp",
  "procore.startLocalSandbox",
  "procore.stopLocalSandbox",
  "procore.showLog",
  "procore.showNetworkLog",
  "procore.openStatusPage",
] as const;

export type CommandId = (typeof commandIds)[number];

/**
 * Registers a command. Its arguments come from outside (keybindings, other extensions) and are `unknown`; what it
 * throws is shown once, by `report`.
 */
export function registerCommand(
  id: CommandId,
  report: Report,
  run: (...parameters: readonly unknown[]) => Promise<unknown> | void,
): Disposable {
  const attempt = async (...parameters: readonly unknown[]): Promise<void> => {
    try {
      await run(...parameters);
    } catch (error) {
      report.failure(error, { retry: () => attempt(...parameters) });
    }
  };
  return vscode.commands.registerCommand(id, attempt);
}

/** Runs another feature's command: features know each other by command ids only. */
export async function runCommand(id: CommandId, ...parameters: readonly unknown[]): Promise<void> {
  await vscode.commands.executeCommand(id, ...parameters);
}
