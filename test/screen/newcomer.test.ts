import assert from "node:assert/strict";
import { walkAsNewcomer } from "../harness/newcomer.ts";
import { openWorkbench, type Workbench } from "../harness/screen.ts";

describe("a newcomer, with an empty user-data folder and no account", function () {
  this.timeout(120_000);
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench();
  });
  after(() => workbench?.dispose());

  it("comes to the list of projects by following the screen, and the walkthrough saw it", async () => {
    const { steps } = await walkAsNewcomer(workbench, async () => {
      assert.deepEqual(
        (await workbench.walkthroughSteps()).filter(({ done }) => done),
        [],
      );
    });
    assert.equal(steps.length, 8, steps.join("\n"));
    // Nothing here says anything about an app at Procore.
    await workbench.untilDone("noAccount", "companies");
    const project = await workbench.untilRow((row) => row.level === 2 && row.icon === "project");
    await workbench.clickRow(project.label);
    await workbench.untilDone("noAccount", "companies", "project");
  });
});
