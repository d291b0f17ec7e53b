import assert from "node:assert/strict";
import type { Workbench } from "../harness/screen.ts";
import type { TreeRow } from "../harness/screen/tree.ts";
import { until } from "../harness/until.ts";
import { company, openCompaniesView, type CompaniesView } from "./companiesView.ts";
import { countOf, untilCount, type Site } from "./people.ts";

/** Made last to be found: the list is by name, and this one has a long, an empty and a closed tool. */
const project = "Sandbox Test Project";

describe("below a project", function () {
  this.timeout(180_000);
  let view: CompaniesView;
  let site: Site;
  let workbench: Workbench;
  before(async () => {
    // Few enough projects that all of them are on the first page.
    view = await openCompaniesView({ projects: 30, height: 1_400 });
    ({ site, workbench } = view);
    await workbench.clickRow(company);
    await workbench.clickRow(project);
    await workbench.untilRow("RFIs");
  });
  after(() => view?.close());

  const rowsBelow = async (label: string): Promise<readonly TreeRow[]> => {
    const rows = await workbench.treeRows();
    const start = rows.findIndex((row) => row.label === label);
    const level = rows[start]?.level ?? 0;
    const end = rows.findIndex((row, index) => index > start && row.level <= level);
    return rows.slice(start + 1, end === -1 ? undefined : end);
  };
  const rfis = (): Promise<string> =>
    Promise.resolve(site.sandbox.control.requests().findLast(({ path }) => path.endsWith("/rfis"))?.path ?? "");
  const asked = (): number => site.sandbox.control.requests().length;

  it("stand Procore's tools, and nobody was asked for them", async () => {
    assert.deepEqual(
      (await rowsBelow(project)).map(({ label }) => label),
      [
        "RFIs",
        "Submittals",
        "Drawings",
        "Change Events",
        "Punch Items",
        "Observations",
        "Daily Logs",
        "Directory",
        "Documents",
      ],
    );
    assert.equal(await rfis(), "");
  });

  it("a tool opens its items, each with number, title and status @oldest", async () => {
    await workbench.clickRow("Submittals");
    const row = await workbench.untilRow(/^03 30 00-1 · /u);
    assert.match(row.description, /^(Open|Closed)$/u);
    assert.match(row.spoken, /, number 03 30 00-1, (Open|Closed)$/u);
    assert.equal(row.level, 4);
    await workbench.clickRow("Submittals");
  });

  it("a closed tool says so on its own row, an empty one has words of its own @oldest", async () => {
    await workbench.clickRow("Change Events");
    await workbench.untilRow("No access or not enabled");
    await workbench.untilRow((row) => row.label === "Change Events" && row.description === "no access or not enabled");
    await workbench.clickRow("Daily Logs");
    await workbench.untilRow((row) => row.label === "Daily Logs" && row.description === "no access or not enabled");
    await workbench.clickRow("Observations");
    await workbench.untilRow("No observations that you can see");
    await workbench.untilStatus(/^Site A 1h 2\dm$/u);
    for (const label of ["Change Events", "Daily Logs", "Observations"]) await workbench.clickRow(label);
  });

  it("a tool's items come three hundred at a time", async () => {
    await workbench.clickRow("RFIs");
    await until("the list", rfis, (path) => path !== "");
    const path = `GET ${await rfis()}`;
    await untilCount(site, path, 1);
    await workbench.scrollToRow("Load more (300 of 642)");
    await workbench.clickRow("Load more (300 of 642)");
    await untilCount(site, path, 2);
    // The first of the new rows is selected in place of the one that was clicked.
    const selected = workbench.page.locator(".part.sidebar .customview-tree .monaco-list-row.selected .label-name");
    await until(
      "the first new row",
      async () => (await selected.allInnerTexts()).join(),
      (label) => /^301\s·\s/u.test(label),
    );
    await workbench.scrollToRow("Load more (600 of 642)");
    assert.equal(countOf(site, path), 2);
    await workbench.scrollToRow("RFIs");
    await workbench.clickRow("RFIs");
  });

  it("Refresh on a tool asks for that tool only", async () => {
    await workbench.clickRow("Punch Items");
    await workbench.untilRow(/^1 · /u);
    const before = asked();
    await workbench.rowMenu("Punch Items", "Refresh");
    await untilCount(site, "GET /rest/v1.1/punch_items", 2);
    await workbench.untilRow(/^1 · /u);
    assert.equal(asked(), before + 1);
    await workbench.clickRow("Punch Items");
  });

  it("an item copies its ID, and opens in Procore where its address is known", async () => {
    await workbench.clickRow("Submittals");
    const { label } = await workbench.untilRow(/^03 30 00-2 · /u);
    await workbench.rowMenu(label, "Copy ID");
    const id = await until(
      "the ID",
      () => workbench.clipboard(),
      (text) => /^\d+$/u.test(text),
    );
    const page = await workbench.nextPopup(() => workbench.rowAction(label, "Open in Procore"));
    assert.match(page.url(), new RegExp(`/webclients/host/companies/\\d+/projects/\\d+/tools/submittals/${id}$`, "u"));
    assert.match(await page.locator("body").innerText(), new RegExp(`item ${id} of submittals`, "u"));
    await page.close();
  });

  it("Show Details opens the record as a read-only document", async () => {
    const { label } = await workbench.untilRow(/^03 30 00-2 · /u);
    await workbench.rowMenu(label, "Show Details");
    const editor = workbench.page.locator(".editor-instance .view-lines");
    await until(
      "the record",
      () => editor.innerText().catch(() => ""),
      (text) => /"formatted_number"/u.test(text),
    );
    assert.equal(await workbench.page.locator(".tab.active", { hasText: "03 30 00-2" }).count(), 1);
    await editor.click();
    await workbench.page.keyboard.type("x");
    await workbench.page
      .locator(".monaco-editor-overlaymessage, .message", { hasText: /read-only/u })
      .first()
      .waitFor();
  });
});
