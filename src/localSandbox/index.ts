import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { withProgress } from "../platform/cancellation.ts";
import { registerCommand, runCommand } from "../platform/commands.ts";
import { setContextKey } from "../platform/contextKeys.ts";
import { DisposableStore, type Disposable } from "../platform/disposables.ts";
import type { Report } from "../platform/report.ts";
import type { LocalSandbox } from "./localSandbox.ts";

export { LocalSandbox, type LocalSandboxDependencies } from "./localSandbox.ts";

/** Start and Stop Local Sandbox, and following what other windows do with it. */
export function registerLocalSandbox(deps: {
  readonly localSandbox: LocalSandbox;
  /** The folder of `local-sandbox.json`. */
  readonly folder: vscode.Uri;
  readonly report: Report;
}): Disposable {
  const { localSandbox, report } = deps;
  const store = new DisposableStore();
  const follow = (): void => report.background(localSandbox.load(), "follow the Local Sandbox of another window");
  const watcher = store.add(
    vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(deps.folder, "local-sandbox.json")),
  );
  watcher.onDidCreate(follow);
  watcher.onDidChange(follow);
  watcher.onDidDelete(follow);
  store.add(
    localSandbox.onDidChange((app) =>
      report.background(setContextKey("procore.localSandboxRunning", app !== undefined), "set a context key"),
    ),
  );
  store.add(registerCommand("procore.startLocalSandbox", report, () => start(localSandbox)));
  store.add(registerCommand("procore.stopLocalSandbox", report, () => stop(localSandbox)));
  return store;
}

async function start(localSandbox: LocalSandbox): Promise<void> {
  const app = await withProgress(l10n.t("Starting the Local Sandbox"), () => localSandbox.start());
  if (app === undefined) return;
  const chosen = await vscode.window.showInformationMessage(
    l10n.t("The Local Sandbox runs at {0}. It needs no account: sign in and choose Allow.", app.origin),
    l10n.t("Sign In"),
  );
  if (chosen !== undefined) await runCommand("procore.signIn", { choose: "local-sandbox" });
}

async function stop(localSandbox: LocalSandbox): Promise<void> {
  if (localSandbox.current === undefined) {
    vscode.window.showInformationMessage(l10n.t("The Local Sandbox is not running."));
    return;
  }
  const chosen = await vscode.window.showWarningMessage(
    l10n.t("Stop the Local Sandbox?"),
    {
      modal: true,
      detail: l10n.t("It stops for all windows. Its connection has to sign in again after the next start."),
    },
    l10n.t("Stop"),
  );
  if (chosen === undefined) return;
  await localSandbox.stop();
  vscode.window.setStatusBarMessage(l10n.t("Local Sandbox stopped"), 3_000);
}
