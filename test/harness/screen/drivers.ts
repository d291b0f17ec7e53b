import type { Page } from "playwright-core";
import { until } from "../until.ts";
import { messageDriver, type MessageDriver } from "./messages.ts";
import { popupDriver, type PopupDriver } from "./popups.ts";
import { quickInputDriver, type QuickInputDriver } from "./quickInput.ts";
import { statusBarDriver, type StatusBarDriver } from "./statusBar.ts";
import { walkthroughDriver, type WalkthroughDriver } from "./walkthrough.ts";
import { treeDriver, type TreeDriver } from "./tree.ts";

/** Everything that a person does with a workbench. */
export type Drivers = QuickInputDriver & TreeDriver & MessageDriver & StatusBarDriver & PopupDriver & WalkthroughDriver;

/** Drives the workbench of any page, whoever serves it. */
export const driversOf = (page: Page, statusBarItem = "procore.session"): Drivers => ({
  ...quickInputDriver(page),
  ...treeDriver(page),
  ...messageDriver(page),
  ...statusBarDriver(page, statusBarItem),
  ...popupDriver(page),
  ...walkthroughDriver(page),
});

/** Waits until the page has become a workbench. */
export async function untilReady(page: Page): Promise<void> {
  const host = page.locator(".part.statusbar [id='status.host']");
  await until(
    "the workbench",
    () => host.count(),
    (count) => count > 0,
    60_000,
  );
}
