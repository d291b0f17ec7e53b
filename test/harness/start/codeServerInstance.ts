import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { runChild, startChild, type Child } from "../children.ts";
import { withProgress } from "../progress.ts";
import type { CodeServer } from "../provision.ts";

/** Where the server keeps its state, what it opens, and the port it takes when that is free. */
export interface InstanceOptions {
  readonly folder: string;
  readonly workspaceFolder: string;
  readonly vsix: string;
  /** The same port each time keeps the browser's store for this VS Code, and with it the sign-ins. */
  readonly favouritePort: number;
}

/** A code-server for a person. */
export interface Instance {
  readonly address: string;
  readonly child: Child;
  readonly tail: () => readonly string[];
}

/** Settings of the first start; whatever the person changes then stays. */
const firstSettings = {
  // The workspace lies inside the checkout; that is nothing to ask about.
  "git.openRepositoryInParentFolders": "never",
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
};

/** Installs the extension into code-server and starts it through its own entry, which has `/proxy/PORT/` and `/mint-key`. */
export async function startCodeServer(
  { entry, node, vsCode }: CodeServer,
  options: InstanceOptions,
  signal: AbortSignal,
): Promise<Instance> {
  const dataFolder = path.join(options.folder, "server");
  const settingsFile = path.join(dataFolder, "User/settings.json");
  await mkdir(path.dirname(settingsFile), { recursive: true });
  if (!existsSync(settingsFile)) await writeFile(settingsFile, JSON.stringify(firstSettings, undefined, 2));
  const config = path.join(options.folder, "code-server.yaml");
  await writeFile(config, "cert: false\n");
  const folders = [
    `--config=${config}`,
    `--user-data-dir=${dataFolder}`,
    `--extensions-dir=${path.join(options.folder, "server-ext")}`,
  ];
  // Set in a terminal of VS Code, where code-server would open a file in that window instead of starting.
  // Its own logs go where its data is, not into the home folder.
  const env = {
    VSCODE_IPC_HOOK_CLI: undefined,
    PASSWORD: undefined,
    PORT: undefined,
    XDG_DATA_HOME: path.join(options.folder, "share"),
  };
  await withProgress("Installing the extension", async () => {
    const install = [entry, ...folders, "--force", `--install-extension=${options.vsix}`];
    const { code, tail } = await runChild(node, install, { env }, signal);
    if (code !== 0) throw new Error(["The extension could not be installed:", ...tail].join("\n"));
  });
  const port = await freePort(options.favouritePort);
  const tail: string[] = [];
  const output = (line: string): void => {
    if (tail.push(line) > 40) tail.shift();
  };
  const args = [
    entry,
    ...folders,
    "--auth=none",
    `--bind-addr=127.0.0.1:${port}`,
    "--disable-telemetry",
    "--disable-update-check",
    "--disable-workspace-trust",
    "--disable-getting-started-override",
    options.workspaceFolder,
  ];
  return withProgress(`Starting VS Code ${vsCode}`, async () => {
    const child = await startChild(node, args, { env, output }, signal);
    const address = `http://127.0.0.1:${port}/`;
    await answers(address, child, () => tail);
    return { address, child, tail: () => tail };
  });
}

const startupMs = 60_000;
const pauseMs = 100;

async function answers(address: string, child: Child, tail: () => readonly string[]): Promise<void> {
  const state: { code?: number } = {};
  void child.exited.then((code) => (state.code = code));
  const deadline = performance.now() + startupMs;
  while (performance.now() < deadline && state.code === undefined) {
    const reply = await fetch(`${address}healthz`).catch(() => undefined);
    if (reply?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  await child.stop();
  throw new Error([`VS Code did not start (code ${state.code ?? "none"}):`, ...tail()].join("\n"));
}

/** The favourite when nobody else has it, else any free port. */
async function freePort(favourite: number): Promise<number> {
  const listen = (port: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const server = createServer();
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => {
        const address = server.address();
        const found = address !== null && typeof address === "object" ? address.port : port;
        server.close(() => resolve(found));
      });
    });
  return listen(favourite).catch(() => listen(0));
}
