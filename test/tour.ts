// `npm run tour`: goes through the product as a newcomer does, in a real VS Code against the Local Sandbox, checks
// what each step shows and takes its picture, light and dark, and some in high contrast. `--into FOLDER` puts the
// pictures elsewhere, and fails when those of the product show something else.
import assert from "node:assert/strict";
import { cp, mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { interrupted } from "./harness/interrupted.ts";
import { signInToLocalSandbox } from "./harness/localSandboxSignIn.ts";
import { cacheFolder, repositoryFolder } from "./harness/paths.ts";
import { say } from "./harness/progress.ts";
import { removeFolder } from "./harness/removeFolder.ts";
import { makeScratchFolder } from "./harness/scratch.ts";
import { openWorkbench, type Workbench } from "./harness/screen.ts";
import type { Theme } from "./harness/screen/calmSettings.ts";
import { packageExtension } from "./harness/start/packageExtension.ts";
import { readWords, settledWords, staleWords, writeWords } from "./harness/tourWords.ts";
import { until } from "./harness/until.ts";

const pictures = path.join(repositoryFolder, "media/tour");
const { values } = parseArgs({ options: { into: { type: "string" } } });
const into = path.resolve(values.into ?? pictures);

/** One of the sandbox's companies has the app, with more projects than are shown at once; another has not. */
const bigCompany = "Ironbridge & Vale Builders";
const lockedCompany = "Löwenstein Hoch- und Tiefbau AG";
/** Finds a few projects, far below those that are loaded. */
const typed = "tidewater library";
const stage = "Course of Construction";

/** The stops where colour or an icon could be all that says something. */
const inHighContrast: readonly string[] = ["environments", "companies", "session", "app-not-installed", "signed-out"];

/** What the stops showed, by their names; the same in each theme. */
const words = new Map<string, string>();
/** What they show in the pictures that are there. */
const known = await readWords(pictures);

await packageExtension(interrupted);
const scratch = await makeScratchFolder("tour");
try {
  for (const theme of ["light", "dark", "hc-black", "hc-light"] as const) await tour(theme);
  await writeWords(scratch, words);
  await replacePictures();
  await judgePictures();
} catch (error) {
  say(`  ✗ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exitCode = 1;
} finally {
  await removeFolder(scratch);
}

async function tour(theme: Theme): Promise<void> {
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

function camera(theme: Theme): Camera {
  const taken = { count: 0 };
  return async (name, page) => {
    taken.count += 1;
    if (theme.startsWith("hc-") && !inHighContrast.includes(name)) return;
    const stop = `${String(taken.count).padStart(2, "0")}-${name}`;
    const file = `${stop}-${theme}.png`;
    // Buttons that a row shows under the pointer, and its tooltip, are no part of a picture; the status bar's is.
    if (!name.startsWith("session")) await page.mouse.move(page.viewportSize()?.width ?? 0, 0);
    if (theme === "light") words.set(stop, await settledWords(page, known.get(stop)));
    await page.screenshot({ path: path.join(scratch, file), animations: "disabled" });
    say(`  ✓ ${file}`);
  };
}

/** A part of the way: goes on from where the one before it ended, and takes its pictures. */
type Stop = (workbench: Workbench, picture: Camera) => Promise<void>;

async function walk(workbench: Workbench, picture: Camera): Promise<void> {
  const stops: readonly Stop[] = [
    welcome,
    signInToLocalSandbox,
    companies,
    loadMore,
    session,
    appNotInstalled,
    signedOut,
    find,
    filter,
    pins,
    reloaded,
    getStarted,
  ];
  for (const stop of stops) await stop(workbench, picture);
}

async function welcome(workbench: Workbench, picture: Camera): Promise<void> {
  await workbench.runCommand("Procore: Focus on Companies View");
  assert.match(await workbench.untilWelcome(/Sign in to see/u), /No Procore account\?.*Local Sandbox/su);
  await settled(workbench);
  await widenSideBar(workbench.page);
  await picture("welcome", workbench.page);
}

async function companies(workbench: Workbench, picture: Camera): Promise<void> {
  await settled(workbench);
  await workbench.clickRow(bigCompany);
  await workbench.untilRow((row) => row.level === 2 && row.icon === "project");
  await picture("companies", workbench.page);
}

/** The walkthrough, with what was ticked on the way; without the side bar, so that its picture has room. */
async function getStarted(workbench: Workbench, picture: Camera): Promise<void> {
  await workbench.runCommand("Procore: Get Started");
  await workbench.untilDone("noAccount", "companies");
  await hideSideBar(workbench);
  await workbench.clickStep("Add the redirect URI");
  await workbench.untilStepOpen("redirectUri");
  await until(
    "the step's picture",
    () => workbench.stepPicture(),
    (title) => title.startsWith("A form with the redirect URI"),
  );
  await hideSideBar(workbench);
  await workbench.openStepToTop();
  await picture("get-started", workbench.page);
}

/** A row that is shown again after a reload may bring it back a moment later. */
async function hideSideBar(workbench: Workbench): Promise<void> {
  const sideBar = workbench.page.locator(".part.sidebar");
  for (let left = 3; left > 0 && (await sideBar.isVisible()); left -= 1)
    await workbench.runCommand("View: Toggle Primary Side Bar Visibility");
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

async function session(workbench: Workbench, picture: Camera): Promise<void> {
  const tooltip = await workbench.statusTooltip();
  assert.match(tooltip, /Environment: Local Sandbox/u);
  assert.match(tooltip, /Session: until/u);
  assert.match(tooltip, /Rate limit: /u);
  await picture("session", workbench.page);
  await workbench.clickStatus();
  const menu = await workbench.untilQuickInput("What do you want to do?");
  assert.ok(menu.items.some(({ label }) => label === "Refresh Session Now"));
  await picture("session-menu", workbench.page);
  await workbench.escape();
  await workbench.untilNoQuickInput();
  // The status bar's item has the focus again, and with it its tooltip, which would stay.
  await workbench.runCommand("Procore: Focus on Companies View");
}

async function appNotInstalled(workbench: Workbench, picture: Camera): Promise<void> {
  await workbench.clickRow(lockedCompany);
  const wall = await workbench.untilRow("App not installed in this company");
  assert.deepEqual(wall.actions, ["I Installed It: Check Again", "Copy Message for Your Procore Admin"]);
  await picture("app-not-installed", workbench.page);
  // The wall signs nobody out.
  await workbench.untilStatus(/^Local 1h/u);
  await workbench.clickRow(lockedCompany);
}

async function signedOut(workbench: Workbench, picture: Camera): Promise<void> {
  await workbench.runCommand("Procore: Sign Out");
  await workbench.untilWelcome(/You are signed out/u);
  await workbench.untilStatus("Procore: Sign In");
  await settled(workbench);
  await picture("signed-out", workbench.page);
}

/** Signs in again, and looks for projects by a part of their name and their city. */
async function find(workbench: Workbench, picture: Camera): Promise<void> {
  const popup = await workbench.nextPopup(() => workbench.clickWelcome("Sign In"));
  await popup.getByRole("button", { name: "Allow" }).click();
  const code = await popup.locator("#authorization_code").innerText();
  await popup.close();
  await workbench.untilQuickInput("Authorization code");
  await workbench.fill(code);
  await workbench.accept();
  await workbench.untilRow(bigCompany);
  await workbench.runCommand("Procore: Find Project");
  await workbench.untilQuickInput(/projects, just read$/u);
  await workbench.fill(typed);
  const { items } = await workbench.untilQuickInput(
    (input) => input.items.at(-1)?.label.startsWith("Left out") === true,
  );
  assert.ok(items.length > 3 && items[0]?.label.includes("Library") === true);
  await picture("find", workbench.page);
  await workbench.accept();
  const found = await workbench.untilRow(({ label, level }) => label === items[0]?.label && level === 3);
  assert.ok(found.description !== "");
  await picture("found", workbench.page);
  await workbench.rowAction("Found", "Clear Found Projects");
}

async function filter(workbench: Workbench, picture: Camera): Promise<void> {
  await workbench.runCommand("Procore: Filter Projects");
  await workbench.untilQuickInput("What should the Companies view show?");
  await picture("filter-menu", workbench.page);
  await workbench.chooseItem("One stage…");
  await workbench.chooseItem(stage);
  await workbench.runCommand("Procore: Filter Projects");
  await workbench.chooseItem("By number");
  await untilByNumber(workbench);
  await untilFiltered(workbench);
  // The view stays where the found project was.
  await workbench.scrollToRow(bigCompany);
  await picture("filter", workbench.page);
}

async function pins(workbench: Workbench, picture: Camera): Promise<void> {
  const projects = (await workbench.treeRows()).filter(({ icon, level }) => level === 2 && icon === "project");
  for (const { label } of [projects[2], projects[0]].flatMap((row) => row ?? [])) {
    await pin(workbench, label);
    await workbench.scrollToRow("Pinned");
  }
  // Number, city and stage of a pinned row come a moment after its name.
  const pinned = async (): Promise<readonly string[]> =>
    (await workbench.treeRows()).filter(({ index }) => index === 1 || index === 2).map((row) => row.description);
  await until("the pinned projects' own words", pinned, (all) => all.length === 2 && !all.includes(""));
  await picture("pins", workbench.page);
}

/** A menu that opened while the rows came anew is about a row that is no more: it is opened again. */
async function pin(workbench: Workbench, label: string): Promise<void> {
  const pinned = async (): Promise<boolean> =>
    (await workbench.treeRows()).some((row) => row.label === label && row.icon === "project" && row.index < 3);
  for (let left = 3; !(await pinned()) && left > 0; left -= 1) {
    await workbench.rowMenu(label, "Pin");
    await workbench.scrollToRow("Pinned");
    await until("the pinned project", pinned, (is) => is, 8_000).catch(() => undefined);
  }
  assert.ok(await pinned(), `${label} is not pinned`);
}

/** As it was left: filter, order, pins and open rows. */
async function reloaded(workbench: Workbench, picture: Camera): Promise<void> {
  const labels = async (): Promise<readonly string[]> => (await workbench.treeRows()).map(({ label }) => label);
  const before = await labels();
  await workbench.reloadBy(() => workbench.runCommand("Developer: Reload Window"));
  await untilFiltered(workbench);
  await until("the rows from before", labels, (now) => now.join("\n") === before.join("\n"));
  await workbench.untilStatus(/^Local 1h/u);
  await settled(workbench);
  await picture("reloaded", workbench.page);
}

/** The view says which filter is on, and shows nothing else. */
async function untilFiltered(workbench: Workbench): Promise<void> {
  const message = workbench.page.locator(".part.sidebar .message:visible");
  // Until all are loaded, the message goes on: they are by name.
  const words = `Filter: active projects, in stage “${stage}”, by number.`;
  await until(
    "the order by number",
    async () => (await message.allInnerTexts()).map((text) => text.trim()),
    (texts) => texts.includes(words),
  );
  const rows = async (): Promise<readonly string[]> =>
    (await workbench.treeRows())
      .filter(({ icon, level }) => icon === "project" && level === 2)
      .map((row) => row.description);
  await until("that stage only", rows, (all) => all.length > 5 && all.every((text) => text.endsWith(stage)));
}

/** The rows come a moment after the message; nothing is pinned yet. */
async function untilByNumber(workbench: Workbench): Promise<void> {
  const collate = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
  const numbers = async (): Promise<readonly string[]> =>
    (await workbench.treeRows())
      .filter(({ icon, level }) => icon === "project" && level === 2)
      .map(({ description }) => description.split(" · ")[0] ?? "")
      .filter((number) => /^\d/u.test(number));
  await until("the rows by number", numbers, (all) => all.length > 5 && all.join() === all.toSorted(collate).join());
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
  for (const file of await readdir(into)) if (/\.(png|txt)$/u.test(file)) await rm(path.join(into, file));
  await cp(scratch, into, { recursive: true });
  say(
    `${(await readdir(into)).filter((file) => file.endsWith(".png")).length} pictures in ${path.relative(process.cwd(), into)}`,
  );
}

/** Those that the README and the galleries show; `npm run tour` has just made them anew. */
async function judgePictures(): Promise<void> {
  const where = path.relative(process.cwd(), pictures);
  const stale = staleWords(await readWords(pictures), words);
  if (stale.length === 0) return say(`The pictures in ${where} are up to date.`);
  say(
    [`  ✗ The pictures in ${where} are out of date, run npm run tour:`, ...stale.map((line) => `    ${line}`)].join(
      "\n",
    ),
  );
  process.exitCode = 1;
}
