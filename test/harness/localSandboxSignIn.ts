import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { Drivers } from "./screen/drivers.ts";

/** Called at each station of the way, with the page that a person looks at. */
export type AtStation = (name: string, page: Page) => Promise<void>;

/**
 * Signs in to the Local Sandbox as a person does: Sign In in the palette, the page that opens, Allow, and the code
 * pasted back. Resolves when the companies are shown.
 */
export async function signInToLocalSandbox(
  workbench: Drivers & { readonly page: Page },
  at: AtStation = () => Promise.resolve(),
): Promise<void> {
  await workbench.runCommand("Procore: Sign In");
  await workbench.untilQuickInput(/^Sign in to Procore/u);
  await at("environments", workbench.page);
  const popup = await workbench.nextPopup(() => workbench.chooseItem("Local Sandbox"));
  assert.match(await popup.locator("body").innerText(), /This is the Local Sandbox, not Procore/u);
  await at("allow", popup);
  await popup.getByRole("button", { name: "Allow" }).click();
  const shown = popup.locator("#authorization_code");
  await shown.waitFor();
  await at("code", popup);
  const code = await shown.innerText();
  await popup.close();
  await workbench.untilQuickInput("Authorization code");
  await workbench.fill(code);
  await at("paste", workbench.page);
  await workbench.accept();
  await workbench.untilNoQuickInput();
  await workbench.untilStatus(/^Local 1h/u);
  await workbench.untilRow(/./u);
}
