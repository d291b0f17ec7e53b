import assert from "node:assert/strict";
import { openWorkbench, type Workbench } from "../harness/screen.ts";

describe("the extension on the screen @oldest", () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench();
  });
  after(() => workbench?.dispose());

  it("shows its view, which offers to sign in", async () => {
    await workbench.runCommand("View: Show Procore");
    await workbench.untilWelcome(/Sign In/u);
  });

  it("asks for the environment first, and Escape leaves nothing behind", async () => {
    await workbench.runCommand("Procore: Sign In");
    const { title, items } = await workbench.untilQuickInput(/^Sign in to Procore/u);
    assert.match(title, /^Sign in to Procore/u);
    assert.equal(items[0]?.label, "Development Sandbox");
    await workbench.escape();
    await workbench.untilNoQuickInput();
    assert.deepEqual(await workbench.notifications(), []);
  });
});
