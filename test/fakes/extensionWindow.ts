import type { HomeKind } from "../../src/auth/sessionHome.ts";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import type { TestControls } from "../../src/platform/testControls.ts";
import { removeFolder } from "../harness/removeFolder.ts";
import { until } from "../harness/until.ts";
import { activateOf, bundleFolder, extensionId, loadedFrom } from "./bundles.ts";
import { ScriptedPerson } from "./scriptedPerson.ts";
import { watchEditor, type SeenTerminal } from "./watchedEditor.ts";
import { WatchedSecrets } from "./watchedSecrets.ts";

/** What a window starts with. */
export interface WindowOptions {
  /** The folder of `connections.json`, as an earlier window left it; a new, empty one when left out. */
  readonly folder?: string;
  /** "again" takes the bundles that are loaded, "anew" loads `dist/extension.js` as a new window does. */
  readonly bundles?: "again" | "anew";
  /** Where sessions are kept; what this kind of workbench has, unless said. */
  readonly home?: HomeKind;
}

/**
 * The extension, activated once more in this extension host with its real bundle, a storage folder of its own, and
 * somebody at the screen. `close` ends it and gives the host its own instance back.
 */
export interface ExtensionWindow {
  readonly person: ScriptedPerson;
  readonly controls: TestControls;
  readonly secrets: WatchedSecrets;
  readonly folder: string;
  /** The files of the product that this window has loaded; told only by one whose bundles are loaded anew. */
  loadedBundles(): readonly string[];
  /** Every line that the product wrote to its log. */
  readonly logLines: readonly string[];
  readonly contextKeys: ReadonlyMap<string, unknown>;
  readonly status: vscode.StatusBarItem;
  /** What the Companies view says above its rows. */
  readonly viewMessage: string | undefined;
  /** What is selected in the Companies view. */
  readonly viewSelection: readonly unknown[];
  /** What VS Code asks in other extensions' names. */
  readonly provider: vscode.AuthenticationProvider;
  readonly terminals: readonly SeenTerminal[];
  /** Runs a command to its end. */
  readonly run: (command: string, ...parameters: readonly unknown[]) => Promise<void>;
  /** The rows below `parent` as the editor is given them. */
  rows(parent?: Row): Promise<readonly Row[]>;
  /** `connections.json` as it is now. */
  connections(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  close(keep?: { readonly folder: "keep" }): Promise<void>;
}

/** Each test file is a bundle of its own; the window that is open is the business of all. */
const slotName = Symbol.for("procore-explorer.test.window");
const processWide: { [slotName]?: ExtensionWindow | undefined } = globalThis as object;

/** For `afterEach`: closes the window, if the test came so far. */
export async function closeWindow(): Promise<void> {
  await processWide[slotName]?.close();
}

/** A row of the Companies view: what the product holds, and how the editor is told to paint it. */
export interface Row {
  readonly node: unknown;
  readonly item: vscode.TreeItem;
  readonly label: string;
}

/** Activates the extension anew. One window is open at a time: what an earlier test left open is closed. */
export async function openWindow(options: WindowOptions = {}): Promise<ExtensionWindow> {
  await closeWindow();
  const own = await ownControls();
  // A view that is in sight asks for its rows at once.
  await vscode.commands.executeCommand("workbench.view.explorer");
  endInstance(own.context);
  const folder = options.folder ?? (await mkdtemp(path.join(tmpdir(), "pe-window-")));
  const person = new ScriptedPerson();
  const seen = watchEditor();
  const secrets = new WatchedSecrets(own.context.secrets);
  const context = contextFor(own.context, { folder, secrets });
  const bundles = bundleFolder(options.bundles ?? "again");
  if (options.home === undefined) delete process.env["PROCORE_TEST_SESSION_HOME"];
  else process.env["PROCORE_TEST_SESSION_HOME"] = options.home;
  const controls = activateOf(bundles)(context);
  if (controls === undefined) throw new Error("The extension does not know that it is under test");
  const isRead = async (): Promise<boolean> =>
    seen.contextKeys.has("procore.signInPending") ||
    ["failed", "newerVersion"].some((state) => seen.contextKeys.get("procore.state") === state);
  await until("the connections are read", isRead, Boolean);

  const opened: ExtensionWindow = {
    person,
    controls,
    secrets,
    folder,
    loadedBundles: () => loadedFrom(bundles),
    logLines: seen.logLines,
    contextKeys: seen.contextKeys,
    get status() {
      if (seen.status === undefined) throw new Error("There is no status bar item");
      return seen.status;
    },
    get viewSelection() {
      return seen.view?.selection ?? [];
    },
    get viewMessage() {
      return seen.view?.message;
    },
    get provider() {
      if (seen.provider === undefined) throw new Error("There is no authentication provider");
      return seen.provider;
    },
    terminals: seen.terminals,
    async run(command, ...parameters) {
      await vscode.commands.executeCommand(command, ...parameters);
    },
    rows: (parent) => rowsOf(seen.tree, parent),
    connections: () => readConnections(folder),
    async close(keep) {
      if (processWide[slotName] !== opened) return;
      processWide[slotName] = undefined;
      person.closeInputs();
      endInstance(context);
      person.dispose();
      activateOf(bundleFolder("again"))(own.context);
      seen.dispose();
      if (keep === undefined) await removeFolder(folder);
    },
  };
  processWide[slotName] = opened;
  return opened;
}

async function ownControls(): Promise<TestControls> {
  const extension = vscode.extensions.getExtension<TestControls>(extensionId);
  if (extension === undefined) throw new Error("VS Code does not know the extension");
  return await extension.activate();
}

function endInstance({ subscriptions }: vscode.ExtensionContext): void {
  for (const subscription of subscriptions.splice(0).toReversed()) void subscription.dispose();
}

/** The host's own context with other storage: what is not replaced is real. */
function contextFor(
  own: vscode.ExtensionContext,
  { folder, secrets }: { readonly folder: string; readonly secrets: vscode.SecretStorage },
): vscode.ExtensionContext {
  const [workspaceState, globalState] = [createMemory(), createMemory()];
  const globalStorageUri = vscode.Uri.file(folder);
  const replaced = { subscriptions: [], globalStorageUri, secrets, workspaceState, globalState };
  return Object.create(
    own,
    Object.fromEntries(Object.entries(replaced).map(([name, value]) => [name, { value, enumerable: true }])),
  ) as vscode.ExtensionContext;
}

function createMemory(): vscode.Memento {
  const memory = new Map<string, unknown>();
  return {
    keys: () => [...memory.keys()],
    get: (key: string) => memory.get(key) as undefined,
    update: async (key: string, value: unknown) => void memory.set(key, value),
  };
}

async function rowsOf(
  tree: vscode.TreeDataProvider<unknown> | undefined,
  parent: Row | undefined,
): Promise<readonly Row[]> {
  if (tree === undefined) throw new Error("There is no Companies view");
  const nodes = (await tree.getChildren(parent?.node)) ?? [];
  return await Promise.all(
    nodes.map(async (node) => {
      const item = await tree.getTreeItem(node);
      const label = typeof item.label === "string" ? item.label : (item.label?.label ?? "");
      return { node, item, label };
    }),
  );
}

async function readConnections(folder: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const text = await readFile(path.join(folder, "connections.json"), "utf8").catch(() => `{"connections":[]}`);
  const stored: unknown = JSON.parse(text);
  if (typeof stored !== "object" || stored === null || !("connections" in stored)) throw new Error("Not connections");
  if (!Array.isArray(stored.connections)) throw new Error("Not a list of connections");
  return stored.connections.map((connection: unknown) => ({ ...(connection as object) }));
}
