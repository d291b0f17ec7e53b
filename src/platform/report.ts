import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { type Advice, advice, type FailureAction, ProcoreError, unforeseenAdvice } from "../core/errors.ts";
import { plain } from "../core/plain.ts";
import { actionCommand } from "./failureActions.ts";
import type { Log } from "./log.ts";

/** The one place that shows failures: each once, as a sentence with the actions that help, and in the log. */
export interface Report {
  /** Shows `error`; silent for a person's own cancel. */
  failure(error: unknown, options?: FailureOptions): void;
  /** Logs a failure that is told where it happened, e.g. in a box; `what` names the work in the log. */
  told(failure: ProcoreError, what: string): void;
  /** Takes care of a promise nobody waits for; `what` names the work in the log. */
  background(work: Promise<unknown>, what: string): void;
}

export interface FailureOptions {
  /** What the Try Again button runs. */
  readonly retry?: (() => Promise<unknown>) | undefined;
  /** Whose failure it is, where that need not be the active connection: the buttons are then about this one. */
  readonly connectionId?: string | undefined;
}

interface Button {
  readonly title: string;
  readonly run: () => unknown;
}

export function createReport(log: Log): Report {
  const run = async (error: unknown, options: FailureOptions): Promise<void> => {
    const { retry } = options;
    const told = error instanceof ProcoreError ? advice(error.failure) : unforeseenAdvice;
    const wait = told.action === "takeOver" && retry !== undefined ? [{ title: l10n.t("Wait"), run: retry }] : [];
    const buttons = [...buttonsOf(told, options), ...wait, { title: l10n.t("Show Log"), run: () => log.show() }];
    const chosen = await vscode.window.showErrorMessage(plain(told.message, 600), ...buttons.map(({ title }) => title));
    await buttons.find(({ title }) => title === chosen)?.run();
  };

  const report: Report = {
    failure(error, options = {}) {
      if (isCancellation(error)) return;
      log.error(error instanceof ProcoreError ? "A command failed" : "Unexpected error", error);
      report.background(run(error, options), "show a failure");
    },
    told: (failure, what) => log.warn(`Could not ${what}`, failure),
    background(work, what) {
      work.catch((error: unknown) => {
        if (!isCancellation(error)) log.error(`Could not ${what}`, error);
      });
    },
  };
  return report;
}

/** What helps most comes first; the log is every failure's last button; only some callers know what to repeat. */
function buttonsOf({ action, also }: Advice, { retry, connectionId }: FailureOptions): readonly Button[] {
  const buttonOf = (which: FailureAction | undefined): readonly Button[] => {
    if (which === undefined || which === "showLog") return [];
    if (which === "retry") return retry === undefined ? [] : [{ title: l10n.t("Try Again"), run: retry }];
    const { title, command, parameters } = actionCommand(which, connectionId);
    return [{ title, run: () => vscode.commands.executeCommand(command, ...parameters) }];
  };
  return [...buttonOf(action), ...buttonOf(also)];
}

/** A person stopped it: neither a toast nor an error log. */
export function isCancellation(error: unknown): boolean {
  return error instanceof vscode.CancellationError || (error instanceof Error && error.name === "AbortError");
}
