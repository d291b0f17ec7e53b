import * as l10n from "@vscode/l10n";
import { plain } from "../core/plain.ts";
import type { ActionCommand } from "../platform/failureActions.ts";
import type { CompanyAnswer } from "./companyAnswers.ts";

/** What a row looks like, free of the editor's own types; every text from outside went through `plain()`. */
export interface Row {
  readonly label: string;
  readonly description?: string;
  /** Lines of plain text. */
  readonly tooltip: readonly string[];
  readonly icon: RowIcon;
  /** Words separated by blanks that `when` clauses look for. */
  readonly contextValue: string;
  readonly collapsible: "none" | "collapsed" | "expanded";
  /** What a screen reader says. */
  readonly accessibilityLabel: string;
  /** What a click or Enter does. */
  readonly action?: RowAction;
}

/** What is known of a row beside what it holds. */
export interface About {
  /** How its company last answered, and when (epoch ms). */
  readonly answer?: CompanyAnswer | undefined;
  /** Is it a project that somebody pinned? */
  readonly pin?: "pinned" | "notPinned";
  /** Whose rows these are: what helps after a failure is about this connection, also if it is not the active one. */
  readonly connectionId?: string;
}

export interface RowIcon {
  /** A codicon. */
  readonly id: string;
  readonly color?: "disabledForeground" | "list.errorForeground" | "list.warningForeground";
}

export interface RowAction {
  readonly title: string;
  readonly command: ActionCommand["command"];
  /** `node` stands for the row itself. */
  readonly parameters: "node" | readonly unknown[];
}

/** A name for people: a company or project without one is told by its id. */
export const nameOf = (item: { readonly id: string; readonly name: string }): string =>
  plain(item.name) === "" ? l10n.t("(no name, ID {0})", plain(item.id)) : plain(item.name);
