import * as l10n from "@vscode/l10n";
import type { FailureAction } from "../core/errors.ts";
import type { CommandId } from "./commands.ts";
import type { WalkthroughStep } from "./walkthroughSteps.ts";

export interface ActionCommand {
  readonly title: string;
  readonly command:
    | CommandId
    | "workbench.action.openSettings"
    | "workbench.action.reloadWindow"
    | "workbench.extensions.action.checkForUpdates";
  readonly parameters: readonly unknown[];
}

/**
 * The button of a failure; with the connection that failed where the action is about one, because another may be the
 * active one.
 */
export function actionCommand(action: keyof typeof actionCommands, connectionId?: string): ActionCommand {
  const known = actionCommands[action];
  if (connectionId === undefined || !aboutConnection.has(action)) return known;
  const [first] = known.parameters;
  return { ...known, parameters: [{ ...(typeof first === "object" ? first : {}), connection: connectionId }] };
}

const aboutConnection: ReadonlySet<FailureAction> = new Set([
  "signIn",
  "signInHere",
  "editCredentials",
  "takeOver",
  "showWhatWasSent",
  "diagnose",
]);

/** A button that opens the walkthrough at a step. */
function steps(title: string, step: WalkthroughStep): ActionCommand {
  return { title, command: "procore.openWalkthrough", parameters: [step] };
}

/** Which button a failure gets. `retry` is the caller's own: only it knows what to repeat. */
export const actionCommands: Readonly<Record<Exclude<FailureAction, "retry">, ActionCommand>> = {
  signIn: { title: l10n.t("Sign In"), command: "procore.signIn", parameters: [] },
  // The active connection's session looks alive in the list: Sign In alone would begin with another one.
  signInHere: { title: l10n.t("Sign In Here"), command: "procore.signIn", parameters: [{ choose: "again" }] },
  editCredentials: { title: l10n.t("Edit App Credentials"), command: "procore.editCredentials", parameters: [] },
  installSteps: steps(l10n.t("Show Install Steps"), "install"),
  versionSteps: steps(l10n.t("Show Steps"), "version"),
  appKeySteps: steps(l10n.t("Show Steps"), "redirectUri"),
  testerSteps: steps(l10n.t("Show Steps"), "testers"),
  serviceAccountSteps: steps(l10n.t("Show Steps"), "serviceAccount"),
  copyAdminMessage: {
    title: l10n.t("Copy Message for Your Procore Admin"),
    command: "procore.copyAdminMessage",
    parameters: [],
  },
  startLocalSandbox: { title: l10n.t("Start Local Sandbox"), command: "procore.startLocalSandbox", parameters: [] },
  openSettings: {
    title: l10n.t("Open Settings"),
    command: "workbench.action.openSettings",
    parameters: ["procore.environments"],
  },
  openProxySettings: {
    title: l10n.t("Open Proxy Settings"),
    command: "workbench.action.openSettings",
    parameters: ["http.proxy"],
  },
  openTransportSetting: {
    title: l10n.t("Open Network Setting"),
    command: "workbench.action.openSettings",
    parameters: ["procore.network.transport"],
  },
  filterProjects: { title: l10n.t("Filter Projects"), command: "procore.filterProjects", parameters: [] },
  openStatusPage: { title: l10n.t("Open Procore's Status Page"), command: "procore.openStatusPage", parameters: [] },
  showWhatWasSent: { title: l10n.t("Show What Was Sent"), command: "procore.showWhatWasSent", parameters: [] },
  diagnose: { title: l10n.t("Diagnose Connection"), command: "procore.diagnose", parameters: [] },
  reloadWindow: { title: l10n.t("Reload Window"), command: "workbench.action.reloadWindow", parameters: [] },
  takeOver: { title: l10n.t("Take Over"), command: "procore.takeOverSession", parameters: [] },
  updateExtension: {
    title: l10n.t("Check for Updates"),
    command: "workbench.extensions.action.checkForUpdates",
    parameters: [],
  },
  showLog: { title: l10n.t("Show Log"), command: "procore.showLog", parameters: [] },
};
