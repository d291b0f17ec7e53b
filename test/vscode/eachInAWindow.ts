import * as vscode from "vscode";
import type { SandboxOptions } from "../../src/sandbox/index.ts";
import { closeWindow, openWindow, type ExtensionWindow } from "../fakes/extensionWindow.ts";
import { closeSites, openSite, type Site } from "../fakes/site.ts";

/** Gives each test of a `describe` a window and a site that it knows. They end with the test, and its editors close. */
export function eachInAWindow(
  take: (opened: { readonly window: ExtensionWindow; readonly site: Site }) => void,
  options: Partial<SandboxOptions> = {},
): void {
  beforeEach(async () => {
    const window = await openWindow();
    take({ window, site: await openSite(window, options) });
  });
  afterEach(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await closeWindow();
    await closeSites();
  });
}
