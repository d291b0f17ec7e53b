import * as vscode from "vscode";

/**
 * The user's own value of `procore.environments`, unparsed. Only user settings count: a workspace must not decide where
 * a token goes, whatever its files say.
 */
export function environmentsSetting(): unknown {
  return vscode.workspace.getConfiguration("procore").inspect("environments")?.globalValue;
}

/** May other extensions have production sessions? Only the user's own settings count. */
export function sharesProductionSessions(): "yes" | "no" {
  const own = vscode.workspace.getConfiguration("procore").inspect("shareProductionSessions")?.globalValue;
  return own === true ? "yes" : "no";
}

/** Hears when `sharesProductionSessions` may have changed. */
export function onDidChangeSharing(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration("procore.shareProductionSessions")) listener();
  });
}
