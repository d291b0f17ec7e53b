import assert from "node:assert/strict";
import { timeWords } from "../harness/timeWords.ts";
import { until } from "../harness/until.ts";
import { company, openCompaniesView, otherCompany, projectsRequest, type CompaniesView } from "./companiesView.ts";
import { allow, countOf, enterCode, untilCount } from "./people.ts";

describe("the Companies view stays as it was left", function () {
  this.timeout(180_000);
  let view: CompaniesView;
  let chosen: string;
  before(async () => {
    view = await openCompaniesView();
    const { site, workbench } = view;
    await workbench.clickRow(otherCompany);
    await untilCount(site, projectsRequest, 1);
    chosen = (await workbench.untilRow((row) => row.level === 2 && row.icon === "project")).label;
    // A click opens the project and selects it; the second one closes it again.
    await workbench.clickRow(chosen);
    await workbench.untilRow("RFIs");
    await workbench.clickRow(chosen);
    await untilClosed(chosen);
  });
  after(() => view?.close());

  const untilClosed = (label: string) =>
    view.workbench.untilRow((row) => row.label === label && row.expanded === false);
  const assertAsLeft = async (): Promise<void> => {
    const { workbench } = view;
    await workbench.untilRow((row) => row.label === otherCompany && row.expanded === true);
    await workbench.untilRow((row) => row.label === chosen && row.expanded === false);
    await workbench.untilRow((row) => row.label === company && row.expanded === false);
    await view.untilSelected(chosen);
  };

  it("through a refresh", async () => {
    const { site, workbench } = view;
    await workbench.runCommand("Procore: Refresh");
    await untilCount(site, projectsRequest, 2);
    await assertAsLeft();
  });

  it("through a reload of the window, in which only what is open is asked for", async () => {
    const { site, workbench } = view;
    // The editor writes its memory down a moment after it changed; a request there and back is long enough.
    const refreshes = countOf(site, projectsRequest);
    await workbench.runCommand("Procore: Refresh");
    await untilCount(site, projectsRequest, refreshes + 1);
    const before = countOf(site, projectsRequest);
    await workbench.reload();
    await workbench.untilRow(otherCompany);
    await assertAsLeft();
    assert.equal(countOf(site, projectsRequest), before + 1);
  });

  it("through signing out and in again", async () => {
    const { site, workbench } = view;
    await workbench.runCommand("Procore: Sign Out");
    await workbench.untilWelcome(/You are signed out/u);
    const popup = await workbench.nextPopup(() => workbench.clickWelcome("Sign In"));
    await enterCode(workbench, site, await allow(popup));
    await assertAsLeft();
  });

  it("without a network, and says since when; with one it reads again by itself", async () => {
    const { site, workbench } = view;
    const fault = site.sandbox.control.inject({ path: /^\/rest\/v1\.[01]\//u, times: 1_000, fault: { kind: "reset" } });
    await workbench.runCommand("Procore: Refresh");
    const message = workbench.page.locator(".part.sidebar .message:visible");
    await message
      .filter({ hasText: new RegExp(`^Offline since ${timeWords}, showing what was loaded\\.`, "u") })
      .waitFor();
    await assertAsLeft();
    fault.dispose();
    const before = countOf(site, projectsRequest);
    await workbench.runCommand("Procore: Refresh");
    await untilCount(site, projectsRequest, before + 1);
    await until(
      "no message",
      () => message.count(),
      (count) => count === 0,
    );
    await assertAsLeft();
  });
});
