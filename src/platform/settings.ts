import * as vscode from "vscode";

/**
 * The user's own value of `procore.environments`, unparsed. Only user settings count: a workspace must not decide where
 * a token goes, whatever its files say.
 */
export function environmentsSetting(): unknown {
  return vscode.workspace.getConfiguration("procore").inspect("environments")?.globalValue;
}
