// Stands in for the desktop program of VS Code: `standIn.ts VERSION --extensionDevelopmentPath=… --extensionTestsPath=…
// --user-data-dir=… --extensions-dir=… FOLDER`, as runTests of @vscode/test-electron calls it. Runs the tests in the
// extension host of a VS Code server with a headless browser as its window, and ends with their exit code.
import { createWriteStream } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import { interrupted } from "./interrupted.ts";
import { cacheFolder } from "./paths.ts";
import { say } from "./progress.ts";
import { provisionCodeServer } from "./provision.ts";
import { startVsCodeServer } from "./vsCodeServer.ts";

/** Only ends what is stuck: a slow machine may take three times as long as a quiet one. */
const watchdogMs = 45 * 60_000;

const { values, positionals } = parseArgs({
  // runTests adds flags of the desktop program that mean nothing here.
  strict: false,
  allowPositionals: true,
  args: process.argv.slice(2),
});
const [version, folder] = positionals;
const option = (name: string): string => {
  const value = values[name];
  if (typeof value !== "string" || value === "") throw new Error(`--${name}=… is missing`);
  return value;
};
if (version !== "newest" && version !== "oldest") throw new Error(`Not a version: ${String(version)}`);

const logFile = path.join(cacheFolder, `extension-host-${version}.log`);
const log = createWriteStream(logFile);
const codeServer = await provisionCodeServer(version, interrupted);
const server = await startVsCodeServer(
  codeServer,
  {
    dataFolder: option("user-data-dir"),
    extensionsFolder: option("extensions-dir"),
    testDriver: "on",
    env: { EXTENSIONS_GALLERY: "{}" },
  },
  interrupted,
);
const browser = await launchBrowser(interrupted);
try {
  process.exitCode = await runInPage(await browser.newPage({ locale: "en-US" }));
  if (process.exitCode !== 0) say(`What the extension host printed: ${path.relative(process.cwd(), logFile)}`);
} finally {
  await browser.close();
  await server.stop();
  log.end();
}

async function runInPage(page: Page): Promise<number> {
  const exposed: Promise<unknown>[] = [];
  const exit = new Promise<number>((resolve, reject) => {
    page.once("crash", () => reject(new Error("The window crashed")));
    page.once("close", () => reject(new Error("The window was closed")));
    interrupted.addEventListener("abort", () => reject(new Error("Interrupted")), { once: true });
    setTimeout(() => reject(new Error(`No end after ${watchdogMs / 60_000} minutes`)), watchdogMs).unref();
    const finish = (code: unknown): void => resolve(typeof code === "number" ? code : 1);
    // VS Code writes a lot of its own; what the suite prints is marked by its first characters.
    const print = (_type: unknown, args: unknown): void => {
      const text = (Array.isArray(args) ? args : [args]).map(String).join(" ");
      if (/^ {2}[✓✗↻-] /u.test(text)) console.log(text);
      log.write(`${text}\n`);
    };
    exposed.push(page.exposeFunction("codeAutomationExit", finish), page.exposeFunction("codeAutomationLog", print));
  });
  // It is waited for below; until then a failure is not an unhandled one.
  exit.catch(() => undefined);
  await Promise.all(exposed);
  const remote = (place: string): string => `vscode-remote://${server.authority}${place.split(path.sep).join("/")}`;
  const payload = [
    ["extensionDevelopmentPath", remote(option("extensionDevelopmentPath"))],
    ["extensionTestsPath", remote(option("extensionTestsPath"))],
    ["skipWelcome", "true"],
    ["skipReleaseNotes", "true"],
  ];
  const query = new URLSearchParams({ payload: JSON.stringify(payload), ...(folder === undefined ? {} : { folder }) });
  await page.goto(`http://${server.authority}/?${query.toString()}`);
  // Without this a built workbench opens, ignores the tests and says nothing.
  const configuration = await page.locator("#vscode-workbench-web-configuration").getAttribute("data-settings");
  if (configuration?.includes('"enableSmokeTestDriver":true') !== true) {
    throw new Error("This VS Code server does not run tests: --enable-smoke-test-driver had no effect");
  }
  return exit;
}
