import { downloadAndUnzipVSCode } from "@vscode/test-electron";
import { onPath } from "./browser.ts";
import { runChild } from "./children.ts";
import { cacheFolder } from "./paths.ts";
import { say } from "./progress.ts";
import { recipes, type VsCodeVersion } from "./provision.ts";

const releases = "https://update.code.visualstudio.com/api/releases/stable";
const probeMs = 5_000;

/**
 * The desktop VS Code of that version and the command that runs it, downloaded into `.vscode-test` where that is
 * possible; `undefined` where it is not (no way to the download, no display, missing libraries), which is said.
 * `PROCORE_TEST_HOST=server` asks for no desktop, `PROCORE_TEST_HOST=desktop` for nothing else.
 */
export async function provisionDesktop(
  version: VsCodeVersion,
  signal?: AbortSignal,
): Promise<readonly string[] | undefined> {
  const wish = process.env["PROCORE_TEST_HOST"];
  if (wish === "server") return undefined;
  const problem = { text: "" };
  const command = await desktopCommand(version, problem, signal);
  if (command === undefined && wish === "desktop") throw new Error(`No desktop VS Code: ${problem.text}`);
  if (command === undefined) say(`No desktop VS Code here (${problem.text}): its server is taken instead.`);
  return command;
}

async function desktopCommand(
  version: VsCodeVersion,
  problem: { text: string },
  signal: AbortSignal | undefined,
): Promise<readonly string[] | undefined> {
  const display = displayPrefix();
  if (display === undefined) {
    problem.text = "no display, and no xvfb-run to make one";
    return undefined;
  }
  try {
    const deadline = AbortSignal.timeout(probeMs);
    const reply = await fetch(releases, {
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    });
    if (!reply.ok) throw new Error(`status ${reply.status}`);
    const wanted = version === "newest" ? "stable" : recipes[version].vsCode;
    const executable = await downloadAndUnzipVSCode({ version: wanted, cachePath: cacheFolder, timeout: 30_000 });
    const missing = await missingLibraries(executable);
    if (missing.length === 0) return [...display, executable];
    problem.text = `it lacks ${missing.join(", ")}`;
  } catch (error) {
    signal?.throwIfAborted();
    problem.text = `its download cannot be reached: ${error instanceof Error ? error.message : String(error)}`;
  }
  return undefined;
}

/** What goes before the command so that it has a display; `undefined` when there is none to be had. */
function displayPrefix(): readonly string[] | undefined {
  if (process.platform !== "linux" || process.env["DISPLAY"] || process.env["WAYLAND_DISPLAY"]) return [];
  const xvfb = onPath("xvfb-run");
  return xvfb === undefined ? undefined : [xvfb, "--auto-servernum"];
}

/** Libraries that a slim Linux has not got; a program that lacks one does not start. */
async function missingLibraries(executable: string): Promise<readonly string[]> {
  const ldd = onPath("ldd");
  if (process.platform !== "linux" || ldd === undefined) return [];
  const { tail } = await runChild(ldd, [executable]);
  return tail.flatMap((line) => /^\s*(\S+) => not found/u.exec(line)?.[1] ?? []);
}
