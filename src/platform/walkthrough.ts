import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { outOfBandRedirectUri } from "../core/oauth/authorizationUrl.ts";
import { writeClipboard } from "./clipboard.ts";
import { registerCommand } from "./commands.ts";
import { setContextKey, type ContextKeys } from "./contextKeys.ts";
import { DisposableStore, type Disposable } from "./disposables.ts";
import type { Report } from "./report.ts";
import { walkthroughSteps } from "./walkthroughSteps.ts";
import { createTicks, type WalkthroughKey } from "./walkthroughTicks.ts";

/** The walkthrough's id in package.json. */
const walkthroughId = "getStarted";

/** Tells the walkthrough what was seen: sets the context key, and ticks the steps that its value proves. */
export type TellWalkthrough = <K extends WalkthroughKey>(key: K, value: ContextKeys[K]) => Promise<void>;

export interface Walkthrough extends Disposable {
  readonly tell: TellWalkthrough;
}

/** Get Started and what its buttons need. */
export function registerWalkthrough(
  { extension, globalState }: Pick<vscode.ExtensionContext, "extension" | "globalState">,
  report: Report,
): Walkthrough {
  const category = `${extension.id}#${walkthroughId}`;
  const store = new DisposableStore();
  store.add(registerCommand("procore.openWalkthrough", report, (step) => open(category, step)));
  store.add(registerCommand("procore.copyRedirectUri", report, copyRedirectUri));
  const tick = createTicks({
    // Not in the API, but what the editor's own walkthroughs have in their buttons (gettingStartedContent.ts).
    mark: async (step) => await vscode.commands.executeCommand("welcome.markStepComplete", `${category}#${step}`),
    memory: globalState,
  });
  return {
    async tell(key, value) {
      await setContextKey(key, value);
      report.background(tick(key, value), "tick a step of the walkthrough");
    },
    dispose: () => store.dispose(),
  };
}

async function open(category: string, step: unknown): Promise<void> {
  // The walkthrough's `when`. An editor that has just installed an extension opens its first walkthrough that may be
  // shown, so this one may be shown only after somebody asked for it (welcomeGettingStarted, gettingStartedService.ts).
  await setContextKey("procore.walkthroughWanted", true);
  await readWalkthroughs(category);
  const known = walkthroughSteps.find((id) => id === step);
  await vscode.commands.executeCommand(
    "workbench.action.openWalkthrough",
    known === undefined ? category : { category, step: known },
  );
}

/**
 * Has the editor read what walkthroughs there are. It does so when one is first asked for, and in somebody's first
 * session it shows one of its own where ours is not read yet (buildCategoriesSlide, gettingStarted.ts). This asks for
 * one and changes nothing: no step has that id, so it always fails.
 */
async function readWalkthroughs(noStep: string): Promise<void> {
  await Promise.resolve(vscode.commands.executeCommand("welcome.markStepIncomplete", noStep)).catch(() => undefined);
}

async function copyRedirectUri(): Promise<void> {
  await writeClipboard(outOfBandRedirectUri);
  vscode.window.setStatusBarMessage(l10n.t("Redirect URI copied"), shownMs);
}

const shownMs = 3_000;
