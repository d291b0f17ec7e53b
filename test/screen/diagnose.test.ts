import assert from "node:assert/strict";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import { until } from "../harness/until.ts";
import { settingsFor, signIn, startSite, type Site } from "./people.ts";

describe("Diagnose Connection on the screen", function () {
  this.timeout(120_000);
  let site: Site;
  let workbench: Workbench;
  before(async () => {
    site = await startSite("Site A");
    workbench = await openWorkbench({ settings: settingsFor(site), size: { width: 1280, height: 1400 } });
  });
  after(async () => {
    await workbench?.dispose();
    await site?.sandbox.close();
  });

  it("is offered by the session's menu, shows the report, and copies it without names", async () => {
    await signIn(workbench, site);
    await workbench.untilStatus(/^Site A 1h 2\dm$/u);
    await workbench.clickStatus();
    await workbench.chooseItem("Diagnose Connection");
    const lenses = workbench.page.locator(".codelens-decoration a:visible");
    const titles = (): Promise<string[]> => lenses.allTextContents();
    await until("the actions above the report", titles, (seen) => seen.includes("Copy for a Bug Report"));
    const lines = workbench.page.locator(".editor-instance .view-line:visible");
    const text = async (): Promise<string> => (await lines.allTextContents()).join("\n").replaceAll("\u00a0", " ");
    await until("the head of the report", text, (seen) => seen.includes("# Procore connection report: Site A, maya"));
    await until("the whole report", text, (seen) => !seen.includes("Still at work"));
    assert.match(await text(), /No problem was found\./u);

    await lenses.filter({ hasText: "Copy for a Bug Report" }).click();
    const { buttons } = await workbench.untilNotification(/^Copied for a bug report/u);
    assert.deepEqual(buttons, ["Copy with Names"]);
    const hidden = await workbench.clipboard();
    assert.match(hidden, /^# Procore connection report: \(environment 1\), \(user 1\)$/mu);
    assert.doesNotMatch(hidden, /maya|Ironbridge|Site A/u);
    // The editor's host is this machine, which is no secret; the extension runs in the server, as behind every remote.
    assert.match(
      hidden,
      /^- Remote: the window is connected to another machine \(127\.0\.0\.1:\d+\); this extension runs there/mu,
    );

    await workbench.clickNotificationButton("Copy with Names");
    await until(
      "the other form",
      () => workbench.clipboard(),
      (copied) => copied.includes("maya.okafor"),
    );
  });
});
