import type { Locator, Page } from "playwright-core";
import { patienceMs, until } from "../until.ts";
import type { PageElement } from "./dom.ts";
import { buttonName, isNamed } from "./text.ts";

/** A row of a tree view, as it is drawn. */
export interface TreeRow {
  readonly label: string;
  readonly description: string;
  /** 1 for the rows of the root. */
  readonly level: number;
  /** `undefined` for a row that has nothing below it. */
  readonly expanded: boolean | undefined;
  /** The codicon's name, "" without one. */
  readonly icon: string;
  /** What a screen reader says. */
  readonly spoken: string;
  /** Titles of the row's own buttons. */
  readonly actions: readonly string[];
  /** Its place among all rows of the tree, drawn or not. */
  readonly index: number;
}

/** The tree in the side bar. */
export interface TreeDriver {
  /** The rows in sight, from top to bottom. */
  treeRows(): Promise<readonly TreeRow[]>;
  /** All rows, read by scrolling through the tree. */
  allTreeRows(): Promise<readonly TreeRow[]>;
  /** Waits until a row with that label is in sight. */
  untilRow(label: string | RegExp): Promise<TreeRow>;
  /** Clicks a row; scrolls to it where it is not in sight. A row with rows below it opens or closes. */
  clickRow(label: string | RegExp): Promise<void>;
  /** Clicks a button of the row, by its title. */
  rowAction(label: string | RegExp, title: string): Promise<void>;
  /** Opens the row's context menu and clicks an entry. */
  rowMenu(label: string | RegExp, entry: string): Promise<void>;
  /** Clicks a button in the title of the view, or an entry of its menu. */
  viewAction(title: string): Promise<void>;
  /** The text of the welcome view, "" where there is none. */
  welcomeText(): Promise<string>;
  clickWelcome(button: string): Promise<void>;
}

/** Drives the tree view that the side bar shows. */
export function treeDriver(page: Page): TreeDriver {
  const sideBar = page.locator(".part.sidebar");
  const tree = sideBar.locator(".customview-tree:visible");
  const rows = tree.locator(".monaco-list-rows > .monaco-list-row");

  const treeRows = async (): Promise<readonly TreeRow[]> =>
    (await rows.evaluateAll(readRows)).toSorted((one, other) => one.index - other.index);
  const wheel = async (deltaY: number): Promise<void> => {
    await tree.hover({ position: { x: 40, y: 40 } });
    await page.mouse.wheel(0, deltaY);
  };
  const toTop = async (): Promise<void> => {
    // A turn of the wheel goes only so far.
    const turn = async (): Promise<number> => {
      const first = (await treeRows())[0]?.index ?? 0;
      if (first > 0) await wheel(-3_000);
      return first;
    };
    await until("the top of the tree", turn, (first) => first === 0);
  };
  /** Goes on by less than a page, so that no row is passed over; false at the end of the tree. */
  const pageDown = async (): Promise<boolean> => {
    const before = (await treeRows()).at(-1)?.index ?? 0;
    await wheel(300);
    const moved = async (): Promise<number> => (await treeRows()).at(-1)?.index ?? 0;
    return until("the tree scrolls", moved, (last) => last > before, 500).then(
      () => true,
      () => false,
    );
  };
  const rowElement = async (label: string | RegExp): Promise<Locator> => {
    const at = async (): Promise<TreeRow | undefined> => (await treeRows()).find((row) => isNamed(row.label, label));
    const inSight = await until(`a row ${String(label)}`, at, (row) => row !== undefined, 5_000).catch(() => undefined);
    let found = inSight;
    if (found === undefined) {
      await toTop();
      while ((found = await at()) === undefined && (await pageDown()));
    }
    if (found === undefined) found = await until(`a row ${String(label)}`, at, (row) => row !== undefined, patienceMs);
    if (found === undefined) throw new Error(`The row ${String(label)} is gone`);
    return tree.locator(`.monaco-list-rows > .monaco-list-row[data-index="${found.index}"]`);
  };

  return {
    treeRows,
    async allTreeRows() {
      await toTop();
      const all = new Map<number, TreeRow>();
      do for (const row of await treeRows()) all.set(row.index, row);
      while (await pageDown());
      for (const row of await treeRows()) all.set(row.index, row);
      await toTop();
      return [...all.values()].toSorted((one, other) => one.index - other.index);
    },
    async untilRow(label) {
      const at = async (): Promise<readonly TreeRow[]> => treeRows();
      const isIt = (row: TreeRow): boolean => isNamed(row.label, label);
      const found = (await until(`a row ${String(label)}`, at, (seen) => seen.some(isIt))).find(isIt);
      if (found === undefined) throw new Error(`The row ${String(label)} is gone`);
      return found;
    },
    async clickRow(label) {
      await (await rowElement(label)).locator(".monaco-icon-label-container").click();
    },
    async rowAction(label, title) {
      const row = await rowElement(label);
      await row.hover();
      await row
        .locator(".action-label")
        .and(page.getByLabel(buttonName(title)))
        .click();
    },
    async rowMenu(label, entry) {
      await (await rowElement(label)).locator(".monaco-icon-label-container").click({ button: "right" });
      await menuEntry(page, entry).click();
    },
    async viewAction(title) {
      await sideBar.hover();
      const actions = sideBar.locator(".title-actions .action-label, .pane-header .action-label");
      const own = actions.and(page.getByLabel(buttonName(title)));
      if ((await own.count()) > 0) return own.first().click();
      await actions.and(page.getByLabel("Views and More Actions...")).first().click();
      return menuEntry(page, title).click();
    },
    async welcomeText() {
      const welcome = sideBar.locator(".welcome-view-content:visible");
      return (await welcome.allInnerTexts()).join("\n").trim();
    },
    async clickWelcome(button) {
      const welcome = sideBar.locator(".welcome-view-content");
      await welcome
        .locator("a, .monaco-button")
        .filter({ hasText: buttonName(button) })
        .first()
        .click();
    },
  };
}

/** Context menus live in a shadow root, which Playwright's selectors see through. */
const menuEntry = (page: Page, entry: string): Locator =>
  page.locator(".monaco-menu .action-menu-item").filter({ has: page.locator(`.action-label[aria-label="${entry}"]`) });

/** Runs in the browser, so it can use nothing from outside itself. */
function readRows(elements: PageElement[]): TreeRow[] {
  const text = (from: PageElement, selector: string): string =>
    (from.querySelector(selector)?.textContent ?? "").replaceAll("\u00a0", " ").trim();
  return elements.map((row) => {
    const expanded = row.getAttribute("aria-expanded");
    const icon = row.querySelector(".custom-view-tree-node-item-icon")?.className ?? "";
    return {
      label: text(row, ".label-name"),
      description: text(row, ".label-description"),
      level: Number(row.getAttribute("aria-level")),
      expanded: expanded === null ? undefined : expanded === "true",
      icon: /codicon-([a-z-]+)/u.exec(icon.replace("codicon-modifier", ""))?.[1] ?? "",
      spoken: row.getAttribute("aria-label") ?? "",
      actions: Array.from(row.querySelectorAll(".actions .action-label"), (it) => it.getAttribute("aria-label") ?? ""),
      index: Number(row.getAttribute("data-index")),
    };
  });
}
