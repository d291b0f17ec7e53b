import * as l10n from "@vscode/l10n";
import { type Advice, advice, answered, type FailureAction, supportLines, unforeseenAdvice } from "../core/errors.ts";
import { plain } from "../core/plain.ts";
import { actionCommand, actionCommands } from "../platform/failureActions.ts";
import { companyOf, type FailedNode, type NoAccessNode, type NotConnectedNode, type TreeNode } from "./nodes.ts";
import { type About, nameOf, type Row, type RowAction } from "./row.ts";
import { noAccessLabel } from "./toolRows.ts";

/**
 * A failed load: what it is in a few words, then the action that helps most, which a click takes, then the sentence; a
 * narrow view cuts off from the end.
 */
export function describeFailed(node: FailedNode, _children?: readonly TreeNode[], { connectionId }: About = {}): Row {
  const told = node.failure === undefined ? unforeseenAdvice : advice(node.failure);
  const sentence = plain(told.message, 600);
  const click = actionOf(told.action, node, connectionId);
  const other = menuActionOf(node);
  return {
    label: told.headline,
    description: `${click.title} · ${sentence}`,
    tooltip: [
      told.headline,
      sentence,
      l10n.t("Click or press Enter: {0}", click.title),
      ...(other === undefined ? [] : [l10n.t("What Else Helps, in the menu: {0}", actionCommands[other].title)]),
      ...(node.failure === undefined ? [] : supportLines(node.failure)),
    ],
    icon: { id: "error", color: "list.errorForeground" },
    contextValue: contextOf(node, told),
    collapsible: "none",
    accessibilityLabel: [
      l10n.t("Error: {0}. {1}", told.headline, sentence),
      l10n.t("Press Enter: {0}", click.title),
    ].join(" "),
    action: click,
  };
}

/** The page that failed is loaded again by a click; Refresh would throw the loaded ones away. */
function contextOf({ retry }: FailedNode, { also }: Advice): string {
  const failed = retry === "nextPage" ? "failedPage" : "failed";
  if (also === "openStatusPage") return `${failed} statusPage`;
  return isForMenu(also) ? `${failed} also` : failed;
}

type MenuAction = Exclude<FailureAction, "retry" | "diagnose" | "openStatusPage">;

/** The second step of a failed row, where What Else Helps leads; others have entries of their own on such rows. */
export function menuActionOf({ failure }: FailedNode): MenuAction | undefined {
  const also = failure === undefined ? undefined : advice(failure).also;
  return isForMenu(also) ? also : undefined;
}

const isForMenu = (also: FailureAction | undefined): also is MenuAction =>
  also !== undefined && also !== "retry" && also !== "diagnose" && also !== "openStatusPage";

/**
 * The first wall of a new app: signing in again does not help, installing it does.
 * @see procore/documentation api_essentials/troubleshooting.md ("App is not connected to this company.")
 */
export function describeNotConnected({ parent }: NotConnectedNode): Row {
  const label = l10n.t("App not installed in this company");
  const company = companyOf(parent)?.company;
  const name = company === undefined ? l10n.t("this company") : nameOf(company);
  return {
    label,
    description: actionCommands.installSteps.title,
    tooltip: [
      label,
      l10n.t(
        "Procore answers for {0} only after a company admin has installed the app there. Signing in again does not change that.",
        name,
      ),
      l10n.t("Click or press Enter: {0}", actionCommands.installSteps.title),
    ],
    icon: { id: "plug", color: "list.warningForeground" },
    contextValue: "notConnected",
    collapsible: "none",
    accessibilityLabel: [`${label}, ${name}.`, l10n.t("Press Enter: {0}", actionCommands.installSteps.title)].join(" "),
    action: actionCommands.installSteps,
  };
}

/**
 * A tool that answered 403 or 404. Procore does not say which: a level that is too low and a tool that is switched off
 * look the same.
 * @see procore/documentation api_essentials/troubleshooting.md
 */
export function describeNoAccess({ parent, failure }: NoAccessNode): Row {
  const isOff = failure.code === "TOOL_OFF";
  const told = advice(failure);
  const label = isOff ? told.headline : l10n.t("No access or not enabled");
  if (isOff) {
    return {
      label,
      tooltip: [l10n.t("{0}: {1}", parent.tool.title, label), plain(told.message, 600), ...supportLines(failure)],
      ...closed,
      accessibilityLabel: l10n.t("{0}: {1}", parent.tool.title, label),
    };
  }
  return {
    label,
    tooltip: [
      l10n.t("{0}: no access or not enabled in this project.", parent.tool.title),
      l10n.t(
        "Your permission level on this tool may be None, or the project does not use the tool. A project admin sees both: Project Admin > Tools, and the Directory.",
      ),
      answered(failure, plain(failure.message)),
      ...supportLines(failure),
    ],
    ...closed,
    accessibilityLabel: l10n.t("{0}: {1}", parent.tool.title, noAccessLabel),
  };
}

/** How a tool looks that cannot be opened. */
const closed = {
  icon: { id: "circle-slash", color: "disabledForeground" },
  contextValue: "noAccess",
  collapsible: "none",
} as const;

function actionOf(action: FailureAction, node: FailedNode, connectionId: string | undefined): RowAction {
  if (action !== "retry") return actionCommand(action, connectionId);
  const command = node.retry === "nextPage" ? "procore.loadMore" : "procore.refreshExplorer";
  return { title: l10n.t("Try Again"), command, parameters: "node" };
}
