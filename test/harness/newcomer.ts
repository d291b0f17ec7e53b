import assert from "node:assert/strict";
import type { Workbench } from "./screen.ts";

/** How somebody came from an empty editor to a list of projects. */
export interface NewcomerWay {
  /** What the person did, one by one. */
  readonly steps: readonly string[];
  readonly seconds: number;
}

/**
 * Goes from an editor that has never seen the extension to the projects of a company, by nothing but what the screen
 * offers: the welcome view, the walkthrough's buttons, dialogues, and the page in the browser. No command is known
 * beforehand. `look` is called at the open walkthrough.
 */
export async function walkAsNewcomer(
  workbench: Workbench,
  look: () => Promise<void> = () => Promise.resolve(),
): Promise<NewcomerWay> {
  const steps: string[] = [];
  const startedAt = performance.now();
  const step = async <T>(what: string, run: () => Promise<T>): Promise<T> => {
    const result = await run();
    steps.push(what);
    return result;
  };
  const icon = workbench.page.locator(".activitybar .action-item").getByLabel(/^Procore/u);
  await step("click the crane in the activity bar", () => icon.first().click());
  await workbench.untilWelcome(/Get Started/u);
  await step("click Get Started in the welcome view", () => workbench.clickWelcome("Get Started"));
  await workbench.untilStepOpen("noAccount");
  await look();
  const popup = await step("click Try the Local Sandbox in the walkthrough", () =>
    workbench.nextPopup(() => workbench.clickStepButton("Try the Local Sandbox")),
  );
  await step("click Allow in the browser", () => popup.getByRole("button", { name: "Allow" }).click());
  const code = await step("copy the code", () => popup.locator("#authorization_code").innerText());
  await popup.close();
  await workbench.untilQuickInput("Authorization code");
  await step("paste the code", () => workbench.fill(code));
  await step("press Enter", () => workbench.accept());
  await workbench.untilNoQuickInput();
  const company = await workbench.untilRow((row) => row.icon === "organization" && row.expanded === false);
  await step("click the first company", () => workbench.clickRow(company.label));
  await workbench.untilRow((row) => row.level === 2 && row.icon === "project");
  const seconds = (performance.now() - startedAt) / 1_000;
  assert.deepEqual(await workbench.notifications(), []);
  return { steps, seconds };
}
