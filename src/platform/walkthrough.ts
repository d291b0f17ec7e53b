import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { outOfBandRedirectUri } from "../core/oauth/authorizationUrl.ts";
import { clipboard } from "./clipboard.ts";
import { registerCommand } from "./commands.ts";
import { setContextKey } from "./contextKeys.ts";
import { DisposableStore, type Disposable } from "./disposables.ts";
import type { Report } from "./report.ts";
import { walkthroughSteps } from "./walkthroughSteps.ts";

/** The walkthrough's id in package.json. */
const walkthroughId = "getStarted";

/** Get Started and what its buttons need. `extensionId` is the running extension's own. */
export function registerWalkthrough(extensionId: string, report: Report): Disposable {
  const store = new DisposableStore();
  store.add(registerCommand("procore.openWalkthrough", report, (step) => open(extensionId, step)));
  store.add(registerCommand("procore.copyRedirectUri", report, copyRedirectUri));
  return store;
}

async function open(extensionId: string, step: unknown): Promise<void> {
  // The walkthrough's `when`. An editor that has just installed an extension opens its first walkthrough that may be
  // shown, so this one may be shown only after somebody asked for it (welcomeGettingStarted, gettingStartedService.ts).
  await setContextKey("procore.walkthroughWanted", true);
  const category = `${extensionId}#${walkthroughId}`;
  const known = walkthroughSteps.find((id) => id === step);
  await vscode.commands.executeCommand(
    "workbench.action.openWalkthrough",
    known === undefined ? category : { category, step: known },
  );
}

async function copyRedirectUri(): Promise<void> {
  await clipboard("write", () => vscode.env.clipboard.writeText(outOfBandRedirectUri));
  vscode.window.setStatusBarMessage(l10n.t("Redirect URI copied"), shownMs);
}

const shownMs = 3_000;
