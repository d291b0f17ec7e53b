import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { renderCurl, type Shell } from "../../core/http/curl.ts";
import { stepCurl, variables, variablesOf } from "../../core/sent/stepCurl.ts";
import { runCommand } from "../../platform/commands.ts";
import type { Report } from "../../platform/report.ts";
import { chooseShell, shellNames } from "../../platform/shellChoice.ts";
import type { MeantStep } from "./sentDocuments.ts";

/**
 * Copies the command line of a step, with environment variables for what is secret or not known. `terminal`: for the
 * shell that the editor's terminals run; `ask`: always asked for.
 */
export async function copyStepAsCurl(report: Report, meant: MeantStep, which: "terminal" | "ask"): Promise<void> {
  const { step, subject } = meant;
  const shell = await chooseShell(l10n.t("Copy as cURL: {0}", step.title), which);
  if (shell === undefined) return;
  await vscode.env.clipboard.writeText(renderCurl(stepCurl(subject, step), shell));
  report.background(sayCopied(report, meant, shell), "say what was copied");
}

async function sayCopied(report: Report, meant: MeantStep, shell: Shell): Promise<void> {
  const names = variablesOf(meant.step);
  const other = l10n.t("Other Shell");
  const environment = l10n.t("Copy Environment for My App");
  const wantsKeys = names.includes(variables.client_secret);
  const text =
    meant.step.id === "authorize" && names.length === 0
      ? l10n.t(
          "Copied for {0}. The page is for a browser: curl shows only what the login host answers.",
          shellNames[shell],
        )
      : names.length === 0
        ? l10n.t("Copied for {0}.", shellNames[shell])
        : l10n.t("Copied for {0}. Set these variables first: {1}.", shellNames[shell], names.join(", "));
  const chosen = await vscode.window.showInformationMessage(text, ...(wantsKeys ? [environment] : []), other);
  if (chosen === other) await copyStepAsCurl(report, meant, "ask");
  if (chosen === environment) {
    await runCommand("procore.copyEnvironment", meant.connectionId === "" ? {} : { connection: meant.connectionId });
  }
}
