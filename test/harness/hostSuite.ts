import { runTests } from "@vscode/test-electron";
import { chmod, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { writeAuthority } from "../fakes/certificates.ts";
import { bundleSuite } from "./bundleSuite.ts";
import { provisionDesktop } from "./desktop.ts";
import { repositoryFolder } from "./paths.ts";
import { provisionCodeServer, type VsCodeVersion } from "./provision.ts";
import { removeFolder } from "./removeFolder.ts";
import { reportVariable } from "./report.ts";

/** Which extension and which tests run inside VS Code; the checkout's own unless said. */
export interface HostSuite {
  readonly version: VsCodeVersion;
  /** Where the tests put their report; there is none when they never ran. */
  readonly reportFile: string;
  readonly extensionFolder?: string;
  /** A CommonJS file that exports `run()`; `test/vscode` is bundled when it is left out. */
  readonly testsFile?: string;
}

/**
 * Runs the tests of `test/vscode` in the extension host of a real VS Code: the desktop's, else the server's.
 * @returns the exit code, 0 when all passed
 */
export async function runHostSuite(suite: HostSuite, signal?: AbortSignal): Promise<number> {
  const desktop = await provisionDesktop(suite.version, signal);
  if (desktop === undefined) await provisionCodeServer(suite.version, signal);
  // Short: macOS refuses sockets with a path of more than 103 characters.
  const folder = await mkdtemp(path.join(tmpdir(), "pe-"));
  const bundle = suite.testsFile === undefined ? await bundleSuite() : undefined;
  const workspaceFolder = path.join(folder, "workspace");
  await mkdir(workspaceFolder);
  const authority = await writeAuthority(path.join(folder, "authority"));
  try {
    const standIn = [process.execPath, path.join(import.meta.dirname, "standIn.ts"), suite.version];
    return await runTests({
      vscodeExecutablePath: await launcher(folder, desktop ?? standIn),
      extensionDevelopmentPath: suite.extensionFolder ?? repositoryFolder,
      extensionTestsPath: suite.testsFile ?? path.join(bundle ?? "", "index.js"),
      launchArgs: [
        workspaceFolder,
        `--user-data-dir=${path.join(folder, "data")}`,
        `--extensions-dir=${path.join(folder, "ext")}`,
        "--disable-telemetry",
        // A machine without a keyring has another, plain store.
        "--password-store=basic",
      ],
      extensionTestsEnv: {
        [reportVariable]: suite.reportFile,
        // A process reads once, at its start, whom it trusts.
        ...authority,
        // Inside a terminal of VS Code these would lead to the window that is open there.
        VSCODE_IPC_HOOK_CLI: undefined,
        ELECTRON_RUN_AS_NODE: undefined,
      },
    });
  } finally {
    await removeFolder(folder);
    if (bundle !== undefined) await removeFolder(bundle);
  }
}

/** A file that runs a command with the arguments it gets: runTests takes one executable. */
async function launcher(folder: string, command: readonly string[]): Promise<string> {
  const [only, ...more] = command;
  if (only !== undefined && more.length === 0) return only;
  const words = command.map((word) => `"${word}"`).join(" ");
  const isWindows = process.platform === "win32";
  const file = path.join(folder, isWindows ? "vscode.cmd" : "vscode");
  await writeFile(file, isWindows ? `@${words} %*\r\n` : `#!/bin/sh\nexec ${words} "$@"\n`);
  await chmod(file, 0o755);
  return file;
}
