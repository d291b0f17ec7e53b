import assert from "node:assert/strict";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import { until } from "../harness/until.ts";
import { allow, approvalPage, toEnvironments, untilStep, waitingForCode } from "./people.ts";

describe("the Local Sandbox, from nothing to the tree and back @oldest", function () {
  this.timeout(120_000);
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench();
  });
  after(() => workbench?.dispose());

  it("is signed in to with a code from the browser", async () => {
    await workbench.runCommand("View: Show Procore");
    await workbench.untilWelcome(/No Procore account\?/u);
    await toEnvironments(workbench);
    const opened = await workbench.nextPopup(() => workbench.chooseItem("Local Sandbox"));
    await untilStep(workbench, 4);
    const popup = await approvalPage(workbench, opened);
    await workbench.untilStatus(waitingForCode);
    assert.match(await popup.title(), /Allow this app\?/u);
    const code = await allow(popup, "Tomás Brännström");
    await workbench.fill(code);
    await workbench.accept();
    await workbench.untilNoQuickInput();
    await workbench.untilRow("Ironbridge & Vale Builders");
    await workbench.untilStatus(/^Local 1h 2\dm$/u);
    await until(
      "the user's name in the tooltip",
      () => workbench.statusTooltip(),
      (text) => text.includes("tomas.braennstroem@sandbox.example"),
    );
  });

  it("shows its three companies and the projects of one, page by page", async () => {
    const labels = (await workbench.treeRows()).map(({ label }) => label);
    assert.deepEqual(labels, [
      "Ironbridge & Vale Builders",
      "Constructions Beauséjour ltée",
      "Löwenstein Hoch- und Tiefbau AG",
    ]);
    await workbench.clickRow("Constructions Beauséjour ltée");
    const projects = async (): Promise<number> =>
      (await workbench.treeRows()).filter(({ level }) => level === 2).length;
    await until("24 projects", projects, (count) => count === 24);
  });

  it("goes on after a reload, without another sign-in", async () => {
    await workbench.reload();
    await workbench.untilRow("Constructions Beauséjour ltée");
    await workbench.untilStatus(/^Local 1h 2\dm$/u);
    await workbench.viewAction("Refresh");
    await workbench.untilRow("Ironbridge & Vale Builders");
    assert.deepEqual(await workbench.notifications(), []);
  });

  it("is signed out of", async () => {
    await workbench.runCommand("Procore: Sign Out");
    await workbench.untilWelcome(/You are signed out/u);
    assert.deepEqual(await workbench.treeRows(), []);
    await workbench.untilStatus(/Sign In$/u);
  });

  it("is stopped, and its view then offers to start it and to sign in", async () => {
    await workbench.runCommand("Procore: Stop Local Sandbox");
    await workbench.untilDialog("Stop the Local Sandbox?");
    await workbench.clickDialogButton("Stop");
    await workbench.untilWelcome(/The Local Sandbox is not running.*Sign In to Another Environment.*Get Started/su);
    await workbench.clickWelcome("Start Local Sandbox");
    await workbench.untilNotification(/^The Local Sandbox runs at http:\/\/127\.0\.0\.1:\d+/u);
    const popup = await workbench.nextPopup(() => workbench.clickNotificationButton("Sign In"));
    await untilStep(workbench, 4);
    await workbench.fill(await allow(await approvalPage(workbench, popup)));
    await workbench.accept();
    await workbench.untilRow("Ironbridge & Vale Builders");
    await workbench.untilStatus(/^Local 1h 2\dm$/u);
  });
});
