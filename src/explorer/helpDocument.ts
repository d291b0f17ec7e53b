import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { accessibilityHelp } from "./accessibilityHelp.ts";

/** The read-only document with the accessibility help. As text, because screen readers read editors best. */
export const helpUri = vscode.Uri.from({
  scheme: "procore",
  authority: "help",
  path: `/${l10n.t("Accessibility Help")}.md`,
});

/** Its text, in the display language. */
export const helpText = (): string =>
  accessibilityHelp(vscode.extensions.getExtension("procore-explorer.procore-explorer")?.packageJSON);

/** Opens it in an editor. */
export async function openHelp(): Promise<void> {
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(helpUri));
}
