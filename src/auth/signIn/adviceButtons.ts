import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { advice, type FailureAction, type ProcoreError } from "../../core/errors.ts";
import { actionCommand, type ActionCommand } from "../../platform/failureActions.ts";
import type { BoxButton, BoxMessage } from "../../platform/quickInput.ts";
import type { Attempt } from "./attempt.ts";

/** What a box says of a failure, and the buttons that lead to what helps. */
export interface ToldInBox {
  readonly message: BoxMessage;
  readonly buttons: readonly BoxButton<never>[];
}

/**
 * A failure as a box tells it. The box stays open, with what was typed, while a button opens a setting, a step of the
 * walkthrough or a report beside it. @param words what the box says instead of the failure's own sentence
 */
export function toldInBox(attempt: Attempt, { failure }: ProcoreError, words = advice(failure).message): ToldInBox {
  const { action, also } = advice(failure);
  const leads = [action, also].filter(isForBox).map((which) => ({ which, lead: leadOf(attempt, which) }));
  const [first, second] = leads.map(({ lead }) => lead.title);
  const text =
    first === undefined
      ? words
      : second === undefined
        ? l10n.t("{0} Button above: {1}.", words, first)
        : l10n.t("{0} Buttons above: {1}, {2}.", words, first, second);
  return {
    message: { text, severity: "error" },
    buttons: leads.map(({ which, lead: { title, command, parameters } }) => ({
      icon: icons[which],
      tooltip: title,
      async press() {
        await vscode.commands.executeCommand(command, ...parameters);
        return undefined;
      },
    })),
  };
}

const icons = {
  installSteps: "book",
  versionSteps: "book",
  appKeySteps: "book",
  testerSteps: "book",
  serviceAccountSteps: "book",
  startLocalSandbox: "vm",
  openSettings: "settings-gear",
  openProxySettings: "settings-gear",
  openTransportSetting: "settings-gear",
  filterProjects: "filter",
  openStatusPage: "link-external",
  diagnose: "pulse",
  reloadWindow: "refresh",
  takeOver: "debug-disconnect",
  updateExtension: "cloud-download",
  showLog: "output",
} as const satisfies Partial<Record<FailureAction, string>>;

/** The box itself is where keys are mended, and Enter tries again. */
const isForBox = (which: FailureAction | undefined): which is keyof typeof icons =>
  which !== undefined && Object.hasOwn(icons, which);

/** The report is about what is signed in to, so that no list comes in the box's place to ask. */
function leadOf({ connection, environment }: Attempt, which: keyof typeof icons): ActionCommand {
  const lead = actionCommand(which, connection?.id);
  if (which !== "diagnose" || connection !== undefined) return lead;
  return { ...lead, parameters: [{ subject: `environment/${environment.id}` }] };
}
