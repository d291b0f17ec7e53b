import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import { until } from "../harness/until.ts";
import {
  acceptAndRead,
  againToCodeBox,
  allow,
  connectionOf,
  countOf,
  settingsFor,
  signIn,
  signInAgain,
  startSite,
  toCodeBox,
  toEnvironments,
  toIdBox,
  toSecretBox,
  untilCount,
  untilStep,
  waitingForCode,
  type Site,
} from "./people.ts";

const firstCompany = "Ironbridge & Vale Builders";

/** Reads the tree from the server, which only works with a session that is good. */
async function assertAlive(workbench: Workbench, site: Site): Promise<void> {
  const lists = countOf(site, "GET /rest/v1.0/companies");
  await workbench.runCommand("Procore: Refresh");
  await untilCount(site, "GET /rest/v1.0/companies", lists + 1);
  await workbench.untilRow(firstCompany);
  await workbench.untilStatus(new RegExp(`^${site.label} 1h 2\\dm$`, "u"));
}

/** Waits until the tooltip of the status bar item tells who is signed in. */
const untilUser = (workbench: Workbench, login: string): Promise<string> =>
  until(
    `${login} in the tooltip`,
    () => workbench.statusTooltip(),
    (text) => text.includes(login),
  );

describe("a session", function () {
  this.timeout(120_000);
  let site: Site;
  let workbench: Workbench;
  before(async () => {
    site = await startSite("Site A");
    workbench = await openWorkbench({ settings: settingsFor(site) });
    await signIn(workbench, site);
    await workbench.untilRow(firstCompany);
  });
  after(async () => {
    await workbench?.dispose();
    await site?.sandbox.close();
  });

  const steps: readonly (readonly [name: string, go: () => Promise<unknown>])[] = [
    ["the environment", () => toEnvironments(workbench)],
    ["the client ID", () => toIdBox(workbench, site.label)],
    ["the client secret", () => toSecretBox(workbench, site)],
    ["the code", async () => (await toCodeBox(workbench, site)).close()],
    ["the code of the same connection", async () => (await againToCodeBox(workbench, site)).close()],
  ];
  for (const [name, go] of steps) {
    it(`stays when another sign-in is given up at ${name}`, async () => {
      await go();
      await workbench.escape();
      await workbench.untilNoQuickInput();
      if (waitingForCode.test((await workbench.statusText()) ?? "")) {
        await workbench.clickStatus();
        await workbench.chooseItem("Cancel Sign In");
      }
      await assertAlive(workbench, site);
      assert.equal(countOf(site, "POST /oauth/revoke"), 0);
    });
  }

  it("goes on after a reload, without a token call", async () => {
    const [calls, lists] = [countOf(site, "POST /oauth/token"), countOf(site, "GET /rest/v1.0/companies")];
    await workbench.reload();
    await workbench.untilRow(firstCompany);
    await workbench.untilStatus(/^Site A 1h 2\dm$/u);
    assert.ok(countOf(site, "GET /rest/v1.0/companies") > lists);
    assert.equal(countOf(site, "POST /oauth/token"), calls);
  });

  it("has a menu in the status bar", async () => {
    await workbench.clickStatus();
    const { items } = await workbench.untilQuickInput((input) => input.items.length > 3);
    const labels = items.map(({ label }) => label);
    for (const label of [
      "Show Session",
      "Refresh Session Now",
      "Copy Access Token",
      "Open Signed-in Terminal",
      "Switch Connection",
      "Sign Out",
      "Edit App Credentials",
    ])
      assert.ok(labels.includes(label), `${label} is in ${labels.join()}`);
    assert.ok(!labels.includes("Cancel Sign In"));
    await workbench.escape();
  });

  it("tells who is signed in as plain text", async () => {
    const { page } = workbench;
    // Read at once: the item is painted anew every minute, and its tooltip goes.
    const read = async (): Promise<unknown> => {
      const text = await workbench.statusTooltip();
      const count = await page.locator(".monaco-hover:visible").count();
      const links = await page.locator(".monaco-hover:visible a").allInnerTexts();
      return { isUser: text.includes("maya.okafor@sandbox.example"), count, links };
    };
    // The only link is our own.
    const wanted = { isUser: true, count: 1, links: ["Show Session"] };
    await until("the user in one tooltip", read, (seen) => isDeepStrictEqual(seen, wanted));
  });

  it("is refreshed by the menu, once", async () => {
    const calls = countOf(site, "POST /oauth/token");
    await workbench.clickStatus();
    await workbench.chooseItem("Refresh Session Now");
    await untilCount(site, "POST /oauth/token", calls + 1);
    await until(
      "the time of the refresh",
      () => workbench.statusTooltip(),
      (text) => text.includes("Last refreshed"),
    );
    await assertAlive(workbench, site);
    assert.equal(countOf(site, "POST /oauth/token"), calls + 1);
  });

  it("asks before another user takes its place, and keeps the first one when told so", async () => {
    const revocations = countOf(site, "POST /oauth/revoke");
    await signInAgain(workbench, site, "Tomás Brännström");
    const { title } = await workbench.untilQuickInput((input) => input.items.length === 3);
    assert.match(title, /tomas\.braennstroem@sandbox\.example.*maya\.okafor@sandbox\.example/u);
    await workbench.chooseItem("Keep maya.okafor@sandbox.example");
    await untilCount(site, "POST /oauth/revoke", revocations + 1);
    await untilUser(workbench, "maya.okafor@sandbox.example");
    await assertAlive(workbench, site);
  });

  it("is replaced by the other user's when told so", async () => {
    await signInAgain(workbench, site, "Tomás Brännström");
    await workbench.chooseItem("Use tomas.braennstroem@sandbox.example here");
    await untilUser(workbench, "tomas.braennstroem@sandbox.example");
    await assertAlive(workbench, site);
    await toEnvironments(workbench);
    const { items } = await workbench.untilQuickInput(/\(1\/4\)$/u);
    assert.equal(items.filter(({ label }) => connectionOf(site).test(label)).length, 1);
    await workbench.escape();
  });

  it("gets a second one beside it for the other user when told so, and both work", async () => {
    await signInAgain(workbench, site, "Léa Nguyễn-Roy");
    await workbench.chooseItem("Add lea.nguyen-roy@sandbox.example as a connection of its own");
    await untilUser(workbench, "lea.nguyen-roy@sandbox.example");
    await assertAlive(workbench, site);
    await workbench.runCommand("Procore: Switch Connection");
    await workbench.chooseItem(connectionOf(site, "tomas"));
    await untilUser(workbench, "tomas.braennstroem@sandbox.example");
    await assertAlive(workbench, site);
  });

  it("stays when the client secret is edited, after it was tried", async () => {
    await workbench.runCommand("Procore: Edit App Credentials");
    const idBox = await workbench.untilQuickInput(/^Client ID/u);
    assert.equal(idBox.value, site.sandbox.clientId);
    await workbench.accept();
    await workbench.untilQuickInput((input) => input.masked);
    await workbench.fill("wrong");
    await acceptAndRead(workbench, /does not accept/u);
    await workbench.fill(site.sandbox.clientSecret);
    await workbench.accept();
    await workbench.untilNoQuickInput();
    const calls = countOf(site, "POST /oauth/token");
    await workbench.runCommand("Procore: Refresh Session Now");
    await untilCount(site, "POST /oauth/token", calls + 1);
    await assertAlive(workbench, site);
  });

  it("ends at the server too by Sign Out @oldest", async () => {
    const revocations = countOf(site, "POST /oauth/revoke");
    await workbench.runCommand("Procore: Sign Out");
    await workbench.untilWelcome(/You are signed out/u);
    assert.equal(countOf(site, "POST /oauth/revoke"), revocations + 1);
    await workbench.untilStatus(/Sign In$/u);
    assert.deepEqual(await workbench.treeRows(), []);
    assert.deepEqual(
      (await workbench.notifications()).filter(({ busy }) => !busy),
      [],
    );
  });

  it("leads on from the signed-out view: to another environment, the walkthrough and the report", async () => {
    const text = await workbench.welcomeText();
    assert.match(text, /^You are signed out\..*Sign In\n.*Switch Connection\n.*Sign In to Another Environment\n/su);
    assert.match(text, /Does signing in fail\? Get Started leads .*Diagnose Connection finds out why\.$/su);
    await workbench.clickWelcome("Sign In to Another Environment");
    const { items } = await workbench.untilQuickInput(/\(1\/4\)$/u);
    assert.ok(items.some(({ label }) => label === "Production"));
    await workbench.escape();
    await workbench.untilNoQuickInput();
    await workbench.clickWelcome("Get Started");
    await workbench.untilStepOpen("noAccount");
    await workbench.clickWelcome("Diagnose Connection");
    await workbench.untilQuickInput((input) => input.items.some(({ label }) => connectionOf(site).test(label)));
    await workbench.escape();
    await workbench.untilNoQuickInput();
  });

  it("begins again from the signed-out view without asking for keys", async () => {
    const popup = await workbench.nextPopup(() => workbench.clickWelcome("Sign In"));
    await untilStep(workbench, 4);
    await workbench.fill(await allow(popup, "Tomás Brännström"));
    await workbench.accept();
    await workbench.untilRow(firstCompany);
  });

  it("goes with its connection when that is removed", async () => {
    const revocations = countOf(site, "POST /oauth/revoke");
    await workbench.runCommand("Procore: Remove Connection");
    await workbench.chooseItem(connectionOf(site, "tomas"));
    await workbench.untilDialog(/^Remove "Site A · tomas/u);
    await workbench.clickDialogButton("Remove");
    await untilCount(site, "POST /oauth/revoke", revocations + 1);
    await untilUser(workbench, "lea.nguyen-roy@sandbox.example");
    await assertAlive(workbench, site);
    await toEnvironments(workbench);
    const { items } = await workbench.untilQuickInput(/\(1\/4\)$/u);
    assert.equal(items.filter(({ label }) => connectionOf(site, "tomas").test(label)).length, 0);
    await workbench.escape();
  });

  it("can be signed out of while the server is away, which is said", async () => {
    await site.sandbox.close();
    await workbench.closeNotifications();
    await workbench.runCommand("Procore: Sign Out");
    const { message, severity } = await workbench.untilNotification(/^Signed out here, but/u);
    assert.match(message, new RegExp(`${site.host} could not be told`, "u"));
    assert.doesNotMatch(message, /\n|Error:|ECONN/u);
    assert.equal(severity, "warning");
    await workbench.untilWelcome(/You are signed out/u);
  });
});
