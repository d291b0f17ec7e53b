import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import type { Browser, BrowserContext, Page } from "playwright-core";
import * as v from "valibot";
import { launchBrowser } from "./browser.ts";
import { repositoryFolder } from "./paths.ts";
import { provisionCodeServer, versionFromEnvironment, type VsCodeVersion } from "./provision.ts";
import { removeFolder } from "./removeFolder.ts";
import { calmSettings, schemeOf, type Theme } from "./screen/calmSettings.ts";
import { driversOf, untilReady, type Drivers } from "./screen/drivers.ts";
import { testFileRuns } from "./testFileRuns.ts";
import { patienceMs, until } from "./until.ts";
import { installVsix, startVsCodeServer, type VsCodeServer } from "./vsCodeServer.ts";

/** What kind of workbench a test asks for. */
export interface WorkbenchOptions {
  /** The one that the test run is for, unless said. */
  readonly version?: VsCodeVersion;
  /** The user's settings, beside those that keep the screen calm. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The extension under test; the checkout unless said. It must be built. */
  readonly extensionFolder?: string;
  /** A package that VS Code itself installs, in place of `extensionFolder`. */
  readonly vsix?: string;
  /** Folders of other extensions that are installed beside it. */
  readonly otherExtensions?: readonly string[];
  /**
   * A CommonJS file whose `run()` the extension host of every window calls: it prints `testFileRuns` when it has done
   * its work, and stays until the window goes. The extension is then loaded as one under test (`extensionMode` is Test),
   * and VS Code shows neither notifications nor dialogs.
   */
  readonly testFile?: string;
  /** The status bar item under test, without VS Code's prefix. */
  readonly statusBarItem?: string;
  readonly theme?: Theme;
  /** Files of the workspace folder, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** The environment of the extension host. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly workspaceTrust?: "on" | "off";
  /**
   * The display language, by VS Code's name for it. VS Code itself goes on in English, for the language pack that makes
   * it take the language is an empty one; extensions bring their own words.
   */
  readonly language?: string;
  /** Keeps state from one workbench to the next; otherwise each has a folder of its own that goes with it. */
  readonly dataFolder?: string;
  readonly size?: { readonly width: number; readonly height: number; readonly scale?: number };
}

/** A window of a real VS Code with the extension in it, driven as a person drives it. */
export interface Workbench extends Drivers {
  readonly page: Page;
  /** The folder that the window has open. */
  readonly workspaceFolder: string;
  /** The server's state: `data/User/settings.json`, `data/User/globalStorage`, `data/logs`. */
  readonly dataFolder: string;
  /** What pages and the extension host wrote to the console, oldest first. */
  consoleLines(): readonly string[];
  /** Replaces the user's settings. */
  writeSettings(settings: Readonly<Record<string, unknown>>): Promise<void>;
  clipboard(): Promise<string>;
  /** Loads the window again, as Developer: Reload Window does. */
  reload(): Promise<void>;
  /** Does something that loads the window again, and waits until it has. */
  reloadBy(action: () => Promise<unknown>): Promise<void>;
  screenshot(file: string): Promise<void>;
  /** To be called before a window is used while another one was: a browser hardly draws those behind the front one. */
  toFront(): Promise<void>;
  /**
   * Another window on the same server, with a folder of its own: in the same browser, whose secret store both load, or
   * in another one.
   */
  openWindow(browser: "same" | "other"): Promise<Workbench>;
  /** Closes the window; the first one takes its server, browser and folders with it. */
  dispose(): Promise<void>;
}

interface Site {
  readonly options: WorkbenchOptions;
  readonly server: VsCodeServer;
  readonly browser: Browser;
  readonly dataFolder: string;
  /** For the folders of its windows. */
  readonly temporary: string;
  writeSettings(settings: Readonly<Record<string, unknown>>): Promise<void>;
}

/**
 * Opens a workbench in which the extension is installed from its folder, as people have it: `extensionMode` is
 * Production, the windows are ordinary ones.
 */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const codeServer = await provisionCodeServer(options.version ?? versionFromEnvironment());
  const temporary = await mkdtemp(path.join(tmpdir(), "pe-"));
  const dataFolder = options.dataFolder ?? path.join(temporary, "data");
  const writeSettings = async (settings: Readonly<Record<string, unknown>>): Promise<void> => {
    const file = path.join(dataFolder, "data/User/settings.json");
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify({ ...calmSettings(options.theme ?? "light"), ...settings }, undefined, 2));
  };
  await writeSettings(options.settings ?? {});
  const undo: (() => Promise<unknown>)[] = [() => removeFolder(temporary)];
  const disposeAll = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const extensionsFolder = path.join(dataFolder, "ext");
    const own = options.extensionFolder ?? repositoryFolder;
    const others = options.otherExtensions ?? [];
    // A test window loads the extension under test from its folder by itself.
    const isInstalled = options.testFile === undefined && options.vsix === undefined;
    await installFolders(isInstalled ? [own, ...others] : others, extensionsFolder);
    if (options.vsix !== undefined) await installVsix(codeServer, { dataFolder, extensionsFolder }, options.vsix);
    if (options.language !== undefined) await installLanguage(options.language, dataFolder);
    const server = await startVsCodeServer(codeServer, {
      dataFolder,
      extensionsFolder,
      testDriver: options.testFile === undefined ? "off" : "on",
      env: { ...options.env, EXTENSIONS_GALLERY: "{}" },
      workspaceTrust: options.workspaceTrust ?? "off",
      ...(options.language === undefined ? {} : { language: options.language }),
    });
    undo.push(() => server.stop());
    const browser = await launchBrowser();
    undo.push(() => browser.close());
    const site = { options, server, browser, dataFolder, temporary, writeSettings };
    const workspaceFolder = path.join(temporary, "workspace");
    return await openPage(site, { context: await openContext(site), workspaceFolder, dispose: disposeAll });
  } catch (error) {
    await disposeAll();
    throw error;
  }
}

const manifestSchema = v.object({ name: v.string(), publisher: v.string(), version: v.string() });

/** Enters extensions into VS Code's list of installed ones, at the places where they are. */
async function installFolders(folders: readonly string[], extensionsFolder: string): Promise<void> {
  await mkdir(extensionsFolder, { recursive: true });
  const entries = await Promise.all(folders.map(installedEntry));
  await writeFile(path.join(extensionsFolder, "extensions.json"), JSON.stringify(entries));
}

async function installedEntry(folder: string): Promise<object> {
  const manifest = v.parse(manifestSchema, JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")));
  return {
    identifier: { id: `${manifest.publisher}.${manifest.name}` },
    version: manifest.version,
    location: { $mid: 1, scheme: "file", path: pathToFileURL(folder).pathname },
    metadata: { source: "vsix" },
  };
}

/**
 * Enters a language pack without words into the server's list of them.
 * @see microsoft/vscode src/vs/platform/languagePacks/node/languagePacks.ts
 */
async function installLanguage(language: string, dataFolder: string): Promise<void> {
  const words = path.join(dataFolder, "no-words.json");
  await writeFile(words, JSON.stringify({ version: "1.0.0", contents: {} }));
  // Without an extension that brings the pack, the server lists no extensions at all.
  const by = { extensionIdentifier: { id: `test.${language}` }, version: "1.0.0" };
  const pack = { hash: language, label: language, extensions: [by], translations: { vscode: words } };
  await writeFile(path.join(dataFolder, "data/languagepacks.json"), JSON.stringify({ [language]: pack }));
}

async function openContext({ browser, server, options }: Site): Promise<BrowserContext> {
  const { width, height, scale } = { width: 1280, height: 800, scale: 1, ...options.size };
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: scale,
    locale: "en-US",
    colorScheme: schemeOf(options.theme ?? "light"),
  });
  // Without this, a click on something that never comes waits for good.
  context.setDefaultTimeout(patienceMs);
  const origin = `http://${server.authority}`;
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  // Nothing leaves this machine: a page elsewhere is an empty one at the address that was asked for.
  await context.route(
    (url) => !/^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/u.test(url.hostname),
    (route) =>
      route.request().isNavigationRequest()
        ? route.fulfill({ contentType: "text/html", body: "<title>Elsewhere</title>" })
        : route.abort(),
  );
  return context;
}

interface PageOptions {
  readonly context: BrowserContext;
  readonly workspaceFolder: string;
  readonly dispose: () => Promise<void>;
}

async function openPage(site: Site, { context, workspaceFolder, dispose }: PageOptions): Promise<Workbench> {
  const { server, options, dataFolder, temporary } = site;
  await fillWorkspace(workspaceFolder, options.files ?? {});
  const page = await context.newPage();
  const lines: string[] = [];
  page.on("console", (message) => lines.push(message.text()));
  const query = new URLSearchParams({ folder: workspaceFolder });
  if (options.testFile !== undefined) {
    query.set("payload", await testPayload(page, { ...site, testFile: options.testFile }, lines));
  }
  let loads = 0;
  const untilLoaded = async (): Promise<void> => {
    await untilReady(page);
    loads += 1;
    const runs = async (): Promise<number> => lines.filter((line) => line.includes(testFileRuns)).length;
    if (options.testFile !== undefined) await until("the test file runs", runs, (count) => count >= loads);
  };
  await page.goto(`http://${server.authority}/?${query.toString()}`);
  await untilLoaded();
  return {
    ...driversOf(page, options.statusBarItem),
    page,
    workspaceFolder,
    dataFolder,
    consoleLines: () => lines,
    writeSettings: (settings) => site.writeSettings(settings),
    clipboard: async () => String(await page.evaluate("navigator.clipboard.readText()")),
    async reload() {
      await page.reload();
      await untilLoaded();
    },
    toFront: () => page.bringToFront(),
    async reloadBy(action) {
      await Promise.all([page.waitForEvent("load"), action()]);
      await untilLoaded();
    },
    async screenshot(file) {
      await mkdir(path.dirname(file), { recursive: true });
      await page.screenshot({ path: file, animations: "disabled" });
    },
    async openWindow(browser) {
      return await openPage(site, {
        context: browser === "same" ? context : await openContext(site),
        workspaceFolder: await mkdtemp(path.join(temporary, "workspace-")),
        dispose: () => Promise.resolve(),
      });
    },
    async dispose() {
      await page.close();
      await dispose();
    },
  };
}

async function fillWorkspace(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

/**
 * The part of a window's address that makes it one for tests; what its extension host prints, and how its `run()`
 * ended, goes to `lines`.
 */
async function testPayload(
  page: Page,
  { server, options, testFile }: Site & { readonly testFile: string },
  lines: string[],
): Promise<string> {
  const remote = (place: string): string => `vscode-remote://${server.authority}${pathToFileURL(place).pathname}`;
  await page.exposeFunction("codeAutomationLog", (_type: unknown, args: unknown) => lines.push(inspect(args)));
  await page.exposeFunction("codeAutomationExit", (code: unknown) => lines.push(`run() ended with ${String(code)}`));
  return JSON.stringify([
    ["extensionDevelopmentPath", remote(options.extensionFolder ?? repositoryFolder)],
    ["extensionTestsPath", remote(testFile)],
    ["skipWelcome", "true"],
    ["skipReleaseNotes", "true"],
  ]);
}
