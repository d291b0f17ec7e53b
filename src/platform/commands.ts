import * as vscode from "vscode";
import type { Disposable } from "./disposables.ts";
import type { Report } from "./report.ts";
import type { WalkthroughStep } from "./walkthroughSteps.ts";

/** The commands of the Companies view. Each takes a row of the tree, or works on what is selected in it. */
export const explorerCommandIds = [
  "procore.findProject",
  "procore.goToAddress",
  "procore.clearFound",
  "procore.refreshExplorer",
  "procore.loadMore",
  "procore.filterProjects",
  "procore.clearFilter",
  "procore.checkAgain",
  "procore.copyAdminMessage",
  "procore.diagnoseRow",
  "procore.whatElseHelps",
  "procore.openInProcore",
  "procore.copyId",
  "procore.copyAsTable",
  "procore.copyAsCurl",
  "procore.pinProject",
  "procore.unpinProject",
  "procore.showDetails",
  "procore.showAccessibilityHelp",
] as const;

export type ExplorerCommand = (typeof explorerCommandIds)[number];

/** Every command of the extension; `test/rules/manifest.test.ts` compares the list with package.json. */
export const commandIds = [
  "procore.signIn",
  "procore.enterAuthorizationCode",
  "procore.cancelSignIn",
  "procore.signOut",
  "procore.switchConnection",
  "procore.editCredentials",
  "procore.removeConnection",
  "procore.refreshSession",
  "procore.takeOverSession",
  "procore.showSession",
  "procore.copyAccessToken",
  "procore.openTerminal",
  "procore.showWhatWasSent",
  "procore.copyStepAsCurl",
  "procore.exportPostmanCollection",
  "procore.copyEnvironment",
  "procore.showSessionMenu",
  ...explorerCommandIds,
  "procore.openWalkthrough",
  "procore.copyRedirectUri",
  "procore.startLocalSandbox",
  "procore.stopLocalSandbox",
  "procore.diagnose",
  "procore.copyReport",
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

/** Opens the walkthrough at a step. */
export async function openWalkthroughStep(step: WalkthroughStep): Promise<void> {
  await runCommand("procore.openWalkthrough", step);
}
