import type { Locator, Page } from "playwright-core";
import { until } from "../until.ts";
import { clickOnce } from "./clickOnce.ts";
import type { PageElement } from "./dom.ts";
import { buttonName, isNamed } from "./text.ts";
import { treeScroll } from "./treeScroll.ts";

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
  /** Waits until a row with that label, or one that fits, is in sight. */
  untilRow(expected: string | RegExp | ((row: TreeRow) => boolean)): Promise<TreeRow>;
  /** Scrolls until the row is in sight. */
  scrollToRow(label: string | RegExp): Promise<void>;
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
  untilWelcome(text: RegExp): Promise<string>;
  clickWelcome(button: string): Promise<void>;
}

/** Drives the tree view that the side bar shows. */
export function treeDriver(page: Page): TreeDriver {
  const sideBar = page.locator(".part.sidebar");
  const tree = sideBar.locator(".customview-tree:visible");
  const rows = tree.locator(".monaco-list-rows > .monaco-list-row");

  const treeRows = async (): Promise<readonly TreeRow[]> =>
    (await rows.evaluateAll(readRows)).toSorted((one, other) => one.index - other.index);
  const scroll = treeScroll(page, tree);
  const welcomeText = async (): Promise<string> =>
    (await sideBar.locator(".welcome-view-content:visible").allInnerTexts()).join("\n").trim();
  const rowElement = async (label: string | RegExp): Promise<Locator> => {
    const at = async (): Promise<TreeRow | undefined> => (await treeRows()).find((row) => isNamed(row.label, label));
    const look = async (): Promise<TreeRow | undefined> => {
      const drawn = await at();
      if (drawn !== undefined && (await scroll.isWhole(drawn.index))) return drawn;
      await scroll.toTop();
      do {
        const found = await at();
        if (found !== undefined && (await scroll.isWhole(found.index))) return found;
      } while (await scroll.pageDown());
      return at();
    };
    const found = await until(`a row ${String(label)}`, look, (row) => row !== undefined);
    if (found === undefined) throw new Error(`The row ${String(label)} is gone`);
    return tree.locator(`.monaco-list-rows > .monaco-list-row[data-index="${found.index}"]`);
  };

  return {
    treeRows,
    async allTreeRows() {
      await scroll.toTop();
      const all = new Map<number, TreeRow>();
      do for (const row of await treeRows()) all.set(row.index, row);
      while (await scroll.pageDown());
      for (const row of await treeRows()) all.set(row.index, row);
      await scroll.toTop();
      return [...all.values()].toSorted((one, other) => one.index - other.index);
    },
    async untilRow(expected) {
      const isIt = (row: TreeRow): boolean =>
        typeof expected === "function" ? expected(row) : isNamed(row.label, expected);
      const found = (await until(`a row ${String(expected)}`, treeRows, (seen) => seen.some(isIt))).find(isIt);
      if (found === undefined) throw new Error("The row is gone");
      return found;
    },
    async scrollToRow(label) {
      await rowElement(label);
    },
    async clickRow(label) {
      await leaveHovers(page);
      await (await rowElement(label)).locator(".monaco-icon-label-container").click();
    },
    async rowAction(label, title) {
      // A row that is drawn anew under the pointer shows its buttons only after the pointer came to it again.
      const click = async (): Promise<"clicked" | "missing"> => {
        await leaveHovers(page);
        const row = await rowElement(label);
        await row.hover();
        return clickOnce(row.locator(".action-label").and(page.getByLabel(buttonName(title))), 4_000);
      };
      await until(`the button ${title} of ${String(label)}`, click, (done) => done === "clicked");
    },
    async rowMenu(label, entry) {
      await leaveHovers(page);
      // Rows that come meanwhile close a menu that has just opened.
      const choose = async (): Promise<boolean> => {
        await (await rowElement(label)).locator(".monaco-icon-label-container").click({ button: "right" });
        return clickEntry(page, entry);
      };
      await until(`the menu of ${String(label)} with ${entry}`, choose, (isDone) => isDone);
    },
    async viewAction(title) {
      await sideBar.hover();
      const actions = sideBar.locator(".title-actions .action-label, .pane-header .action-label");
      const own = actions.and(page.getByLabel(buttonName(title)));
      if ((await own.count()) > 0) return own.first().click();
      const choose = async (): Promise<boolean> => {
        await actions.and(page.getByLabel("Views and More Actions...")).first().click();
        return clickEntry(page, title);
      };
      await until(`the view's menu with ${title}`, choose, (isDone) => isDone);
      return undefined;
    },
    welcomeText,
    untilWelcome: (text) => until(`a welcome view ${String(text)}`, welcomeText, (shown) => text.test(shown)),
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

/** A hover that came up under the resting pointer lies over the rows below: it goes when the pointer is elsewhere. */
async function leaveHovers(page: Page): Promise<void> {
  const size = page.viewportSize();
  if (size !== null) await page.mouse.move(size.width * 0.75, size.height / 2);
  const hovers = (): Promise<number> => page.locator(".monaco-hover:visible").count();
  await until("no hover in the way", hovers, (count) => count === 0);
}

/** Context menus live in a shadow root, which Playwright's selectors see through. */
const menuEntry = (page: Page, entry: string): Locator =>
  page.locator(".monaco-menu .action-menu-item").filter({ has: page.locator(`.action-label[aria-label="${entry}"]`) });

/** Clicks an entry of the menu that opens now; false where it closed before. */
async function clickEntry(page: Page, entry: string): Promise<boolean> {
  const found = menuEntry(page, entry).first();
  const closed = async (): Promise<false> => {
    await page.keyboard.press("Escape");
    return false;
  };
  try {
    await found.waitFor({ timeout: 4_000 });
    // A menu takes no click in its first tenth of a second, so that the one that opened it chooses nothing.
    await page.waitForTimeout(200);
  } catch {
    return await closed();
  }
  if ((await clickOnce(found, 2_000)) === "missing") return await closed();
  const menus = (): Promise<number> => page.locator(".monaco-menu:visible").count();
  await until("no menu", menus, (count) => count === 0);
  return true;
}

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
