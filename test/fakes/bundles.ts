import { copyFileSync, mkdtempSync, readdirSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import type { TestControls } from "../../src/platform/testControls.ts";

/** The product, as the editor knows it. */
export const extensionId = "procore-explorer.procore-explorer";
type Activate = (context: vscode.ExtensionContext) => TestControls | undefined;

/** Where the bundles of a window lie: those that the host runs, or a copy that nobody has loaded yet. */
export function bundleFolder(bundles: "again" | "anew"): string {
  const extension = vscode.extensions.getExtension(extensionId);
  if (extension === undefined) throw new Error("VS Code does not know the extension");
  const dist = path.join(extension.extensionPath, "dist");
  if (bundles === "again") return dist;
  // Node keeps what it loaded once; under another path the same files are new to it. The suite's own folder lies within
  // the extension's, so that the editor gives its API to them as well.
  const copy = mkdtempSync(path.join(__dirname, "bundles-"));
  for (const name of readdirSync(dist).filter((file) => file.endsWith(".js"))) {
    copyFileSync(path.join(dist, name), path.join(copy, name));
  }
  return copy;
}

/** The product's `activate`. */
export const activateOf = (folder: string): Activate =>
  (require(path.join(folder, "extension.js")) as { readonly activate: Activate }).activate;

/** The files of `folder` that this extension host has loaded. */
export const loadedFrom = (folder: string): readonly string[] =>
  Object.keys(require.cache)
    .filter((file) => path.dirname(file) === folder)
    .map((file) => path.basename(file))
    .toSorted();
