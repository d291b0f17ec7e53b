import assert from "node:assert/strict";
import path from "node:path";
import { interrupted } from "../harness/interrupted.ts";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import { packageExtension } from "../harness/start/packageExtension.ts";

describe("Installing the extension @oldest", function () {
  this.timeout(180_000);
  let workbench: Workbench;
  let vsix: string;
  before(async () => {
    vsix = await packageExtension(interrupted);
    // Another extension in its place, so that this window has never seen ours.
    workbench = await openWorkbench({ extensionFolder: path.resolve(import.meta.dirname, "../fixtures/probe") });
  });
  after(() => workbench?.dispose());

  it("opens no walkthrough by itself", async () => {
    await workbench.runCommand("Extensions: Install from VSIX...");
    await workbench.untilQuickInput((input) => input.title.startsWith("Install from VSIX") && input.items.length > 0);
    await workbench.fill(`${path.dirname(vsix)}/`);
    await workbench.chooseItem(path.basename(vsix));
    await workbench.untilNotification(/Completed installing/u);
    await workbench.runCommand("Procore: Focus on Companies View");
    await workbench.untilWelcome(/New to the Procore API\?/u);
    // The extension runs, so its walkthrough is known; the editor opens and lists only those that may be shown.
    await workbench.runCommand("Welcome: Open Walkthrough...");
    const { items } = await workbench.untilQuickInput((input) => input.items.length > 0 && !input.busy);
    assert.deepEqual(
      items.filter(({ label }) => label.includes("Procore")),
      [],
    );
    await workbench.escape();
    await workbench.untilNoQuickInput();
    assert.deepEqual(await workbench.walkthroughSteps(), []);
    assert.equal(await workbench.page.locator(".part.editor .tab").count(), 0);
    await workbench.runCommand("Procore: Get Started");
    await workbench.untilStepOpen("noAccount");
  });
});
