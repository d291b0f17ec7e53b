import assert from "node:assert/strict";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import { until } from "../harness/until.ts";
import { allow, countOf, enterCode, settingsFor, signIn, startSite, untilCount, type Site } from "./people.ts";

const big = "Ironbridge & Vale Builders";
const small = "Constructions Beauséjour ltée";
const list = "GET /rest/v1.1/projects";

describe("the Companies view stays as it was left", function () {
  this.timeout(180_000);
  let site: Site;
  let workbench: Workbench;
  let chosen: string;
  before(async () => {
    site = await startSite("Site A", { companies: 2, disconnected: [] });
    workbench = await openWorkbench({ settings: settingsFor(site), size: { width: 1280, height: 1200 } });
    await signIn(workbench, site);
    await workbench.untilRow(small);
    await workbench.clickRow(small);
    await untilCount(site, list, 1);
    chosen = (await workbench.untilRow((row) => row.level === 2 && row.icon === "project")).label;
    // A click opens the project and selects it; the second one closes it again.
    await workbench.clickRow(chosen);
    await workbench.untilRow("RFIs");
    await workbench.clickRow(chosen);
    await untilClosed(chosen);
  });
  after(async () => {
    await workbench?.dispose();
    await site?.sandbox.close();
  });

  const selectedRows = async (): Promise<readonly string[]> =>
    workbench.page
      .locator(".part.sidebar .customview-tree:visible .monaco-list-row.selected .label-name")
      .allInnerTexts();
  const untilClosed = (label: string) => workbench.untilRow((row) => row.label === label && row.expanded === false);
  const assertAsLeft = async (): Promise<void> => {
    await workbench.untilRow((row) => row.label === small && row.expanded === true);
    await workbench.untilRow((row) => row.label === chosen && row.expanded === false);
    await workbench.untilRow((row) => row.label === big && row.expanded === false);
    await until(`${chosen} is selected`, selectedRows, (rows) => rows.join() === chosen);
  };

  it("through a refresh", async () => {
    await workbench.runCommand("Procore: Refresh");
    await untilCount(site, list, 2);
    await assertAsLeft();
  });

  it("through a reload of the window, in which only what is open is asked for", async () => {
    // The editor writes its memory down a moment after it changed; a request there and back is long enough.
    const refreshes = countOf(site, list);
    await workbench.runCommand("Procore: Refresh");
    await untilCount(site, list, refreshes + 1);
    const before = countOf(site, list);
    await workbench.reload();
    await workbench.untilRow(small);
    await assertAsLeft();
    assert.equal(countOf(site, list), before + 1);
  });

  it("through signing out and in again", async () => {
    await workbench.runCommand("Procore: Sign Out");
    await workbench.untilWelcome(/You are signed out/u);
    const popup = await workbench.nextPopup(() => workbench.clickWelcome("Sign In"));
    await enterCode(workbench, site, await allow(popup));
    await assertAsLeft();
  });

  it("without a network, and says since when; with one it reads again by itself", async () => {
    const fault = site.sandbox.control.inject({ path: /^\/rest\/v1\.[01]\//u, times: 1_000, fault: { kind: "reset" } });
    await workbench.runCommand("Procore: Refresh");
    const message = workbench.page.locator(".part.sidebar .message:visible");
    await message.filter({ hasText: /^Offline since \d\d:\d\d, showing what was loaded\./u }).waitFor();
    await assertAsLeft();
    fault.dispose();
    const before = countOf(site, list);
    await workbench.runCommand("Procore: Refresh");
    await untilCount(site, list, before + 1);
    await until(
      "no message",
      () => message.count(),
      (count) => count === 0,
    );
    await assertAsLeft();
  });
});
