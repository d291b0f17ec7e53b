import * as vscode from "vscode";
import type { Disposable } from "./disposables.ts";

/**
 * The user's own value of `procore.environments`, unparsed. Only user settings count: a workspace must not decide where
 * a token goes, whatever its files say.
 */
export function environmentsSetting(): unknown {
  return vscode.workspace.getConfiguration("procore").inspect("environments")?.globalValue;
}

export function onDidChangeEnvironmentsSetting(listener: () => void): Disposable {
  return vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration("procore.environments")) listener();
  });
}
