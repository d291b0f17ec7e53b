import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeWindow, openWindow, type ExtensionWindow } from "../fakes/extensionWindow.ts";
import { until } from "../harness/until.ts";

describe("Get Started", () => {
  let window: ExtensionWindow;
  beforeEach(async () => {
    window = await openWindow();
  });
  afterEach(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await closeWindow();
  });

  const tabs = (): Promise<number> =>
    Promise.resolve(vscode.window.tabGroups.all.flatMap(({ tabs: all }) => all).length);
  const shown = async (parameters: readonly unknown[]): Promise<void> => {
    await window.run("procore.openWalkthrough", ...parameters);
    await until("the walkthrough's tab", tabs, (count) => count === 1);
    assert.deepEqual(window.person.messages, []);
  };

  it("may be shown only after somebody asked for it", async () => {
    assert.equal(window.contextKeys.get("procore.walkthroughWanted"), undefined);
    await shown([]);
    assert.equal(window.contextKeys.get("procore.walkthroughWanted"), true);
  });

  it("takes whatever comes as its step: it is one of its own, or none", async () => {
    for (const argument of ["install", "noSuchStep", "install#x", "", 7, null, {}, ["install"], { step: "install" }]) {
      await shown([argument]);
    }
  });

  it("copies the redirect URI", async () => {
    await window.run("procore.copyRedirectUri");
    assert.deepEqual(window.person.copied, ["urn:ietf:wg:oauth:2.0:oob"]);
  });
});
