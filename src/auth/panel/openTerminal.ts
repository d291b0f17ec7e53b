import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { plain } from "../../core/plain.ts";
import { chooseCompany, type CompanyQuestion } from "../chooseCompany.ts";
import { assertSession, companyMeant, needConnection } from "./arguments.ts";
import type { PanelDependencies } from "./dependencies.ts";
import { endTime, record, tokenToGive, whoAndWhere } from "./tokenToGive.ts";

/**
 * Opens a terminal whose programs find the access token, the API's address and a company ID in their environment. The
 * terminal is transient: the editor does not bring it back, nor anything of it, when the window is opened again.
 */
export async function openTerminal(deps: PanelDependencies, argument: unknown): Promise<void> {
  const connection = needConnection(argument, deps.connections.current);
  assertSession(connection, deps.localSandbox.current === undefined ? "stopped" : "running");
  const question: CompanyQuestion = {
    ...deps,
    title: l10n.t("Open signed-in terminal"),
    placeholder: l10n.t("Which company should PROCORE_COMPANY_ID be?"),
    withoutOne: l10n.t("PROCORE_COMPANY_ID is not set"),
    only: "taken",
  };
  const company = companyMeant(argument) ?? (await chooseCompany(question, connection));
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
    name: l10n.t({
      message: "Procore {0} until {1}",
      args: [plain(connection.environment.shortLabel, 30), until],
      comment: ["Title of a terminal. {1} is e.g. 10:30, or Jan 5, 2026 10:30"],
    }),
    iconPath: new vscode.ThemeIcon("key"),
    isTransient: true,
    message: l10n.t({
      message:
        "Signed in to Procore as {0}. PROCORE_TOKEN is valid until {1}, and ends sooner if the session is renewed.",
      args: [who, until],
      comment: ["{1} is e.g. 10:30, or Jan 5, 2026 10:30"],
    }),
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
