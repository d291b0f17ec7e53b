import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { ApiRequest } from "../core/http/api.ts";
import { renderCurl, type Shell, toCurlRequest, tokenIn } from "../core/http/curl.ts";
import { plain } from "../core/plain.ts";
import type { CompanyId } from "../core/procore/ids.ts";
import type { Connection } from "../core/session.ts";
import { writeClipboard } from "../platform/clipboard.ts";
import { runCommand } from "../platform/commands.ts";
import type { Report } from "../platform/report.ts";
import { chooseShell, shellNames } from "../platform/shellChoice.ts";

/** A request to write as a command line. */
export interface CurlSource {
  readonly connection: Connection;
  readonly request: ApiRequest;
  /** What it is about, for people. */
  readonly name: string;
}

/**
 * Copies the command line that sends the request, with the token as a variable. `terminal`: for the shell that the
 * editor's terminals run, asked for where that one is not known; `ask`: always asked for.
 * @throws ProcoreError `clipboard`
 */
export async function copyAsCurl(report: Report, source: CurlSource, which: "terminal" | "ask"): Promise<void> {
  const shell = await chooseShell(l10n.t("Copy as cURL: {0}", plain(source.name, 80)), which);
  if (shell === undefined) return;
  const { connection, request } = source;
  await writeClipboard(renderCurl(toCurlRequest(connection, request), shell));
  // What follows a button fails for the person who chose it.
  const followed = sayCopied(report, source, shell).catch((error: unknown) => report.failure(error));
  report.background(followed, "say what was copied");
}

async function sayCopied(report: Report, source: CurlSource, shell: Shell): Promise<void> {
  const { connection, request } = source;
  const [terminal, other] = [l10n.t("Open Signed-in Terminal"), l10n.t("Other Shell")];
  const variable = tokenIn(shell);
  const text = l10n.t(
    "Copied for {0}. The token is {1}: Open Signed-in Terminal sets it.",
    shellNames[shell],
    variable,
  );
  const chosen = await vscode.window.showInformationMessage(text, terminal, other);
  if (chosen === terminal) await runCommand("procore.openTerminal", terminalFor(connection, request.companyId));
  if (chosen === other) await copyAsCurl(report, source, "ask");
}

/** Names the connection, and the company where there is one, so that nothing is asked. */
const terminalFor = (connection: Connection, companyId: CompanyId | undefined) => ({
  connection: connection.id,
  ...(companyId === undefined ? {} : { kind: "company", company: { id: companyId } }),
});
