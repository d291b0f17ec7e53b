import * as vscode from "vscode";
import { advice, ProcoreError } from "../core/errors.ts";
import { plain } from "../core/plain.ts";
import { actionCommands } from "./failureActions.ts";
import type { Log } from "./log.ts";

/** The one place that shows failures: each once, as a sentence with the one action that helps, and in the log. */
export interface Report {
  /** Shows `error`; silent for a person's own cancel. `retry` is what the Retry button runs. */
  failure(error: unknown, options?: { readonly retry?: () => Promise<unknown> }): void;
  /** Takes care of a promise nobody waits for; `what` names the work in the log. */
  background(work: Promise<unknown>, what: string): void;
}

export function createReport(log: Log): Report {
  const run = async (error: unknown, retry: (() => Promise<unknown>) | undefined): Promise<void> => {
    const foreseen = error instanceof ProcoreError;
    const { message, action } = foreseen
      ? advice(error.failure)
      : {
          message: "Something went wrong inside Procore Explorer. The log has the details.",
          action: "showLog" as const,
        };
    const known = action === "none" || action === "retry" ? undefined : actionCommands[action];
    const button = known?.title ?? (action === "retry" && retry !== undefined ? "Try Again" : undefined);
    const other = action === "takeOver" && retry !== undefined ? "Wait" : "Show Log";
    const buttons = [button, action === "showLog" ? undefined : other].filter((title) => title !== undefined);
    const chosen = await vscode.window.showErrorMessage(plain(message, 600), ...buttons);
    if (chosen === undefined) return;
    if (chosen === "Show Log") log.show();
    else if (known !== undefined) await vscode.commands.executeCommand(known.command, ...known.parameters);
    else await retry?.();
  };

  const report: Report = {
    failure(error, options = {}) {
      if (isCancellation(error)) return;
      log.error(error instanceof ProcoreError ? "A command failed" : "Unexpected error", error);
      report.background(run(error, options.retry), "show a failure");
    },
    background(work, what) {
      work.catch((error: unknown) => {
        if (!isCancellation(error)) log.error(`Could not ${what}`, error);
      });
    },
  };
  return report;
}

/** A person stopped it: neither a toast nor an error log. */
export function isCancellation(error: unknown): boolean {
  return error instanceof vscode.CancellationError || (error instanceof Error && error.name === "AbortError");
}
