import type { Locator, Page } from "playwright-core";

/**
 * Clicks once, or not at all where the element cannot be clicked in time. Playwright's own click may have clicked
 * although its time limit ended it: on a busy page the limit also covers what comes after.
 */
export async function clickOnce(page: Page, element: Locator, timeoutMs: number): Promise<"clicked" | "missing"> {
  try {
    await element.click({ trial: true, timeout: timeoutMs });
  } catch {
    return "missing";
  }
  const place = await element.boundingBox({ timeout: timeoutMs }).catch(() => null);
  if (place === null) return "missing";
  await page.mouse.click(place.x + place.width / 2, place.y + place.height / 2);
  return "clicked";
}
