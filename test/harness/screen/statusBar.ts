import type { Page } from "playwright-core";
import { until } from "../until.ts";

/** The extension's item in the status bar. */
export interface StatusBarDriver {
  /** The text without icons; `undefined` when the item is not there. */
  statusText(): Promise<string | undefined>;
  untilStatus(text: string | RegExp): Promise<string>;
  /** "error" and "warning" are the coloured backgrounds. */
  statusColour(): Promise<"none" | "warning" | "error">;
  /** What a screen reader says. */
  statusSpoken(): Promise<string>;
  /** The tooltip's text, shown by resting the pointer on the item. */
  statusTooltip(): Promise<string>;
  clickStatus(): Promise<void>;
}

/** Drives the status bar item with that id (without VS Code's prefix of publisher and extension). */
export function statusBarDriver(page: Page, id: string): StatusBarDriver {
  const item = page.locator(`.part.statusbar .statusbar-item[id$="${id}"]:visible`);
  const statusText = async (): Promise<string | undefined> =>
    (await item.locator(".statusbar-item-label").allInnerTexts())[0]?.replaceAll("\u00a0", " ").trim();
  return {
    statusText,
    async untilStatus(text) {
      const fits = (shown: string | undefined): boolean =>
        shown !== undefined && (typeof text === "string" ? shown === text : text.test(shown));
      const found = await until(`the status bar item ${String(text)}`, statusText, fits);
      if (found === undefined) throw new Error("The status bar item is gone");
      return found;
    },
    async statusColour() {
      const classes = (await item.getAttribute("class")) ?? "";
      return classes.includes("error-kind") ? "error" : classes.includes("warning-kind") ? "warning" : "none";
    },
    statusSpoken: async () => (await item.getAttribute("aria-label")) ?? "",
    async statusTooltip() {
      await item.hover();
      const hovers = page.locator(".monaco-hover:visible .hover-contents, .monaco-hover:visible .hover-row");
      const texts = await until(
        "the tooltip",
        () => hovers.allInnerTexts(),
        (all) => all.join("").trim() !== "",
      );
      return texts.join("\n").trim();
    },
    clickStatus: () => item.locator(".statusbar-item-label").click(),
  };
}
