import { advice, type Failure, type FailureAction } from "../core/errors.ts";
import { plain } from "../core/plain.ts";
import { actionCommands } from "../platform/failureActions.ts";
import type { FailedNode, NotConnectedNode } from "./nodes.ts";
import { nameOf, type Row, type RowAction } from "./row.ts";

/** A failed load: what happened, with the action that helps most as the row's click. */
export function describeFailed(node: FailedNode): Row {
  const { message, action } =
    node.failure === undefined
      ? {
          message: "Something went wrong inside Procore Explorer. The log has the details.",
          action: "showLog" as const,
        }
      : advice(node.failure);
  const label = plain(message, 600);
  const click = actionOf(action, node);
  return {
    label,
    ...(click === undefined ? {} : { description: click.title }),
    tooltip: [
      label,
      ...(click === undefined ? [] : [`Click or press Enter: ${click.title}`]),
      ...requestLines(node.failure),
    ],
    icon: { id: "error", color: "list.errorForeground" },
    // The page that failed is loaded again by a click; Refresh would throw the loaded ones away.
    contextValue: node.retry === "nextPage" ? "failedPage" : "failed",
    collapsible: "none",
    accessibilityLabel: `Error: ${label}${click === undefined ? "" : ` Press Enter: ${click.title}`}`,
    ...(click === undefined ? {} : { action: click }),
  };
}

/** Procore's support asks for the request's id. */
function requestLines(failure: Failure | undefined): readonly string[] {
  const id = failure !== undefined && "requestId" in failure ? failure.requestId : undefined;
  return id === undefined ? [] : [`Request ID: ${plain(id, 80)}`];
}

/**
 * The first wall of a new app: signing in again does not help, installing it does.
 * @see procore/documentation api_essentials/troubleshooting.md ("App is not connected to this company.")
 */
export function describeNotConnected({ parent }: NotConnectedNode): Row {
  const label = "App not installed in this company";
  return {
    label,
    description: "Show Install Steps",
    tooltip: [
      label,
      `Procore answers for ${nameOf(parent.company)} only after a company admin has installed the app there. Signing in again does not change that.`,
      "Click or press Enter: Show Install Steps",
    ],
    icon: { id: "plug", color: "list.warningForeground" },
    contextValue: "notConnected",
    collapsible: "none",
    accessibilityLabel: `${label}, ${nameOf(parent.company)}. Press Enter: Show Install Steps`,
    action: { title: "Show Install Steps", command: "procore.openInstallSteps", parameters: [] },
  };
}

function actionOf(action: FailureAction, node: FailedNode): RowAction | undefined {
  if (action === "none") return undefined;
  if (action !== "retry") return actionCommands[action];
  const command = node.retry === "nextPage" ? "procore.loadMore" : "procore.refreshExplorer";
  return { title: "Try Again", command, parameters: "node" };
}
