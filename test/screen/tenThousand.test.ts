import assert from "node:assert/strict";
import { createDirectory } from "../../src/sandbox/data/directory.ts";
import type { SandboxProject } from "../../src/sandbox/data/projects.ts";
import type { Workbench } from "../harness/screen.ts";
import type { TreeRow } from "../harness/screen/tree.ts";
import { company, openCompaniesView, projectsRequest, type CompaniesView } from "./companiesView.ts";
import { countOf, untilCount, type Site } from "./people.ts";

const counts = { companies: 2, projects: 10_000 };
const stage = "Course of Construction";

describe("10,000 projects in one company @oldest", function () {
  this.timeout(240_000);
  let view: CompaniesView;
  let site: Site;
  let workbench: Workbench;
  /** The company's active projects, in the server's order. */
  let projects: readonly SandboxProject[] = [];
  before(async () => {
    view = await openCompaniesView(counts);
    ({ site, workbench } = view);
    const directory = createDirectory(site.sandbox.state().seed, counts);
    const [first] = directory.companies;
    const [user] = directory.users;
    assert.ok(first !== undefined && user !== undefined && first.name === company);
    projects = directory.projects(first, user).filter(({ active }) => active);
    assert.equal(projects.length, counts.projects);
  });
  after(() => view?.close());

  const collate = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
  /** The last one that has a number: far below what is loaded. */
  const last = (): SandboxProject & { readonly number: string } => {
    const found = projects.findLast(({ number }) => number !== undefined);
    assert.ok(found?.number !== undefined);
    return { ...found, number: found.number };
  };
  const inStage = (): readonly SandboxProject[] => projects.filter((project) => project.stage === stage);
  const byNumber = (): readonly string[] =>
    inStage()
      .flatMap(({ number }) => number ?? [])
      .toSorted(collate);
  const numberOf = ({ description }: TreeRow): string => description.split(" · ")[0] ?? "";
  /** Are these, from the top, the company's projects in the stage by number? */
  const isByNumber = (rows: readonly TreeRow[]): boolean =>
    rows.map(numberOf).join() === byNumber().slice(0, rows.length).join();
  const [filtered, ordered] = [
    `Filter: active projects, in stage “${stage}”.`,
    `Filter: active projects, in stage “${stage}”, by number.`,
  ];

  it("shows the first 300 of them after one request", async () => {
    await workbench.clickRow(company);
    const rows = await view.untilProjects("the first projects", (shown) => shown.length > 20);
    const names = projects.slice(0, rows.length).map(({ name }) => name);
    assert.deepEqual(
      rows.map(({ label }) => label),
      names,
    );
    await workbench.scrollToRow("Load more (300 of 10,000)");
    assert.equal(countOf(site, projectsRequest), 1);
  });

  it("loads 300 more, and selects the first of them", async () => {
    await workbench.clickRow("Load more (300 of 10,000)");
    await untilCount(site, projectsRequest, 2);
    await view.untilSelected(projects[300]?.name ?? "");
    await workbench.scrollToRow("Load more (600 of 10,000)");
    assert.equal(countOf(site, projectsRequest), 2);
  });

  it("finds the last one by its number, and shows it under Found", async () => {
    const { name, number } = last();
    await workbench.runCommand("Procore: Find Project");
    await workbench.fill(number);
    const { title } = await workbench.untilQuickInput(/^Find Project: 21,250 projects/u);
    assert.match(title, /just read$/u);
    await workbench.untilQuickInput((input) => input.items.some(({ label }) => label === name));
    // The other company may have a project of that number, too.
    await workbench.chooseItem(name);
    await view.untilSelected(name);
    const rows = await workbench.treeRows();
    const at = rows.findIndex(({ label }) => label === name);
    assert.deepEqual([rows[at - 1]?.label, rows[at - 1]?.description, rows[at]?.level], ["Found", "1", 3]);
    assert.ok(rows[at]?.spoken.includes(`, number ${number}`), rows[at]?.spoken);
    await workbench.rowAction("Found", "Clear Found Projects");
  });

  it("keeps one stage, in the server's order", async () => {
    await view.filter("One stage…", stage);
    await view.untilMessage(filtered);
    const names = inStage().map(({ name }) => name);
    await view.untilProjects("only that stage", (rows) =>
      rows.every((row, index) => row.label === names[index] && row.description.endsWith(stage)),
    );
  });

  it("orders by number once all are loaded, and says that it is by name until then", async () => {
    const asked = countOf(site, projectsRequest);
    const gate: { open?: () => void } = {};
    const opened = new Promise<void>((resolve) => (gate.open = resolve));
    const hold = site.sandbox.control.inject({
      path: "/rest/v1.1/projects",
      times: 100,
      fault: { kind: "changed", change: async (answer) => (await opened, answer) },
    });
    await view.filter("By number");
    await view.untilMessage(`${ordered} By name in ${company} until all projects are loaded.`);
    hold.dispose();
    gate.open?.();
    await view.untilProjects("by number", isByNumber);
    await view.untilMessage(ordered);
    // All that are active, in pages of 300; and the first page by name, which was shown meanwhile.
    assert.ok(countOf(site, projectsRequest) - asked >= 34);
  });

  it("pins one, which stands on top", async () => {
    const [number = ""] = byNumber();
    const pinned = inStage().find((project) => project.number === number);
    assert.ok(pinned !== undefined);
    await workbench.clickRow(pinned.name);
    await workbench.untilRow("RFIs");
    await view.untilSelected(pinned.name);
    await workbench.rowMenu(pinned.name, "Pin");
    await workbench.untilRow("Pinned");
    const [group, row] = await workbench.treeRows();
    assert.deepEqual([group?.label, row?.label], ["Pinned", pinned.name]);
  });

  it("has all of it again after a reload: filter, order, pin, open rows and selection", async () => {
    const [number = ""] = byNumber();
    const pinned = inStage().find((project) => project.number === number)?.name ?? "";
    // The editor's own reload writes its memory down first.
    await workbench.reloadBy(() => workbench.runCommand("Developer: Reload Window"));
    await view.untilProjects("by number", isByNumber);
    await view.untilMessage(ordered);
    const [group, row] = await workbench.treeRows();
    assert.deepEqual([group?.label, row?.label], ["Pinned", pinned]);
    await workbench.untilRow((open) => open.label === company && open.expanded === true);
    await workbench.untilRow((open) => open.label === pinned && open.level === 2 && open.expanded === true);
    await view.untilSelected(pinned);
    await workbench.runCommand("Procore: Find Project");
    const { items } = await workbench.untilQuickInput((input) => input.items[0]?.separator === "Pinned");
    assert.deepEqual([items[0]?.label, items[1]?.label, items[1]?.separator], [pinned, last().name, "Recent"]);
    await workbench.escape();
  });
});
