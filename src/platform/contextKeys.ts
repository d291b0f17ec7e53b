import * as vscode from "vscode";

/** The context keys that `when` clauses in package.json read. */
export interface ContextKeys {
  /** What the Companies view shows when it is empty. */
  "procore.state": "starting" | "failed" | "noConnection" | "signedOut" | "signedIn";
  "procore.activeIsLocal": boolean;
  "procore.signInPending": boolean;
  "procore.hasConnection": boolean;
  "procore.localSandboxRunning": boolean;
  /** Are the rows of the Companies view filtered, or in another order than the server's? */
  "procore.projectsFiltered": boolean;
}

export async function setContextKey<K extends keyof ContextKeys>(key: K, value: ContextKeys[K]): Promise<void> {
  await vscode.commands.executeCommand("setContext", key, value);
}
