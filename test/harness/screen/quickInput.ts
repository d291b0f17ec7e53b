import type { Locator, Page } from "playwright-core";
import { until } from "../until.ts";
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

/** Drives the quick input of a workbench page. */
export function quickInputDriver(page: Page): QuickInputDriver {
  const widget = page.locator(".quick-input-widget:visible");
  const box = widget.locator(".quick-input-box input");

  const quickInput = async (): Promise<QuickInput | undefined> => (await widget.evaluateAll(readWidgets))[0];
  const row = async (label: string | RegExp): Promise<Locator> => {
    const rows = widget.locator(".quick-input-list .monaco-list-rows > .monaco-list-row");
    const position = (input: QuickInput | undefined): number =>
      input?.items.findIndex((item) => isNamed(item.label, label)) ?? -1;
    // The rows are read in the order of the page, so a position leads back to its element.
    const found = await until(`an item ${String(label)}`, quickInput, (input) => position(input) >= 0);
    return rows.nth(position(found));
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
      await page.keyboard.press("F1");
      await untilQuickInput((input) => input.value.startsWith(">"));
      await box.fill(`>${title}`);
      await (await row(title)).click();
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
  const text = (from: PageElement, selector: string): string =>
    (from.querySelector(selector)?.textContent ?? "").replaceAll("\u00a0", " ").trim();
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
        detail: text(row, ".quick-input-list-label-meta"),
        separator: text(row, ".quick-input-list-separator"),
        checked: row.querySelector(".monaco-checkbox[aria-checked=true], input:checked") !== null,
        buttons: titles(row, ".quick-input-list-entry-action-bar .action-label"),
      })),
    };
  });
}
