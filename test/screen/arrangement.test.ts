import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import type { TreeRow } from "../harness/screen/tree.ts";
import { until } from "../harness/until.ts";
import { countOf, settingsFor, signIn, startSite, untilCount, type Site } from "./people.ts";

const big = "Ironbridge & Vale Builders";
const small = "Constructions Beauséjour ltée";
const list = "GET /rest/v1.1/projects";

describe("the Companies view as it was arranged", function () {
  this.timeout(180_000);
  let site: Site;
  let workbench: Workbench;
  before(async () => {
    site = await startSite("Site A", { companies: 2, disconnected: [] });
    workbench = await openWorkbench({ settings: settingsFor(site), size: { width: 1280, height: 1200 } });
    await signIn(workbench, site);
    await workbench.untilRow(small);
    await workbench.clickRow(small);
    await workbench.untilRow((row) => row.level === 2 && row.icon === "project");
  });
  after(async () => {
    await workbench?.dispose();
    await site?.sandbox.close();
  });

  const message = (): Promise<readonly string[]> =>
    workbench.page.locator(".part.sidebar .message:visible").allInnerTexts();
  const untilMessage = (text: string) => until(text, message, (texts) => texts.join(" ").trim() === text);
  const untilProjects = (what: string, good: (rows: readonly TreeRow[]) => boolean) =>
    until(
      what,
      async () => (await workbench.treeRows()).filter((row) => row.level === 2 && row.icon === "project"),
      (rows) => rows.length > 5 && good(rows),
    );
  const filter = async (...labels: readonly string[]): Promise<void> => {
    await workbench.runCommand("Procore: Filter Projects");
    for (const label of labels) await workbench.chooseItem(label);
  };
  const collate = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
  const numberOf = (row: TreeRow): string => row.description.replace(/^inactive · /u, "").split(" · ")[0] ?? "";

  it("keeps one stage, which the server does", async () => {
    const before = countOf(site, list);
    await filter("One stage…", "Course of Construction");
    await untilProjects("only that stage", (rows) =>
      rows.every((row) => row.description.endsWith("Course of Construction")),
    );
    await untilMessage("Filter: active projects, in stage “Course of Construction”.");
    assert.equal(countOf(site, list), before + 1);
  });

  it("orders by number once all are loaded", async () => {
    await filter("By number");
    await untilProjects("by number", (rows) => {
      const numbers = rows.map(numberOf).filter((number) => /^\d/u.test(number));
      return numbers.length > 3 && numbers.join() === numbers.toSorted(collate).join();
    });
    await untilMessage("Filter: active projects, in stage “Course of Construction”, by number.");
  });

  it("says in words what is chosen, for people who see no check mark", async () => {
    await workbench.runCommand("Procore: Filter Projects");
    const { items } = await workbench.untilQuickInput("What should the Companies view show?");
    const chosen = items.filter(({ description }) => description.startsWith("chosen"));
    assert.deepEqual(
      chosen.map(({ label, description }) => `${label}: ${description}`),
      [
        "Active projects: chosen",
        "One stage…: chosen · Course of Construction",
        "By number: chosen · loads all projects of each open company",
      ],
    );
    await workbench.escape();
    await workbench.untilNoQuickInput();
  });

  it("goes back to what Procore gives with one button, also after a reload", async () => {
    await workbench.reload();
    await untilMessage("Filter: active projects, in stage “Course of Construction”, by number.");
    await workbench.page.locator(".part.sidebar").getByRole("button", { name: "Clear Filter" }).first().click();
    await until("no message", message, (texts) => texts.join("").trim() === "");
    await untilProjects("every stage", (rows) =>
      rows.some((row) => !row.description.endsWith("Course of Construction")),
    );
  });

  it("shows inactive projects through the setting", async () => {
    await filter("Active and inactive projects");
    await untilMessage("Filter: active and inactive projects.");
    await untilProjects("inactive projects too", (rows) => rows.some((row) => /^inactive\b/u.test(row.description)));
    const settings = await readFile(path.join(workbench.dataFolder, "data/User/settings.json"), "utf8");
    assert.match(settings, /"procore\.explorer\.projects": "all"/u);
    await filter("Active projects");
    await until("no message", message, (texts) => texts.join("").trim() === "");
    await untilProjects("active ones only", (rows) => rows.every((row) => !/^inactive\b/u.test(row.description)));
  });

  it("has pinned projects on top, which a reload leaves there", async () => {
    const [project] = await untilProjects("projects", (rows) => rows.length > 5);
    assert.ok(project !== undefined);
    await workbench.clickRow(project.label);
    await workbench.runCommand("Procore: Pin");
    await workbench.untilRow("Pinned");
    const pinned = async () => (await workbench.treeRows()).slice(0, 2).map(({ label }) => label);
    const isOnTop = (labels: readonly string[]): boolean => labels.join() === `Pinned,${project.label}`;
    await until("the pinned project", pinned, isOnTop);
    // The editor's own reload writes its memory down first.
    await workbench.reloadBy(() => workbench.runCommand("Developer: Reload Window"));
    await until("the pinned project after a reload", pinned, isOnTop);
    await workbench.untilRow(big);
    await workbench.rowAction(project.label, "Unpin");
    await until("no pinned project", pinned, ([first]) => first !== "Pinned");
    await untilCount(site, list, 1);
  });
});
