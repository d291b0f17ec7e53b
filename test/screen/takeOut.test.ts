import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import type { Workbench } from "../harness/screen.ts";
import { actUntil, until } from "../harness/until.ts";
import { company, openCompaniesView, otherCompany as other, type CompaniesView } from "./companiesView.ts";

describe("what is taken out of the Companies view", function () {
  this.timeout(120_000);
  let view: CompaniesView;
  let workbench: Workbench;
  let ids: readonly string[] = [];
  before(async () => {
    view = await openCompaniesView({ projects: 5, height: 800 });
    ({ workbench } = view);
    ids = view.site.sandbox.control.companies().map(({ id }) => id);
  });
  after(() => view?.close());

  const row = (label: string): Locator =>
    workbench.page.locator(".part.sidebar .monaco-list-row", { hasText: label }).first();
  const selectBoth = async (): Promise<void> => {
    // Where the first click opens the row, Shift would select what is below it as well.
    await workbench.clickRow(company);
    await row(other).click({ modifiers: ["ControlOrMeta"] });
  };
  const untilCopied = (fits: (text: string) => boolean): Promise<string> =>
    until("the clipboard", () => workbench.clipboard(), fits);
  const editor = (): Locator => workbench.page.locator(".editor-instance .view-lines");
  const drag = async (from: Locator): Promise<void> => {
    const [start, end] = [await from.boundingBox(), await editor().boundingBox()];
    assert.ok(start !== null && end !== null);
    const { mouse } = workbench.page;
    await mouse.move(start.x + 60, start.y + start.height / 2);
    await mouse.down();
    await mouse.move(start.x + 90, start.y + start.height / 2, { steps: 3 });
    await mouse.move(end.x + 200, end.y + 100, { steps: 8 });
    await mouse.move(end.x + 202, end.y + 102, { steps: 2 });
    await mouse.up();
  };
  const lines = async (): Promise<readonly string[]> =>
    (
      await editor()
        .innerText()
        .catch(() => "")
    )
      .split("\n")
      .map((line) => line.replaceAll("\u00a0", " ").trim());

  it("Ctrl+C copies the IDs of the selected rows", async () => {
    const copy = async (): Promise<void> => {
      await selectBoth();
      await workbench.page.keyboard.press("ControlOrMeta+c");
    };
    await actUntil("two IDs", copy, async () => (await workbench.clipboard()).includes("\n"));
    assert.equal(await workbench.clipboard(), ids.join("\n"));
  });

  it("Copy Rows as Table copies them for a spreadsheet, also from the palette", async () => {
    await selectBoth();
    await workbench.runCommand("Procore: Copy Rows as Table");
    const table = await untilCopied((text) => text.startsWith("Name"));
    assert.equal(table, `Name\tID\tState\n${company}\t${ids[0]}\tactive\n${other}\t${ids[1]}\tactive`);
  });

  it("the keyboard opens a row's menu, and an entry copies the command line", async () => {
    await workbench.clickRow(other);
    const entry = workbench.page.locator(".monaco-menu:visible .action-label", { hasText: "Copy as cURL" });
    await actUntil(
      "the row's menu",
      () => workbench.page.keyboard.press("Shift+F10"),
      () => entry.isVisible(),
    );
    await workbench.page.keyboard.press("Escape");
    await workbench.rowMenu(other, "Copy as cURL");
    const line = await untilCopied((text) => text.startsWith("curl"));
    assert.match(line, /\/rest\/v1\.0\/companies\?page=1&per_page=300&include_free_companies=true'$/u);
    await workbench.clickRow(other);
  });

  it("the editor with a record has Copy as cURL in its title", async () => {
    await workbench.runCommand("File: New Untitled Text File");
    const { page } = workbench;
    const button = page.locator(".editor-actions .action-label[aria-label^='Copy as cURL']");
    assert.equal(await button.count(), 0);
    await workbench.rowMenu(other, "Copy ID");
    await untilCopied((text) => text === ids[1]);
    await workbench.rowMenu(other, "Show Details");
    await button.click();
    await untilCopied((text) => text.startsWith("curl"));
  });

  it("rows that are dragged into an editor insert their IDs, or their names", async () => {
    await workbench.runCommand("File: New Untitled Text File");
    await editor().waitFor();
    await selectBoth();
    await drag(row(other));
    const inserted = await until("the IDs", lines, (found) => found.length >= 2).catch(lines);
    assert.deepEqual(inserted, ids);
    await workbench.page.locator(".post-edit-widget").click();
    await workbench.page.locator(".action-widget .monaco-list-row", { hasText: "Insert Names" }).click();
    await until("the names", lines, (found) => found.includes(company));
    assert.deepEqual(await lines(), [company, other]);
  });
});
