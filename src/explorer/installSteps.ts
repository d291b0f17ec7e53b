import * as vscode from "vscode";
import { displayLanguage } from "../core/language.ts";
import type { Log } from "../platform/log.ts";

/** The steps have a page for each language: `install-steps.es.md`. */
const pageOf = (language: string): string => (language === "en" ? "install-steps.md" : `install-steps.${language}.md`);

/** Opens the install steps as a page, or as plain text in an editor that has no Markdown preview. */
export async function openInstallSteps(extensionUri: vscode.Uri, log: Log): Promise<void> {
  const uri = vscode.Uri.joinPath(extensionUri, "media", pageOf(displayLanguage()));
  try {
    await vscode.commands.executeCommand("markdown.showPreview", uri);
  } catch {
    // Only that there is no preview matters: the text says the same.
    log.info("There is no Markdown preview here; the install steps open as text");
    await vscode.window.showTextDocument(uri, { preview: true });
  }
}
