import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { isCancellation } from "../../platform/report.ts";
import { ProcoreError } from "../../core/errors.ts";
import { plain } from "../../core/plain.ts";
import type { Company } from "../../core/procore/companies.ts";
import type { CompanyId } from "../../core/procore/ids.ts";
import type { Connection } from "../../core/session.ts";
import { withProgress } from "../../platform/cancellation.ts";
import { askChoice, type Choice } from "../../platform/quickInput.ts";
import { assertSession, companyMeant, needConnection } from "./arguments.ts";
import type { PanelDependencies } from "./dependencies.ts";
import { endTime, record, tokenToGive, whoAndWhere } from "./tokenToGive.ts";

type CompanyChoice = CompanyId | "none";

/**
 * Opens a terminal whose programs find the access token, the API's address and a company ID in their environment. The
 * terminal is transient: the editor does not bring it back, nor anything of it, when the window is opened again.
 */
export async function openTerminal(deps: PanelDependencies, argument: unknown): Promise<void> {
  const connection = needConnection(argument, deps.connections.current);
  assertSession(connection, deps.localSandbox.current === undefined ? "stopped" : "running");
  const company = companyMeant(argument) ?? (await chooseCompany(deps, connection));
  if (company === undefined) return;
  const who = whoAndWhere(connection);
  const elsewhere = deps.terminalsElsewhere;
  const token = await tokenToGive(deps, connection, {
    message: l10n.t("Open a terminal with the access token of {0}?", who),
    detail: [
      l10n.t(
        "Every program that you start in it can read the token and do in Procore whatever this user may do, until it ends.",
      ),
      ...(elsewhere === undefined
        ? []
        : [l10n.t("The terminal runs on another machine ({0}): the token goes there.", plain(elsewhere, 60))]),
    ].join(" "),
    button: l10n.t("Open Terminal"),
    ...(elsewhere === undefined ? {} : { ask: "always" }),
  });
  if (token === undefined) return;
  const until = endTime(deps, connection, token);
  const terminal = vscode.window.createTerminal({
    name: l10n.t("Procore {0} until {1}", plain(connection.environment.shortLabel, 30), until),
    iconPath: new vscode.ThemeIcon("key"),
    isTransient: true,
    message: l10n.t(
      "Signed in to Procore as {0}. PROCORE_TOKEN is valid until {1}, and ends sooner if the session is renewed.",
      who,
      until,
    ),
    env: {
      PROCORE_TOKEN: token.accessToken.reveal(),
      PROCORE_API: connection.origins.api,
      // One that the shell has from elsewhere would be another connection's.
      PROCORE_COMPANY_ID: company === "none" ? null : company,
    },
  });
  terminal.show();
  if (elsewhere === undefined) deps.report.background(endWithWindow(deps, terminal), "watch a terminal");
  const handOut = await record(deps, connection, { to: "terminal", endsAt: token.expiresAt });
  if (handOut === undefined) return;
  onceClosed(deps, terminal, () => {
    deps.report.background(deps.handOuts.end(connection.id, handOut), "write down that a terminal was closed");
  });
}

/** Hears once that a terminal was closed, and forgets it then. */
function onceClosed({ owned }: PanelDependencies, terminal: vscode.Terminal, then: () => void): void {
  const listener = vscode.window.onDidCloseTerminal((closed) => {
    if (closed !== terminal) return;
    owned.remove(listener);
    then();
  });
  owned.add(listener);
}

/**
 * Ends the terminal's shell when the window goes. A workbench in a browser does not: it forgets a transient terminal,
 * but its shell, with the token, goes on on the server (measured on 1.139.1).
 */
async function endWithWindow(deps: PanelDependencies, terminal: vscode.Terminal): Promise<void> {
  const processId = await terminal.processId;
  if (processId === undefined) return;
  const shell = {
    dispose() {
      // At the end of the window the editor calls it closed; one that was closed before may have left its number to
      // another process.
      const { exitStatus } = terminal;
      if (exitStatus !== undefined && exitStatus.reason !== vscode.TerminalExitReason.Shutdown) return;
      try {
        process.kill(processId, "SIGHUP");
      } catch {
        // It is gone already.
      }
    },
  };
  deps.owned.add(shell);
  onceClosed(deps, terminal, () => {
    if (terminal.exitStatus?.reason !== vscode.TerminalExitReason.Shutdown) deps.owned.remove(shell);
  });
}

/** The only company there is, or the one that is chosen; undefined when the choice was cancelled. */
async function chooseCompany(deps: PanelDependencies, connection: Connection): Promise<CompanyChoice | undefined> {
  let companies: readonly Company[] | undefined;
  let problem = "";
  try {
    companies = await withProgress(
      l10n.t("Asking Procore for your companies"),
      (signal) => deps.companies(connection, signal),
      (show) => deps.followWaits(() => connection.id, show),
    );
    if (companies === undefined) return undefined;
  } catch (error) {
    // The token is good for more than one company's requests: it can do without.
    if (isCancellation(error) || !(error instanceof ProcoreError) || error.failure.kind === "signedOut") throw error;
    deps.report.told(error, "list companies for a terminal");
    problem = l10n.t("The companies could not be listed. {0}", error.message);
  }
  const [only, ...more] = companies ?? [];
  if (only !== undefined && more.length === 0) return only.id;
  const choices: readonly Choice<CompanyChoice>[] = [
    ...(companies ?? []).map(({ id, name }) => ({ label: plain(name, 120), description: id, answer: id })),
    { label: l10n.t("Without a company"), description: l10n.t("PROCORE_COMPANY_ID is not set"), answer: "none" },
  ];
  const result = await askChoice({
    title: l10n.t("Open signed-in terminal"),
    step: 1,
    totalSteps: 1,
    back: "hidden",
    placeholder: problem === "" ? l10n.t("Which company should PROCORE_COMPANY_ID be?") : plain(problem, 300),
    choices,
  });
  return result.kind === "answer" ? result.answer : undefined;
}
