import type { Locator, Page } from "playwright-core";
import { until } from "../until.ts";

/** Moves through a tree whose rows are drawn only where they are in sight. */
export interface TreeScroll {
  toTop(): Promise<void>;
  /** Goes on by about a page, passing over no row; false at the end of the tree. */
  pageDown(): Promise<boolean>;
  /** Whether a row is drawn and nothing of it is cut off. */
  isWhole(index: number): Promise<boolean>;
}

const settleMs = 400;

/** Scrolls with the keys, which no tooltip over the tree intercepts; the selection stays, the focus moves. */
export function treeScroll(page: Page, tree: Locator): TreeScroll {
  const list = tree.locator(".monaco-list");
  const focused = tree.locator(".monaco-list-rows > .monaco-list-row.focused");
  const focusedIndex = async (): Promise<number> => {
    const [index] = await focused.evaluateAll((rows: { getAttribute(name: string): string | null }[]) =>
      rows.map((row) => Number(row.getAttribute("data-index"))),
    );
    return index ?? -1;
  };
  const first = tree.locator('.monaco-list-rows > .monaco-list-row[data-index="0"]');
  return {
    async toTop() {
      if ((await first.count()) > 0 && (await focusedIndex()) === 0) return;
      // A key that comes while the rows come anew does nothing.
      const home = async (): Promise<number> => {
        await list.focus();
        await page.keyboard.press("Home");
        return focusedIndex();
      };
      await until("the top of the tree", home, (index) => index === 0);
    },
    async pageDown() {
      const before = await focusedIndex();
      await list.focus();
      await page.keyboard.press("PageDown");
      return until("the next page", focusedIndex, (index) => index > before, settleMs).then(
        () => true,
        () => false,
      );
    },
    async isWhole(index) {
      const row = tree.locator(`.monaco-list-rows > .monaco-list-row[data-index="${index}"]`);
      if ((await row.count()) === 0) return false;
      const [inner, outer] = [await row.boundingBox(), await tree.boundingBox()];
      if (inner === null || outer === null) return false;
      return inner.y >= outer.y - 1 && inner.y + inner.height <= outer.y + outer.height + 1;
    },
  };
}
