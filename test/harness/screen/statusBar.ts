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
      const hovers = page.locator(".monaco-hover:visible");
      const read = async (): Promise<string> =>
        (await hovers.allInnerTexts()).join("\n").replaceAll("\u00a0", " ").trim();
      const rest = async (): Promise<string> => {
        // An item that is painted anew under the pointer never hears that the pointer left: it may take several moves,
        // and a tooltip that stays all the same is read as it is.
        const leave = async (): Promise<string> => {
          await page.mouse.move(300, 300);
          await page.mouse.move(0, 0);
          return await read();
        };
        await until("no other tooltip", leave, (text) => text === "", 3_000).catch(() => "");
        await item.hover();
        // An item that is painted anew under the pointer shows none before the pointer comes again.
        return until("the tooltip", read, (text) => text !== "", 2_000).catch(() => "");
      };
      return until("the status bar item's tooltip", rest, (text) => text !== "");
    },
    clickStatus: () => item.locator(".statusbar-item-label").click(),
  };
}
