import { existsSync } from "node:fs";
import path from "node:path";
import { chromium, type Browser } from "playwright-core";
import { runChild } from "./children.ts";
import { repositoryFolder } from "./paths.ts";
import { say, withProgress } from "./progress.ts";

/** Where browsers that Playwright can drive are usually found; the names are looked up on the PATH. */
const places: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"],
  darwin: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ],
  win32: ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"].flatMap((variable) =>
    ["Google\\Chrome\\Application\\chrome.exe", "Microsoft\\Edge\\Application\\msedge.exe"].map((file) =>
      path.win32.join(process.env[variable] ?? "C:\\", file),
    ),
  ),
};

/**
 * A headless browser: the one that is there (or the one that `PROCORE_TEST_BROWSER` names), else Debian's chromium
 * when we are root on Debian, else Playwright's own, kept where Playwright keeps it.
 * @throws an error that says what to install
 */
export async function launchBrowser(signal?: AbortSignal): Promise<Browser> {
  return (await provision(signal)).browser;
}

/** The executable of the browser that `launchBrowser` takes, for whoever starts it otherwise. */
export async function provisionBrowser(signal?: AbortSignal): Promise<string> {
  const { browser, executablePath } = await provision(signal);
  await browser.close();
  return executablePath;
}

interface Launched {
  readonly browser: Browser;
  readonly executablePath: string;
}

async function provision(signal: AbortSignal | undefined): Promise<Launched> {
  const present = await launchPresent();
  if (present !== undefined) return present;
  const attempts = [installFromDebian, installFromPlaywright];
  for (const attempt of attempts) {
    signal?.throwIfAborted();
    if (!(await attempt(signal))) continue;
    const installed = await launchPresent();
    if (installed !== undefined) return installed;
  }
  throw new Error(
    "No browser to drive VS Code with: install Chromium, Chrome or Edge (or name one in PROCORE_TEST_BROWSER) and start again.",
  );
}

async function launchPresent(): Promise<Launched | undefined> {
  const named = process.env["PROCORE_TEST_BROWSER"];
  const usual = (places[process.platform] ?? []).map((place) => onPath(place));
  for (const executablePath of named === undefined ? [...usual, chromium.executablePath()] : [named]) {
    if (executablePath === undefined || !existsSync(executablePath)) continue;
    const browser = await launch(executablePath);
    if (browser !== undefined) return { browser, executablePath };
  }
  return undefined;
}

/** A browser that does not come up counts as none. */
async function launch(executablePath: string): Promise<Browser | undefined> {
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const options = { executablePath, args, timeout: 30_000, handleSIGINT: false, handleSIGTERM: false };
  return chromium.launch(options).catch((error: unknown) => {
    say(`${executablePath} does not start: ${String(error).split("\n")[0]}`);
    return undefined;
  });
}

async function installFromDebian(signal: AbortSignal | undefined): Promise<boolean> {
  const apt = onPath("apt-get");
  if (process.platform !== "linux" || process.getuid?.() !== 0 || apt === undefined) return false;
  say("There is no browser here to drive VS Code with. As you are root, Debian's chromium is installed now.");
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  return withProgress("Installing chromium (apt-get install chromium)", async () => {
    await runChild(apt, ["update", "-qq"], { env }, signal);
    const { code, tail } = await runChild(apt, ["install", "-y", "-qq", "chromium"], { env }, signal);
    if (code !== 0) say(`apt-get could not install chromium:\n${tail.slice(-5).join("\n")}`);
    return code === 0;
  });
}

async function installFromPlaywright(signal: AbortSignal | undefined): Promise<boolean> {
  say("There is no browser here to drive VS Code with: Playwright's own is fetched now.");
  const cli = path.join(repositoryFolder, "node_modules/playwright-core/cli.js");
  const env = { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: "15000" };
  return withProgress("Fetching Playwright's chromium", async () => {
    const { code, tail } = await runChild(process.execPath, [cli, "install", "chromium"], { env }, signal);
    if (code !== 0) say(`Playwright could not fetch it:\n${tail.slice(-5).join("\n")}`);
    return code === 0;
  });
}

/** The file that a name stands for, looked up on the PATH; an absolute path stands for itself. */
export function onPath(name: string): string | undefined {
  if (path.isAbsolute(name)) return name;
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}
