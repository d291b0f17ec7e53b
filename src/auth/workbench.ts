import * as vscode from "vscode";
import type { Keyring } from "../core/keyring.ts";
import type { ReloadMemory } from "./missingKeys.ts";
import type { HomeKind } from "./sessionHome.ts";

/** Which home sessions have is decided by the kind of workbench alone; tests may choose, nobody else. */
export function homeKind({ extensionMode }: vscode.ExtensionContext): HomeKind {
  const chosen = process.env["PROCORE_TEST_SESSION_HOME"];
  if (extensionMode === vscode.ExtensionMode.Test && (chosen === "secretStorage" || chosen === "sealedFile")) {
    return chosen;
  }
  return vscode.env.uiKind === vscode.UIKind.Web ? "sealedFile" : "secretStorage";
}

/** Is this extension host on another machine than the editor's window, whose secrets it uses? */
export const runsRemotely = ({ extension }: vscode.ExtensionContext): boolean =>
  extension.extensionKind === vscode.ExtensionKind.Workspace && vscode.env.remoteName !== undefined;

/** Whose keyring this window's secrets are in; undefined on a system that is not known. */
export function keyringOf(context: vscode.ExtensionContext): Keyring | undefined {
  if (runsRemotely(context)) return "remote";
  const keyrings: Partial<Record<NodeJS.Platform, Keyring>> = { linux: "linux", win32: "windows", darwin: "macos" };
  return keyrings[process.platform];
}

/** An extension on the person's own machine opens terminals on the machine that the window works with. */
export const terminalsElsewhere = ({ extension }: vscode.ExtensionContext): string | undefined =>
  extension.extensionKind === vscode.ExtensionKind.UI ? vscode.env.remoteName : undefined;

const reloadsKey = "procore.reloadsAsked";

/** In the window's own memory, which lives through a reload. */
export function reloadMemory({ workspaceState }: vscode.ExtensionContext): ReloadMemory {
  const read = (): Readonly<Record<string, unknown>> => ({ ...workspaceState.get<object>(reloadsKey) });
  return {
    get(connectionId) {
      const generation = read()[connectionId];
      return typeof generation === "number" ? generation : undefined;
    },
    set: (connectionId, generation) => workspaceState.update(reloadsKey, { ...read(), [connectionId]: generation }),
  };
}
