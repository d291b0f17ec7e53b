import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import * as v from "valibot";
import { startSandbox, type RunningSandbox } from "../../src/sandbox/index.ts";
import { FakeClock } from "../fakes/fakeClock.ts";
import { launchBrowser } from "../harness/browser.ts";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import { until } from "../harness/until.ts";
import { openHelp } from "./companiesView.ts";
import { signIn, startSite, settingsFor, type Site } from "./people.ts";

const resultSchema = v.object({
  violations: v.array(v.object({ id: v.string(), help: v.string(), nodes: v.array(v.object({ html: v.string() })) })),
  passes: v.array(v.object({ id: v.string() })),
});

/**
 * What axe finds against WCAG 2.2 A and AA, and its own best practices, on the page as it is. In a page without
 * scripts, as the sandbox's are, axe would wait for good: it was opened with `bypassCSP`.
 */
async function faultsOf(page: Page): Promise<readonly string[]> {
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  await page.evaluate(axe);
  const { violations, passes } = v.parse(resultSchema, await page.evaluate("axe.run()"));
  for (const rule of ["color-contrast", "html-has-lang", "page-has-heading-one"]) {
    assert.ok(
      [...passes, ...violations].some(({ id }) => id === rule),
      `${rule} was looked at`,
    );
  }
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(" ")}`);
}

describe("the sandbox's pages, for everybody", function () {
  this.timeout(60_000);
  let browser: Browser;
  let sandbox: RunningSandbox;
  before(async () => {
    browser = await launchBrowser();
    sandbox = await startSandbox({ clock: new FakeClock(Date.UTC(2026, 10, 22, 9)) });
  });
  after(async () => {
    await browser?.close();
    await sandbox?.close();
  });

  const authorize = (query: Readonly<Record<string, string>> = {}): string => {
    const all = { response_type: "code", client_id: sandbox.clientId, redirect_uri: "urn:ietf:wg:oauth:2.0:oob" };
    return `/oauth/authorize?${new URLSearchParams({ ...all, ...query }).toString()}`;
  };
  const pages: readonly (readonly [string, () => string, RegExp])[] = [
    ["the approval page", () => authorize(), /Allow this app\?/u],
    ["an error page", () => authorize({ client_id: "nobody" }), /An error has occurred/u],
    ["a code", () => "/oauth/authorize/native?code=0123456789abcdef", /Authorization code/u],
    ["the home page", () => "/", /Local Sandbox/u],
    ["a page that is not there", () => "/nothing/company/home/list", /Nothing here/u],
  ];
  for (const colorScheme of ["light", "dark"] as const) {
    for (const [what, address, title] of pages) {
      it(`${what} has no fault, ${colorScheme}`, async () => {
        const page = await browser.newPage({ colorScheme, bypassCSP: true });
        await page.goto(`${sandbox.baseUrl}${address()}`);
        assert.match(await page.title(), title);
        assert.deepEqual(await faultsOf(page), []);
        await page.close();
      });
    }
  }

  it("is signed in on with the keyboard alone: the people first, then Allow, then Deny", async () => {
    const page = await browser.newPage();
    await page.goto(`${sandbox.baseUrl}${authorize()}`);
    const focused = async (): Promise<string> =>
      String(await page.evaluate("(document.activeElement.name || document.activeElement.innerText).trim()"));
    const order: string[] = [];
    for (let presses = 0; presses < 3; presses += 1) {
      await page.keyboard.press("Tab");
      order.push(await focused());
    }
    assert.deepEqual(order, ["user", "Allow", "Deny"]);
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/oauth\/authorize\/|native/u);
    await page.keyboard.press("Tab");
    assert.match(await focused(), /^[\w-]{20,}$/u, "the code can be reached, and read");
    await page.close();
  });
});

describe("the Companies view, for everybody @oldest", function () {
  this.timeout(120_000);
  let site: Site;
  let workbench: Workbench;
  before(async () => {
    site = await startSite("Helped Site");
    workbench = await openWorkbench({ settings: settingsFor(site) });
    await workbench.runCommand("View: Show Procore");
    await signIn(workbench, site);
    await workbench.untilRow("Ironbridge & Vale Builders");
  });
  after(async () => {
    await workbench?.dispose();
    await site?.sandbox.close();
  });

  it("has words for each row, which say what kind it is", async () => {
    const labels = "[...document.querySelectorAll('.customview-tree .monaco-list-row')].map((row) => row.ariaLabel)";
    const read = async (): Promise<readonly string[]> =>
      v.parse(v.array(v.string()), await workbench.page.evaluate(labels));
    const spoken = await until("rows with words", read, (found) => found.length > 2);
    for (const label of spoken) assert.match(label, /, company/u);
  });

  it("opens its help with Alt+F1, as a text that nobody can change", async () => {
    await openHelp(workbench, "Procore: Focus on Companies View");
    const text = workbench.page.locator(".editor-instance .view-lines");
    const shown = await until(
      "its text",
      async () => (await text.innerText()).replaceAll("\u00a0", " "),
      (lines) => lines.includes("Ctrl+Alt+P"),
    );
    assert.match(shown, /# The Companies view/u);
    await workbench.page.keyboard.type("x");
    assert.equal((await text.innerText()).replaceAll("\u00a0", " "), shown);
  });
});
