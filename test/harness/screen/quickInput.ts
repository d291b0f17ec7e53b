import type { Locator, Page } from "playwright-core";
import { until } from "../until.ts";
import { clickOnce } from "./clickOnce.ts";
import type { PageElement } from "./dom.ts";
import { buttonName, isNamed } from "./text.ts";

/** What a quick pick or input box shows. */
export interface QuickInput {
  /** With the step where there is one, as shown: "Sign in to Procore (2/4)"; empty without a title. */
  readonly title: string;
  readonly placeholder: string;
  readonly value: string;
  readonly masked: boolean;
  /** The prompt, or in its place the validation message. */
  readonly message: string;
  readonly severity: "none" | "info" | "warning" | "error";
  readonly busy: boolean;
  /** Titles of the buttons in the title bar and beside the box, Back too. */
  readonly buttons: readonly string[];
  /** The rows that are drawn; a long list draws only what is in sight. */
  readonly items: readonly QuickInputItem[];
}

export interface QuickInputItem {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  /** The heading above the row, empty where there is none. */
  readonly separator: string;
  readonly checked: boolean;
  readonly buttons: readonly string[];
}

/** The palette, quick picks and input boxes. */
export interface QuickInputDriver {
  /** Runs a command by the title that the palette shows, such as "Procore: Sign In". */
  runCommand(title: string): Promise<void>;
  /** What is shown now; `undefined` when no quick input is open. */
  quickInput(): Promise<QuickInput | undefined>;
  /** Waits until a quick input with that title, placeholder, message or item is shown. */
  untilQuickInput(expected: string | RegExp | ((input: QuickInput) => boolean)): Promise<QuickInput>;
  untilNoQuickInput(): Promise<void>;
  /** Clicks the row with that label (or whose label matches), as soon as it is there. */
  chooseItem(label: string | RegExp): Promise<void>;
  /** Clicks a button of a row, by its title. */
  itemButton(label: string | RegExp, title: string): Promise<void>;
  /** Replaces what the box holds. */
  fill(text: string): Promise<void>;
  /** Presses Enter in the box. */
  accept(): Promise<void>;
  back(): Promise<void>;
  /** Clicks a button of the title bar or beside the box, by its title. */
  quickInputButton(title: string): Promise<void>;
  escape(): Promise<void>;
}

/** `null` for what is not drawn, also when it went just now. */
const placeOf = (element: Locator): ReturnType<Locator["boundingBox"]> =>
  element.boundingBox({ timeout: 500 }).catch(() => null);

const listRows = ".quick-input-list .monaco-list-rows > .monaco-list-row";

/** Drives the quick input of a workbench page. */
export function quickInputDriver(page: Page): QuickInputDriver {
  const widget = page.locator(".quick-input-widget:visible");
  const box = widget.locator(".quick-input-box input");
  const list = widget.locator(".quick-input-list:visible");

  const quickInput = async (): Promise<QuickInput | undefined> => (await widget.evaluateAll(readWidgets))[0];
  const row = async (label: string | RegExp): Promise<Locator> => {
    const rows = widget.locator(listRows);
    const position = (input: QuickInput | undefined): number =>
      input?.items.findIndex((item) => isNamed(item.label, label)) ?? -1;
    // The rows are read in the order of the page, so a position leads back to its element.
    let looks = 0;
    const inSight = async (): Promise<Locator | undefined> => {
      const place = position(await quickInput());
      if (place >= 0) return (await scrollTo(rows.nth(place))) === "there" ? rows.nth(place) : undefined;
      // It may come, or it is farther up, or down.
      looks += 1;
      const round = Math.floor(looks / 10);
      if (round > 0) await turn(round % 2 === 1 ? -100 : 100);
      return undefined;
    };
    const found = await until(`an item ${String(label)}`, inSight, (element) => element !== undefined);
    if (found === undefined) throw new Error(`The item ${String(label)} is gone`);
    return found;
  };
  /** A long list draws rows beyond its edges, where a click would hit something else. */
  const scrollTo = async (row: Locator): Promise<"there" | "onTheWay"> => {
    const [at, box] = await Promise.all([placeOf(row), placeOf(list)]);
    if (at === null || box === null) return "onTheWay";
    const [above, below] = [box.y - at.y, at.y + at.height - box.y - box.height];
    if (above <= 1 && below <= 1) return "there";
    await turn(above > 1 ? -above : below);
    return "onTheWay";
  };
  const turn = async (deltaY: number): Promise<void> => {
    const box = await placeOf(list);
    if (box === null) return;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.wheel(0, deltaY);
  };
  const untilQuickInput: QuickInputDriver["untilQuickInput"] = async (expected) => {
    const matches = (input: QuickInput): boolean =>
      typeof expected === "function"
        ? expected(input)
        : [input.title, input.placeholder, input.message].some((text) => isNamed(text, expected));
    const found = await until(`a quick input ${String(expected)}`, quickInput, (input) => !!input && matches(input));
    if (found === undefined) throw new Error("The quick input is gone");
    return found;
  };
  const button = (scope: Locator, title: string): Locator =>
    scope.locator(".action-label").and(page.getByLabel(buttonName(title)));

  return {
    quickInput,
    untilQuickInput,
    async runCommand(title) {
      // A palette that was opened before the command was there never learns of it: it is opened anew.
      const look = async (): Promise<"clicked" | "missing"> => {
        await page.keyboard.press("F1");
        const isPalette = (input: QuickInput | undefined): boolean => input?.value.startsWith(">") === true;
        const opened = await until("the palette", quickInput, isPalette, 2_000).catch(() => undefined);
        if (opened === undefined) return "missing";
        const typed = box.fill(`>${title}`, { timeout: 1_000 }).then(
          () => "typed" as const,
          () => "closed" as const,
        );
        if ((await typed) === "closed") return "missing";
        const isListed = (input: QuickInput | undefined): boolean =>
          input?.items.some((item) => item.label === title) === true;
        const listed = await until("the command", quickInput, isListed, 2_000).catch(() => undefined);
        if (listed === undefined) {
          await page.keyboard.press("Escape");
          return "missing";
        }
        // The palette closes by itself when the focus is taken away from it meanwhile.
        const position = listed.items.findIndex((item) => item.label === title);
        return clickOnce(widget.locator(listRows).nth(position), 1_000);
      };
      await until(`the command "${title}"`, look, (seen) => seen === "clicked");
    },
    async untilNoQuickInput() {
      await until("no quick input", quickInput, (input) => input === undefined);
    },
    async chooseItem(label) {
      await (await row(label)).click();
    },
    async itemButton(label, title) {
      const found = await row(label);
      await found.hover();
      await button(found, title).click();
    },
    fill: (text) => box.fill(text),
    accept: () => box.press("Enter"),
    back: () => button(widget, "Back").click(),
    quickInputButton: (title) => button(widget, title).first().click(),
    escape: () => page.keyboard.press("Escape"),
  };
}

/** Runs in the browser, so it can use nothing from outside itself. */
function readWidgets(widgets: PageElement[]): QuickInput[] {
  // Rows are used again: what another row showed may still be in them, hidden.
  const text = (from: PageElement, selector: string): string => {
    const found = from.querySelector(selector);
    return found?.checkVisibility() === true ? (found.textContent ?? "").replaceAll("\u00a0", " ").trim() : "";
  };
  const titles = (from: PageElement, selector: string): string[] =>
    Array.from(from.querySelectorAll(selector), (action) =>
      (action.getAttribute("aria-label") ?? "").replace(/ \([^)]*[+][^)]*\)$/u, ""),
    );
  return widgets.map((widget) => {
    const input = widget.querySelector(".quick-input-box input");
    const state = widget.querySelector(".quick-input-box .monaco-inputbox")?.className.split(" ") ?? [];
    const rows = widget.querySelectorAll(".quick-input-list .monaco-list-rows > .monaco-list-row");
    return {
      title: text(widget, ".quick-input-title"),
      placeholder: input?.getAttribute("placeholder") ?? "",
      value: input?.value ?? "",
      masked: input?.type === "password",
      message: text(widget, ".quick-input-message"),
      severity: (["error", "warning", "info"] as const).find((name) => state.includes(name)) ?? "none",
      busy: widget.querySelector(".quick-input-progress.active") !== null,
      buttons: titles(widget, ".quick-input-titlebar .action-label, .quick-input-inline-action-bar .action-label"),
      items: Array.from(rows, (row) => ({
        label: text(row, ".quick-input-list-row .label-name"),
        description: text(row, ".quick-input-list-row .label-description"),
        detail: text(row, ".quick-input-list-label-meta .label-name"),
        separator: text(row, ".quick-input-list-separator"),
        checked: row.querySelector(".monaco-checkbox[aria-checked=true], input:checked") !== null,
        buttons: titles(row, ".quick-input-list-entry-action-bar .action-label"),
      })),
    };
  });
}
