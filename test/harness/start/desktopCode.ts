import { readFile } from "node:fs/promises";
import path from "node:path";
import { onPath } from "../browser.ts";
import { runChild, startChild } from "../children.ts";
import { repositoryFolder } from "../paths.ts";
import { say } from "../progress.ts";
import { recipes } from "../provision.ts";

/** Whether a person sits before a screen that this process can open windows on. */
export const hasScreen = (): boolean =>
  process.platform !== "linux" || !!process.env["DISPLAY"] || !!process.env["WAYLAND_DISPLAY"];

/**
 * The desktop VS Code's `code` command, where there is one, a screen, and a version that the extension runs on.
 * In a remote terminal `code` would talk to the window at the other end, so there it does not count.
 */
export async function findDesktopCode(signal: AbortSignal): Promise<string | undefined> {
  if (
    !hasScreen() ||
    process.env["VSCODE_IPC_HOOK_CLI"] !== undefined ||
    process.env["WSL_DISTRO_NAME"] !== undefined
  ) {
    return undefined;
  }
  const command = onPath(process.platform === "win32" ? "code.cmd" : "code");
  if (command === undefined) return undefined;
  const { code, tail } = await runChild(command, ["--version"], {}, signal);
  const version = tail.find((line) => /^\d+\.\d+\.\d+/u.test(line));
  if (code !== 0 || version === undefined) return undefined;
  const isOldEnough = version.localeCompare(recipes.oldest.vsCode, "en", { numeric: true }) >= 0;
  if (!isOldEnough) say(`The VS Code here is ${version}; the extension needs ${recipes.oldest.vsCode} or newer.`);
  return isOldEnough ? command : undefined;
}

/** Opens the desktop VS Code with the extension in it and its own settings; resolves when its window is closed. */
export async function runDesktopCode(
  command: string,
  { folder, workspaceFolder }: { readonly folder: string; readonly workspaceFolder: string },
  signal: AbortSignal,
): Promise<void> {
  const dataFolder = path.join(folder, "desktop");
  const child = await startChild(command, [
    `--extensionDevelopmentPath=${repositoryFolder}`,
    `--user-data-dir=${dataFolder}`,
    `--extensions-dir=${path.join(folder, "desktop-ext")}`,
    "--wait",
    "--new-window",
    "--skip-welcome",
    "--skip-release-notes",
    "--disable-workspace-trust",
    workspaceFolder,
  ]);
  const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  await Promise.race([child.exited, aborted]);
  if (!signal.aborted) return;
  await child.stop();
  await endInstance(dataFolder);
}

/** `code` starts the program apart from itself; its process id is in its data folder, which is ours alone. */
async function endInstance(dataFolder: string): Promise<void> {
  const text = await readFile(path.join(dataFolder, "code.lock"), "utf8").catch(() => "");
  const pid = Number(text);
  if (!Number.isInteger(pid) || pid <= 1) return;
  try {
    process.kill(pid, "SIGTERM");
  } catch {
    // It is gone already.
  }
}
