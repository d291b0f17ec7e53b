import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import { until } from "../harness/until.ts";
import { settingsFor, signIn, startSite, type Site } from "./people.ts";

describe("what was sent, on the screen", function () {
  this.timeout(120_000);
  let site: Site;
  let workbench: Workbench;
  before(async () => {
    site = await startSite("Site A", { companies: 2, projects: 5, disconnected: [] });
    workbench = await openWorkbench({ settings: settingsFor(site) });
    await signIn(workbench, site);
    await workbench.untilRow("Ironbridge & Vale Builders");
  });
  after(async () => {
    await workbench?.dispose();
    await site?.sandbox.close();
  });

  const shown = async (): Promise<string> =>
    (
      await workbench.page
        .locator(".editor-instance .view-lines")
        .first()
        .innerText()
        .catch(() => "")
    ).replaceAll("\u00a0", " ");

  it("Show Session leads to the list of steps, and a step to its request, the next one and its command line", async () => {
    const { page } = workbench;
    await workbench.runCommand("Procore: Show Session");
    await page.locator(".codelens-decoration a", { hasText: "Show What Was Sent" }).click();
    const list = await workbench.untilQuickInput((input) => input.title === "What was sent: Site A");
    assert.match(
      list.items.find(({ label }) => label.includes("Exchange the Code"))?.description ?? "",
      /answered 200$/u,
    );
    await workbench.chooseItem("3. Exchange the Code");
    await until("the step", shown, (text) => text.includes("Exchange the Code: Site A (step 3 of 9)"));
    assert.ok((await shown()).includes("Sent by this window"));
    await page.locator(".codelens-decoration a", { hasText: "Next: Who Am I" }).click();
    await until("the next step", shown, (text) => text.includes("Who Am I: Site A (step 4 of 9)"));
    await page.locator(".editor-actions .action-label[aria-label^='Copy Sign-In Step as cURL']").click();
    const line = await until(
      "the command line",
      () => workbench.clipboard(),
      (text) => text.startsWith("curl"),
    );
    assert.match(line, /Bearer \$PROCORE_TOKEN[\s\S]*\/rest\/v1\.0\/me'$/u);
  });

  it("the session menu has it, and Export Postman Collection writes both files where the dialog says", async () => {
    await workbench.runCommand("Procore: Show Session Menu");
    await workbench.chooseItem("Show What Was Sent");
    await workbench.untilQuickInput((input) => input.title === "What was sent: Site A");
    await workbench.escape();
    await workbench.closeNotifications();
    await workbench.runCommand("Procore: Export Postman Collection");
    await workbench.untilQuickInput((input) => input.placeholder.startsWith("What may the files hold?"));
    await workbench.chooseItem("Nothing of yours, to share them");
    // The dialog suggests a name in the open folder, which does not tell whose environment it is.
    const name = "Procore own environment.postman";
    await workbench.untilQuickInput((input) => input.value.endsWith(`${name}_collection.json`));
    await workbench.accept();
    await workbench.untilNotification(/^Exported a Postman collection/u);
    const files = await readdir(workbench.workspaceFolder);
    assert.deepEqual(files.toSorted(), [`${name}_collection.json`, `${name}_environment.json`]);
    const text = await readFile(path.join(workbench.workspaceFolder, `${name}_collection.json`), "utf8");
    for (const own of [site.host, site.sandbox.clientId, site.sandbox.clientSecret]) assert.ok(!text.includes(own));
    await workbench.clickNotificationButton("Open");
    await until("the collection", shown, (lines) => lines.includes('"oauth2"'));
  });
});
