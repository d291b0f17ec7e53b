import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { renderCurl, type Shell, variableLines } from "../../core/http/curl.ts";
import { stepCurl, variablesOf } from "../../core/sent/stepCurl.ts";
import { writeClipboard } from "../../platform/clipboard.ts";
import type { Report } from "../../platform/report.ts";
import { chooseShell, shellNames } from "../../platform/shellChoice.ts";
import type { MeantStep } from "./sentDocuments.ts";

/**
 * Copies the command line of a step, with environment variables for what is secret or not known. `terminal`: for the
 * shell that the editor's terminals run; `ask`: always asked for.
 * @throws ProcoreError `clipboard`
 */
export async function copyStepAsCurl(report: Report, meant: MeantStep, which: "terminal" | "ask"): Promise<void> {
  const shell = await chooseShell(l10n.t("Copy as cURL: {0}", meant.step.title), which);
  if (shell !== undefined) await copyFor(report, meant, shell);
}

async function copyFor(report: Report, meant: MeantStep, shell: Shell): Promise<void> {
  const { subject, step } = meant;
  await writeClipboard(renderCurl(stepCurl(subject, step), shell));
  // What follows a button fails for the person who chose it.
  const followed = sayCopied(report, meant, shell).catch((error: unknown) => report.failure(error));
  report.background(followed, "say what was copied");
}

async function sayCopied(report: Report, meant: MeantStep, shell: Shell): Promise<void> {
  const names = variablesOf(meant.step);
  const other = l10n.t("Other Shell");
  const variables = l10n.t("Copy Variables");
  const text =
    meant.step.id === "authorize" && names.length === 0
      ? l10n.t(
          "Copied for {0}. The page is for a browser: curl shows only what the login host answers.",
          shellNames[shell],
        )
      : names.length === 0
        ? l10n.t("Copied for {0}.", shellNames[shell])
        : l10n.t("Copied for {0}. Set these variables first: {1}.", shellNames[shell], names.join(", "));
  const chosen = await vscode.window.showInformationMessage(text, ...(names.length > 0 ? [variables] : []), other);
  if (chosen === other) await copyStepAsCurl(report, meant, "ask");
  if (chosen === variables) await copyVariables(report, meant, shell);
}

/** Copies what sets the variables; the command line, which the clipboard then no longer has, can be had again. */
async function copyVariables(report: Report, meant: MeantStep, shell: Shell): Promise<void> {
  await writeClipboard(variableLines(variablesOf(meant.step), shell));
  const commandLine = l10n.t("Copy Command Line");
  const text = l10n.t(
    "Copied: lines that set the variables in {0}. Fill in the values, run the lines, then the command line in the same terminal.",
    shellNames[shell],
  );
  if ((await vscode.window.showInformationMessage(text, commandLine)) === commandLine) {
    await copyFor(report, meant, shell);
  }
}
