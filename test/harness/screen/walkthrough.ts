import type { Page } from "playwright-core";
import { until } from "../until.ts";
import type { PageElement } from "./dom.ts";

/** A step of the walkthrough that is open. */
export interface WalkthroughStepShown {
  /** Its id in package.json. */
  readonly id: string;
  readonly done: boolean;
  /** Is this the one whose words and buttons are shown? */
  readonly open: boolean;
}

/** The editor's page with a walkthrough. */
export interface WalkthroughDriver {
  /** The steps in their order; none while no walkthrough is open. */
  walkthroughSteps(): Promise<readonly WalkthroughStepShown[]>;
  /** Waits until that step is the open one. */
  untilStepOpen(id: string): Promise<void>;
  /** Waits until these steps are ticked, and no others. */
  untilDone(...ids: readonly string[]): Promise<void>;
  /** Opens a step by a click on its title. */
  clickStep(title: string): Promise<void>;
  /** Clicks the box before a step's title, which ticks it or takes the tick away. */
  clickStepTick(title: string): Promise<void>;
  /** Clicks a button of the open step. */
  clickStepButton(label: string): Promise<void>;
  /** Scrolls the steps until the open one's title is the first that is in sight. */
  openStepToTop(): Promise<void>;
  /** The title that the open step's picture has for those who do not see it. */
  stepPicture(): Promise<string>;
}

/** Drives the walkthrough of a workbench page (microsoft/vscode welcomeGettingStarted/browser/gettingStarted.ts). */
export function walkthroughDriver(page: Page): WalkthroughDriver {
  const slide = page.locator(".gettingStartedContainer .gettingStartedSlideDetails:visible");
  const steps = slide.locator(".getting-started-step");
  const walkthroughSteps = (): Promise<WalkthroughStepShown[]> => steps.evaluateAll(readSteps);
  return {
    walkthroughSteps,
    async untilStepOpen(id) {
      const isOpen = (step: WalkthroughStepShown): boolean => step.id === id && step.open;
      await until(`the step ${id} is open`, walkthroughSteps, (seen) => seen.some(isOpen));
    },
    async untilDone(...ids) {
      const done = async (): Promise<string> =>
        (await walkthroughSteps())
          .filter((step) => step.done)
          .map(({ id }) => id)
          .join(" ");
      await until(`done: ${ids.join(" ")}`, done, (seen) => seen === ids.join(" "));
    },
    clickStep: (title) => steps.locator(".step-title").getByText(title, { exact: true }).click(),
    clickStepTick: (title) =>
      steps
        .filter({ has: page.getByText(title, { exact: true }) })
        .locator("[data-done-step-id]")
        .click(),
    clickStepButton: (label) =>
      slide.locator(".getting-started-step.expanded").getByRole("button", { name: label, exact: true }).click(),
    async openStepToTop() {
      const open = page.locator(".getting-started-step.expanded");
      const list = slide.locator(".monaco-scrollable-element").filter({ has: open }).last();
      const above = async (): Promise<number> => {
        const [at, from] = [await open.boundingBox(), await list.boundingBox()];
        if (at === null || from === null) return Number.NaN;
        const pixels = at.y - from.y;
        if (isAtTop(pixels)) return pixels;
        await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
        await page.mouse.wheel(0, pixels < 0 ? -notchPixels : notchPixels);
        return pixels;
      };
      await until("the open step at the top", above, isAtTop);
    },
    async stepPicture() {
      const picture = async (): Promise<string> => {
        for (const frame of page.frames()) {
          const titles = await frame
            .locator("svg[role=img] > title")
            .allTextContents()
            .catch(() => []);
          if (titles[0] !== undefined) return titles[0];
        }
        return "";
      };
      return await until("the step's picture", picture, (title) => title !== "");
    },
  };
}

/** What the editor scrolls by one turn of the wheel, whatever the wheel says: nothing comes closer than that. */
const notchPixels = 50;

/** Is a step that begins so far below the top of the list the first one, with its title whole? */
const isAtTop = (pixels: number): boolean => pixels >= 0 && pixels <= notchPixels;

/** Runs in the browser, so it can use nothing from outside itself. */
function readSteps(elements: PageElement[]): WalkthroughStepShown[] {
  return elements.map((step) => ({
    id: (step.getAttribute("data-step-id") ?? "").split("#").at(-1) ?? "",
    done: step.querySelector(".codicon-getting-started-step-checked") !== null,
    open: step.className.split(" ").includes("expanded"),
  }));
}
