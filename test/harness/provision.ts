import { existsSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { npmInstall } from "./npm.ts";
import { cacheFolder } from "./paths.ts";
import { withProgress } from "./progress.ts";
import { removeFolder } from "./removeFolder.ts";
import { makeScratchFolder } from "./scratch.ts";

/** The VS Code versions that tests run on: today's, and the oldest that `engines.vscode` allows. */
export type VsCodeVersion = "newest" | "oldest";

/** The name of the environment variable that chooses the version for tests that name none. */
export const versionVariable = "PROCORE_TEST_VERSION";

/** The version that the environment chooses, the newest unless it says "oldest". */
export const versionFromEnvironment = (): VsCodeVersion =>
  process.env[versionVariable] === "oldest" ? "oldest" : "newest";

/** A VS Code server with its web workbench, ready to run. */
export interface CodeServer {
  readonly version: VsCodeVersion;
  /** VS Code's own number, such as "1.139.1". */
  readonly vsCode: string;
  /** The Node that the server needs. */
  readonly node: string;
  /** VS Code's own server, which knows the test options. */
  readonly serverMain: string;
  /** code-server's entry, which adds `/proxy/PORT/`, `/mint-key` and `--install-extension`. */
  readonly entry: string;
}

interface Recipe {
  readonly vsCode: string;
  readonly codeServer: string;
  readonly node: string;
  readonly about: string;
}

/** The npm package `code-server` carries a complete VS Code server and web workbench (coder/code-server). */
export const recipes: Readonly<Record<VsCodeVersion, Recipe>> = {
  newest: { vsCode: "1.139.1", codeServer: "4.139.1", node: "24.21.0", about: "590 MB, about 25 s, once" },
  oldest: { vsCode: "1.105.1", codeServer: "4.105.1", node: "22.20.0", about: "520 MB, about 20 s, once" },
};

/**
 * A VS Code server of that version, installed into `.vscode-test/` if it is not there. A folder has its final name
 * only when it is complete, so an installation that was cut short is never taken for a whole one.
 */
export async function provisionCodeServer(version: VsCodeVersion, signal?: AbortSignal): Promise<CodeServer> {
  const recipe = recipes[version];
  const folder = path.join(cacheFolder, `code-server-${recipe.codeServer}-node-${recipe.node}`);
  if (!existsSync(folder)) {
    await withProgress(`Installing VS Code ${recipe.vsCode} as a server (${recipe.about})`, () =>
      installWhole(folder, (temporary) => install(temporary, recipe, signal)),
    );
  }
  const modules = path.join(folder, "node_modules");
  return {
    version,
    vsCode: recipe.vsCode,
    node: path.join(modules, "node", "bin", process.platform === "win32" ? "node.exe" : "node"),
    serverMain: path.join(modules, "code-server/lib/vscode/out/server-main.js"),
    entry: path.join(modules, "code-server/out/node/entry.js"),
  };
}

async function install(folder: string, recipe: Recipe, signal: AbortSignal | undefined): Promise<void> {
  const manifest = { private: true, allowScripts: { node: true } };
  await writeFile(path.join(folder, "package.json"), JSON.stringify(manifest));
  // The package `node` brings its binary by an install script; code-server's scripts would compile what tests do not need.
  await npmInstall({ folder, packages: [`node@${recipe.node}`], scripts: "run" }, signal);
  await npmInstall({ folder, packages: [`code-server@${recipe.codeServer}`], scripts: "ignore" }, signal);
  const vsCodeFolder = path.join(folder, "node_modules/code-server/lib/vscode");
  await replaceGitDependency(vsCodeFolder);
  await npmInstall({ folder: vsCodeFolder, packages: [], scripts: "ignore" }, signal);
}

/**
 * VS Code 1.105 asks for @parcel/watcher by a commit of its repository (its lib/vscode/package.json); the published
 * package does as well. Its npm-shrinkwrap.json names the commit too.
 */
async function replaceGitDependency(vsCodeFolder: string): Promise<void> {
  const file = path.join(vsCodeFolder, "package.json");
  const text = await readFile(file, "utf8");
  const repaired = text.replace(/("@parcel\/watcher":\s*)"[^"\d^~][^"]*"/u, '$1"^2.5.1"');
  if (repaired === text) return;
  await writeFile(file, repaired);
  await rm(path.join(vsCodeFolder, "npm-shrinkwrap.json"), { force: true });
}

/** Fills a folder under another name and gives it its own at the end; another process may have been faster. */
async function installWhole(folder: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = await makeScratchFolder(path.basename(folder));
  try {
    await fill(temporary);
    await rename(temporary, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await removeFolder(temporary);
  }
}
