import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import type { TestControls } from "../../src/platform/testControls.ts";
import { until } from "../harness/until.ts";
import { replaceMember } from "./replaceMember.ts";
import { ScriptedPerson } from "./scriptedPerson.ts";
import { WatchedSecrets } from "./watchedSecrets.ts";

const extensionId = "procore-explorer.procore-explorer";
type Activate = (context: vscode.ExtensionContext) => TestControls | undefined;

/** What a window starts with. */
export interface WindowOptions {
  /** The folder of `connections.json`, as an earlier window left it; a new, empty one when left out. */
  readonly folder?: string;
  /** "again" takes the bundles that are loaded, "anew" loads `dist/extension.js` as a new window does. */
  readonly bundles?: "again" | "anew";
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
  /** The synchronous part of `activate()`. */
  readonly activationMs: number;
  /** Every line that the product wrote to its log. */
  readonly logLines: readonly string[];
  readonly contextKeys: ReadonlyMap<string, unknown>;
  readonly status: vscode.StatusBarItem;
  /** Runs a command to its end. */
  run(command: string, ...parameters: readonly unknown[]): Promise<void>;
  /** The rows below `parent` as the editor is given them. */
  rows(parent?: Row): Promise<readonly Row[]>;
  /** `connections.json` as it is now. */
  connections(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  close(keep?: { readonly folder: "keep" }): Promise<void>;
}

/** A row of the Companies view: what the product holds, and how the editor is told to paint it. */
export interface Row {
  readonly node: unknown;
  readonly item: vscode.TreeItem;
  readonly label: string;
}

/** Activates the extension anew. One window is open at a time. */
export async function openWindow(options: WindowOptions = {}): Promise<ExtensionWindow> {
  const own = await ownControls();
  endInstance(own.context);
  const folder = options.folder ?? (await mkdtemp(path.join(tmpdir(), "pe-window-")));
  const person = new ScriptedPerson();
  const seen = watchEditor();
  const secrets = new WatchedSecrets(own.context.secrets);
  const context = contextFor(own.context, { folder, secrets });
  const activate = loadBundle(options.bundles ?? "again");
  const startedAt = performance.now();
  const controls = activate(context);
  const activationMs = performance.now() - startedAt;
  if (controls === undefined) throw new Error("The extension does not know that it is under test");
  await until("the connections are read", async () => seen.contextKeys.has("procore.signInPending"), Boolean);

  return {
    person,
    controls,
    secrets,
    folder,
    activationMs,
    logLines: seen.logLines,
    contextKeys: seen.contextKeys,
    get status() {
      if (seen.status === undefined) throw new Error("There is no status bar item");
      return seen.status;
    },
    async run(command, ...parameters) {
      await vscode.commands.executeCommand(command, ...parameters);
    },
    rows: (parent) => rowsOf(seen.tree, parent),
    connections: () => readConnections(folder),
    async close(keep) {
      person.closeInputs();
      endInstance(context);
      seen.dispose();
      person.dispose();
      if (keep === undefined) await rm(folder, { recursive: true, force: true });
      loadBundle("again")(own.context);
    },
  };
}

async function ownControls(): Promise<TestControls> {
  const extension = vscode.extensions.getExtension<TestControls>(extensionId);
  if (extension === undefined) throw new Error("VS Code does not know the extension");
  return await extension.activate();
}

function endInstance({ subscriptions }: vscode.ExtensionContext): void {
  for (const subscription of subscriptions.splice(0).toReversed()) void subscription.dispose();
}

/** The files of the product that this extension host has loaded. */
export const loadedBundles = (): readonly string[] =>
  Object.keys(require.cache)
    .filter((file) => path.dirname(file) === path.dirname(mainFile()))
    .map((file) => path.basename(file));

/** Takes the product's files out of Node's cache: the next window loads them from the start. */
export function forgetBundles(): void {
  for (const name of loadedBundles()) Reflect.deleteProperty(require.cache, path.join(path.dirname(mainFile()), name));
}

function mainFile(): string {
  const extension = vscode.extensions.getExtension(extensionId);
  if (extension === undefined) throw new Error("VS Code does not know the extension");
  return path.join(extension.extensionPath, "dist", "extension.js");
}

function loadBundle(bundles: "again" | "anew"): Activate {
  if (bundles === "anew") forgetBundles();
  const loaded = require(mainFile()) as { readonly activate: Activate };
  return loaded.activate;
}

/** The host's own context with other storage: what is not replaced is real. */
function contextFor(
  own: vscode.ExtensionContext,
  { folder, secrets }: { readonly folder: string; readonly secrets: vscode.SecretStorage },
): vscode.ExtensionContext {
  const memory = new Map<string, unknown>();
  const workspaceState = {
    keys: () => [...memory.keys()],
    get: (key: string) => memory.get(key),
    update: async (key: string, value: unknown) => void memory.set(key, value),
  };
  const replaced = { subscriptions: [], globalStorageUri: vscode.Uri.file(folder), secrets, workspaceState };
  return Object.create(
    own,
    Object.fromEntries(Object.entries(replaced).map(([name, value]) => [name, { value, enumerable: true }])),
  ) as vscode.ExtensionContext;
}

interface Seen {
  readonly logLines: string[];
  readonly contextKeys: Map<string, unknown>;
  status: vscode.StatusBarItem | undefined;
  tree: vscode.TreeDataProvider<unknown> | undefined;
  dispose(): void;
}

/** Notes what the product makes; everything is made all the same. */
function watchEditor(): Seen {
  const { window, commands } = vscode;
  const { createStatusBarItem, createTreeView, createOutputChannel } = window;
  const { executeCommand } = commands;
  const seen: Seen = {
    logLines: [],
    contextKeys: new Map(),
    status: undefined,
    tree: undefined,
    dispose: () => undefined,
  };
  const replaced = [
    replaceMember(window, "createStatusBarItem", (...parameters: Parameters<typeof createStatusBarItem>) => {
      seen.status = createStatusBarItem.apply(window, parameters);
      return seen.status;
    }),
    replaceMember(window, "createTreeView", (id: string, options: vscode.TreeViewOptions<unknown>) => {
      seen.tree = options.treeDataProvider;
      return createTreeView.call(window, id, options);
    }),
    replaceMember(window, "createOutputChannel", (name: string, options: { readonly log: true }) =>
      noteLines(createOutputChannel.call(window, name, options) as vscode.LogOutputChannel, seen.logLines),
    ),
    replaceMember(commands, "executeCommand", (command: string, ...parameters: readonly unknown[]) => {
      if (command === "setContext") seen.contextKeys.set(String(parameters[0]), parameters[1]);
      return executeCommand.call(commands, command, ...parameters);
    }),
  ];
  seen.dispose = () => {
    for (const item of replaced) item.dispose();
  };
  return seen;
}

function noteLines(channel: vscode.LogOutputChannel, lines: string[]): vscode.LogOutputChannel {
  const levels: readonly unknown[] = ["trace", "debug", "info", "warn", "error", "append", "appendLine"];
  return new Proxy(channel, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...parameters: readonly unknown[]): unknown => {
        if (levels.includes(name)) lines.push(`[${String(name)}] ${parameters.map(String).join(" ")}`);
        return Reflect.apply(value, target, parameters) as unknown;
      };
    },
  });
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
