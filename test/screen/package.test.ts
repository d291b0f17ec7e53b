import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { interrupted } from "../harness/interrupted.ts";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import { packageExtension } from "../harness/start/packageExtension.ts";
import { until } from "../harness/until.ts";
import { allow, approvalPage, toEnvironments, untilStep } from "./people.ts";

describe("the package, installed by VS Code @oldest", function () {
  this.timeout(120_000);
  let workbench: Workbench;
  before(async () => {
    const made = process.env["PROCORE_TEST_VSIX"];
    workbench = await openWorkbench({
      vsix: made === undefined ? await packageExtension(interrupted) : path.resolve(made),
    });
  });
  after(() => workbench?.dispose());

  it("is what runs, and nothing of the checkout", async () => {
    const folder = path.join(workbench.dataFolder, "ext");
    const list = await readFile(path.join(folder, "extensions.json"), "utf8");
    assert.match(list, /"relativeLocation":"procore-explorer\.procore-explorer-\d/u);
    const [own, ...others] = (await readdir(folder)).filter((name) => name.startsWith("procore-explorer."));
    assert.deepEqual(others, []);
    const inside = await readdir(path.join(folder, own ?? ""));
    assert.ok(inside.includes("LICENSE.txt") && inside.includes("dist"), inside.join());
    assert.ok(!inside.includes("src") && !inside.includes("test"), inside.join());
  });

  it("is listed with its name, its icon and who made it", async () => {
    await workbench.runCommand("Extensions: Show Installed Extensions");
    const entry = workbench.page.locator(".extension-list-item").filter({ hasText: "Procore Explorer (Unofficial)" });
    await until(
      "the extension in the list",
      () => entry.count(),
      (count) => count === 1,
    );
    assert.match(await entry.innerText(), /Not made by Procore/u);
    const icon = `document.querySelector('.extension-list-item img.icon[src*="procore-explorer"]')?.naturalWidth ?? 0`;
    await until(
      "its icon",
      async () => Number(await workbench.page.evaluate(icon)),
      (width) => width > 0,
    );
  });

  it("signs in to the Local Sandbox and shows companies and projects", async () => {
    await workbench.runCommand("View: Show Procore");
    await workbench.untilWelcome(/No Procore account\?/u);
    await toEnvironments(workbench);
    const opened = await workbench.nextPopup(() => workbench.chooseItem("Local Sandbox"));
    await untilStep(workbench, 4);
    await workbench.fill(await allow(await approvalPage(workbench, opened)));
    await workbench.accept();
    await workbench.untilStatus(/^Local 1h 2\dm$/u);
    await workbench.untilRow("Constructions Beauséjour ltée");
    await workbench.clickRow("Constructions Beauséjour ltée");
    await workbench.untilRow((row) => row.level === 2 && row.icon === "project");
    assert.deepEqual(await workbench.notifications(), []);
  });
});
