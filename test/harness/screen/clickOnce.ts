import type { Locator } from "playwright-core";
import type { PageElement } from "./dom.ts";

const mark = "data-test-clicked";

/**
 * Clicks once, or not at all where the element cannot be clicked in time. Playwright's own click may have clicked
 * although its time limit ended it: on a busy page the limit also covers what comes after. So the element notes it.
 */
export async function clickOnce(element: Locator, timeoutMs: number): Promise<"clicked" | "missing"> {
  const found = await element.elementHandle({ timeout: timeoutMs }).catch(() => null);
  if (found === null) return "missing";
  // Runs in the browser. Menus act on this event already, and are gone before the click.
  await found.evaluate((target: PageElement, name) => {
    target.removeAttribute(name);
    target.addEventListener("mouseup", () => target.setAttribute(name, ""), { capture: true, once: true });
  }, mark);
  try {
    await found.click({ timeout: timeoutMs });
    return "clicked";
  } catch {
    const noted = await found.evaluate((target: PageElement, name) => target.getAttribute(name), mark);
    return noted === null ? "missing" : "clicked";
  }
}
