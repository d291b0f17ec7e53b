import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { TreeRow } from "../harness/screen/tree.ts";
import { until } from "../harness/until.ts";
import { company, openCompaniesView, otherCompany, projectsRequest, type CompaniesView } from "./companiesView.ts";
import { countOf, untilCount } from "./people.ts";

describe("the Companies view as it was arranged", function () {
  this.timeout(180_000);
  let view: CompaniesView;
  before(async () => {
    view = await openCompaniesView();
    await view.workbench.clickRow(otherCompany);
    await view.workbench.untilRow((row) => row.level === 2 && row.icon === "project");
  });
  after(() => view?.close());

  const collate = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
  const numberOf = (row: TreeRow): string => row.description.replace(/^inactive · /u, "").split(" · ")[0] ?? "";

  it("keeps one stage, which the server does", async () => {
    const before = countOf(view.site, projectsRequest);
    await view.filter("One stage…", "Course of Construction");
    await view.untilProjects("only that stage", (rows) =>
      rows.every((row) => row.description.endsWith("Course of Construction")),
    );
    await view.untilMessage("Filter: active projects, in stage “Course of Construction”.");
    assert.equal(countOf(view.site, projectsRequest), before + 1);
  });

  it("orders by number once all are loaded", async () => {
    await view.filter("By number");
    await view.untilProjects("by number", (rows) => {
      const numbers = rows.map(numberOf).filter((number) => /^\d/u.test(number));
      return numbers.length > 3 && numbers.join() === numbers.toSorted(collate).join();
    });
    await view.untilMessage("Filter: active projects, in stage “Course of Construction”, by number.");
  });

  it("says in words what is chosen, for people who see no check mark", async () => {
    const { workbench } = view;
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
    const { workbench } = view;
    await workbench.reload();
    await view.untilMessage("Filter: active projects, in stage “Course of Construction”, by number.");
    await workbench.page.locator(".part.sidebar").getByRole("button", { name: "Clear Filter" }).first().click();
    await view.untilMessage("");
    await view.untilProjects("every stage", (rows) =>
      rows.some((row) => !row.description.endsWith("Course of Construction")),
    );
  });

  it("shows inactive projects through the setting", async () => {
    const { workbench } = view;
    await view.filter("Active and inactive projects");
    await view.untilMessage("Filter: active and inactive projects.");
    await view.untilProjects("inactive projects too", (rows) =>
      rows.some((row) => /^inactive\b/u.test(row.description)),
    );
    const settings = await readFile(path.join(workbench.dataFolder, "data/User/settings.json"), "utf8");
    assert.match(settings, /"procore\.explorer\.projects": "all"/u);
    await view.filter("Active projects");
    await view.untilMessage("");
    await view.untilProjects("active ones only", (rows) => rows.every((row) => !/^inactive\b/u.test(row.description)));
  });

  it("has pinned projects on top, which a reload leaves there", async () => {
    const { workbench } = view;
    const [project] = await view.untilProjects("projects", (rows) => rows.length > 5);
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
    await workbench.untilRow(company);
    await workbench.rowAction(project.label, "Unpin");
    await until("no pinned project", pinned, ([first]) => first !== "Pinned");
    await untilCount(view.site, projectsRequest, 1);
  });
});
