// `npm run tour`: goes through the product as a newcomer does, in a real VS Code against the Local Sandbox, checks
// what each step shows and takes its picture, light and dark. `--into FOLDER` puts the pictures elsewhere.
import assert from "node:assert/strict";
import { cp, mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { interrupted } from "./harness/interrupted.ts";
import { signInToLocalSandbox } from "./harness/localSandboxSignIn.ts";
import { cacheFolder, repositoryFolder } from "./harness/paths.ts";
import { say } from "./harness/progress.ts";
import { makeScratchFolder } from "./harness/scratch.ts";
import { openWorkbench, type Workbench } from "./harness/screen.ts";
import { packageExtension } from "./harness/start/packageExtension.ts";
import { until } from "./harness/until.ts";

const { values } = parseArgs({ options: { into: { type: "string" } } });
const into = path.resolve(values.into ?? path.join(repositoryFolder, "media/tour"));

/** One of the sandbox's companies has the app, with more projects than are shown at once; another has not. */
const bigCompany = "Ironbridge & Vale Builders";
const lockedCompany = "Löwenstein Hoch- und Tiefbau AG";

await packageExtension(interrupted);
const scratch = await makeScratchFolder("tour");
try {
  for (const theme of ["light", "dark"] as const) await tour(theme);
  await replacePictures();
} catch (error) {
  say(`  ✗ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exitCode = 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function tour(theme: "light" | "dark"): Promise<void> {
  say(`The tour, ${theme}:`);
  const workbench = await openWorkbench({ theme, size: { width: 1200, height: 720 } });
  const stop = (): void => void workbench.dispose();
  interrupted.addEventListener("abort", stop, { once: true });
  try {
    await walk(workbench, camera(theme));
  } catch (error) {
    const picture = path.join(cacheFolder, `tour-failed-${theme}.png`);
    await workbench.screenshot(picture).then(
      () => say(`What the screen showed: ${picture}`),
      () => undefined,
    );
    throw error;
  } finally {
    interrupted.removeEventListener("abort", stop);
    await workbench.dispose();
  }
}

type Camera = (name: string, page: Page) => Promise<void>;

function camera(theme: "light" | "dark"): Camera {
  const taken = { count: 0 };
  return async (name, page) => {
    taken.count += 1;
    const file = `${String(taken.count).padStart(2, "0")}-${name}-${theme}.png`;
    await page.screenshot({ path: path.join(scratch, file), animations: "disabled" });
    say(`  ✓ ${file}`);
  };
}

async function walk(workbench: Workbench, picture: Camera): Promise<void> {
  const { page } = workbench;
  await workbench.runCommand("Procore: Focus on Companies View");
  assert.match(await workbench.untilWelcome(/Sign in to see/u), /No Procore account\?.*Local Sandbox/su);
  await settled(workbench);
  await widenSideBar(page);
  await picture("welcome", page);
  await signInToLocalSandbox(workbench, picture);
  await settled(workbench);

  await workbench.clickRow(bigCompany);
  await workbench.untilRow((row) => row.level === 2 && row.icon === "project");
  await picture("companies", page);

  await loadMore(workbench, picture);

  const tooltip = await workbench.statusTooltip();
  assert.match(tooltip, /Environment: Local Sandbox/u);
  assert.match(tooltip, /Session: until/u);
  assert.match(tooltip, /Rate limit: /u);
  await picture("session", page);
  await workbench.clickStatus();
  const menu = await workbench.untilQuickInput("What do you want to do?");
  assert.ok(menu.items.some(({ label }) => label === "Refresh Session Now"));
  await picture("session-menu", page);
  await workbench.escape();
  await workbench.untilNoQuickInput();

  await workbench.clickRow(lockedCompany);
  const wall = await workbench.untilRow("App not installed in this company");
  assert.deepEqual(wall.actions, ["I Installed It: Check Again", "Copy Message for Your Procore Admin"]);
  await page.mouse.move(page.viewportSize()?.width ?? 0, 0);
  await picture("app-not-installed", page);
  // The wall signs nobody out.
  await workbench.untilStatus(/^Local 1h/u);

  await workbench.runCommand("Procore: Sign Out");
  await workbench.untilWelcome(/You are signed out/u);
  await workbench.untilStatus("Procore: Sign In");
  await settled(workbench);
  await picture("signed-out", page);
  await getStarted(workbench, picture);
}

/** The walkthrough; without the side bar, so that its picture has room. */
async function getStarted(workbench: Workbench, picture: Camera): Promise<void> {
  await workbench.runCommand("Procore: Get Started");
  await workbench.untilStepOpen("noAccount");
  await workbench.runCommand("View: Toggle Primary Side Bar Visibility");
  await workbench.clickStep("Add the redirect URI");
  await workbench.untilStepOpen("redirectUri");
  assert.match(await workbench.stepPicture(), /^A form with the redirect URI/u);
  await picture("get-started", workbench.page);
}

async function loadMore(workbench: Workbench, picture: Camera): Promise<void> {
  const label = /^Load more \(300 of [\d,]+\)$/u;
  const offer = (await workbench.allTreeRows()).find((row) => label.test(row.label));
  assert.ok(offer, "The company offers no more than its first 300 projects");
  await workbench.scrollToRow(label);
  await picture("load-more", workbench.page);
  await workbench.clickRow(label);
  const projects = async (): Promise<number> =>
    (await workbench.allTreeRows()).filter(({ icon, level }) => level === 2 && icon === "project").length;
  await until("more than 300 projects", projects, (count) => count > 300);
  await workbench.clickRow(bigCompany);
}

/** No notification is left over, and VS Code itself has nothing more to tell: what was going on is done. */
async function settled(workbench: Workbench): Promise<void> {
  await until(
    "no notification",
    () => workbench.notifications(),
    (shown) => shown.length === 0,
  );
  const statusBar = workbench.page.locator(".part.statusbar");
  await until(
    "a quiet status bar",
    () => statusBar.innerText(),
    (text) => !text.includes("Activating Extensions"),
  );
}

/** So that a project's number, city and stage can be read in the pictures. */
async function widenSideBar(page: Page): Promise<void> {
  const bar = await page.locator(".part.sidebar").boundingBox();
  assert.ok(bar);
  const [x, y] = [bar.x + bar.width, bar.y + bar.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 180, y, { steps: 5 });
  await page.mouse.up();
}

/** Only a tour that went well to its end replaces what is there. */
async function replacePictures(): Promise<void> {
  await mkdir(into, { recursive: true });
  for (const file of await readdir(into)) if (file.endsWith(".png")) await rm(path.join(into, file));
  await cp(scratch, into, { recursive: true });
  say(`${(await readdir(into)).length} pictures in ${path.relative(process.cwd(), into)}`);
}
