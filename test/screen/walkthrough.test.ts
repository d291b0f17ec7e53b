import assert from "node:assert/strict";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import { until } from "../harness/until.ts";
import { allow, settingsFor, signIn, startSite, untilStep, type Site } from "./people.ts";

const installed = "Ironbridge & Vale Builders";
const notInstalled = "Löwenstein Hoch- und Tiefbau AG";

describe("Get Started @oldest", function () {
  this.timeout(120_000);
  let site: Site;
  let workbench: Workbench;
  before(async () => {
    site = await startSite("Site A");
    workbench = await openWorkbench({ settings: settingsFor(site), size: { width: 1600, height: 900 } });
  });
  after(async () => {
    await workbench?.dispose();
    await site?.sandbox.close();
  });

  it("is opened by the welcome view, at its first step, with a picture", async () => {
    await workbench.runCommand("Procore: Focus on Companies View");
    await workbench.untilWelcome(/New to the Procore API\?/u);
    assert.deepEqual(await workbench.walkthroughSteps(), []);
    await workbench.clickWelcome("Get Started");
    await workbench.untilStepOpen("noAccount");
    assert.match(await workbench.stepPicture(), /^A laptop that holds/u);
    await workbench.untilDone();
  });

  it("ticks nothing for a click alone: who opened the page has no account yet", async () => {
    await workbench.clickStep("Sign up for a developer account");
    const portal = await workbench.nextPopup(() => workbench.clickStepButton("Create an Account"));
    assert.equal(portal.url(), "https://developers.procore.com/signup");
    await portal.close();
    await workbench.clickStep("Add the redirect URI");
    await workbench.clickStepButton("Copy Redirect URI");
    await until(
      "the redirect URI",
      () => workbench.clipboard(),
      (text) => text === "urn:ietf:wg:oauth:2.0:oob",
    );
    await workbench.untilDone();
  });

  it("ticks what a sign-in proves", async () => {
    await workbench.clickStep("Sign in");
    await workbench.clickStepButton("Sign In");
    await untilStep(workbench, 1);
    await workbench.chooseItem(site.label);
    await untilStep(workbench, 2);
    await workbench.quickInputButton("Where do I find this?");
    await workbench.untilNotification(/^You find both in Procore's Developer Portal/u);
    await workbench.clickNotificationButton("Show Steps");
    await workbench.untilStepOpen("redirectUri");
    // The box is still there beside the walkthrough.
    await untilStep(workbench, 2);
    await workbench.fill(`${site.sandbox.clientId} ${site.sandbox.clientSecret}`);
    const popup = await workbench.nextPopup(() => workbench.accept());
    await workbench.fill(await allow(popup));
    await workbench.accept();
    await workbench.untilRow(installed);
    await workbench.untilDone("account", "app", "redirectUri", "signIn");
  });

  it("is opened at the step that helps by the row of a company without the app, which proves nothing", async () => {
    await workbench.clickRow(notInstalled);
    await workbench.clickRow("App not installed in this company");
    await workbench.untilStepOpen("install");
    await workbench.untilDone("account", "app", "redirectUri", "signIn");
  });

  it("ticks what a company's projects prove, and an opened project", async () => {
    await workbench.clickRow(notInstalled);
    await workbench.clickRow(installed);
    const seen = ["account", "app", "version", "redirectUri", "install", "signIn", "companies"];
    await workbench.untilDone(...seen);
    const project = await workbench.untilRow((row) => row.level === 2 && row.icon === "project");
    await workbench.clickRow(project.label);
    await workbench.untilDone(...seen, "project");
  });

  it("is opened by the palette, also where it is open already, and stays ticked after a reload", async () => {
    // Not `reload()`: ticks are young, and what the editor has not stored yet would be lost.
    await workbench.reloadBy(() => workbench.runCommand("Developer: Reload Window"));
    await workbench.runCommand("Procore: Get Started");
    await until(
      "the walkthrough",
      () => workbench.walkthroughSteps(),
      (steps) => steps.length === 11 && steps.filter(({ done }) => done).length === 8,
    );
    await workbench.runCommand("Procore: Get Started");
    assert.equal((await workbench.walkthroughSteps()).length, 11);
  });
});

describe("Get Started, opened late @oldest", function () {
  this.timeout(120_000);
  const seen = ["account", "app", "version", "redirectUri", "install", "signIn", "companies", "project"];
  let site: Site;
  let workbench: Workbench;
  before(async () => {
    site = await startSite("Site B");
    workbench = await openWorkbench({ settings: settingsFor(site), size: { width: 1600, height: 900 } });
  });
  after(async () => {
    await workbench?.dispose();
    await site?.sandbox.close();
  });

  it("is ticked by what was done before it was first opened", async () => {
    await workbench.runCommand("Procore: Focus on Companies View");
    await workbench.untilWelcome(/New to the Procore API\?/u);
    await signIn(workbench, site);
    await workbench.untilRow(installed);
    await workbench.clickRow(installed);
    const project = await workbench.untilRow((row) => row.level === 2 && row.icon === "project");
    await workbench.clickRow(project.label);
    await workbench.untilRow((row) => row.level === 3);
    assert.deepEqual(await workbench.walkthroughSteps(), []);
    await workbench.runCommand("Procore: Get Started");
    await workbench.untilDone(...seen);
  });

  it("does not tick again what somebody took away", async () => {
    await workbench.clickStepTick("Sign in");
    const left = seen.filter((id) => id !== "signIn");
    await workbench.untilDone(...left);
    await workbench.clickRow(installed);
    await workbench.clickRow(installed);
    await workbench.runCommand("Procore: Get Started");
    await workbench.untilDone(...left);
  });

  it("is ticked in another window where nothing was done", async () => {
    const other = await workbench.openWindow("same");
    try {
      await other.runCommand("Procore: Get Started");
      await until(
        "the ticks of the first window",
        async () => (await other.walkthroughSteps()).filter(({ done }) => done).map(({ id }) => id),
        (done) => done.includes("project") && done.includes("companies"),
      );
    } finally {
      await other.dispose();
    }
  });
});
