import * as vscode from "vscode";

/** The context keys that `when` clauses in package.json read. */
export interface ContextKeys {
  /** What the Companies view shows when it is empty. */
  "procore.state": "starting" | "failed" | "newerVersion" | "noConnection" | "signedOut" | "signedIn";
  "procore.activeIsLocal": boolean;
  "procore.signInPending": boolean;
  "procore.hasConnection": boolean;
  "procore.localSandboxRunning": boolean;
  /**
   * Who is signed in; `local…` in the Local Sandbox. One key for the walkthrough: of two that are set one after the
   * other, an old and a new value would for a moment be true together.
   */
  "procore.signedInAs": "nobody" | "person" | "serviceAccount" | "localPerson" | "localServiceAccount";
  /** Where the projects of a company came from in this window; a company's projects prove that the app is installed. */
  "procore.companyExpanded": "local" | "procore";
  "procore.projectOpened": boolean;
  /** Did somebody ask for the walkthrough? The editor opens no walkthrough by itself that may not be shown. */
  "procore.walkthroughWanted": boolean;
  /** Are the rows of the Companies view filtered, or in another order than the server's? */
  "procore.projectsFiltered": boolean;
}

export async function setContextKey<K extends keyof ContextKeys>(key: K, value: ContextKeys[K]): Promise<void> {
  await vscode.commands.executeCommand("setContext", key, value);
}
