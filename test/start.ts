// `npm start`: builds the extension and opens a real VS Code with it: the desktop's where there is one and a screen,
// else a server whose page any browser opens. Ctrl+C stops everything.
import { spawn } from "node:child_process";
import { lstat, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { interrupted } from "./harness/interrupted.ts";
import { cacheFolder } from "./harness/paths.ts";
import { say } from "./harness/progress.ts";
import { provisionCodeServer } from "./harness/provision.ts";
import { startCodeServer } from "./harness/start/codeServerInstance.ts";
import { findDesktopCode, hasScreen, runDesktopCode } from "./harness/start/desktopCode.ts";
import { packageExtension } from "./harness/start/packageExtension.ts";

const { values } = parseArgs({
  options: {
    /** Where this VS Code keeps its settings and sign-ins. */
    data: { type: "string" },
    port: { type: "string", default: "8439" },
    /** "server" takes no desktop VS Code, and opens no page. */
    host: { type: "string" },
  },
});

const next = [
  "What to do next:",
  "  1. Click the crane in the bar on the left: that is Procore Explorer.",
  "  2. Choose Sign In, then Local Sandbox. You need no Procore account for it.",
  "  3. Allow the sign-in in the page that opens, and paste the code that it shows.",
];

try {
  await start();
} catch (error) {
  if (!interrupted.aborted) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
if (interrupted.aborted) say("Stopped.");

async function start(): Promise<void> {
  const folder = values.data ?? (await startFolder());
  const workspaceFolder = path.join(folder, "workspace");
  await mkdir(workspaceFolder, { recursive: true });
  const desktop = values.host === "server" ? undefined : await findDesktopCode(interrupted);
  const vsix = await packageExtension(interrupted);
  if (desktop !== undefined) {
    say(["Opening VS Code with the extension in a window of its own.", ...next].join("\n"));
    say("Close the window, or press Ctrl+C here, to stop.");
    return runDesktopCode(desktop, { folder, workspaceFolder }, interrupted);
  }
  const codeServer = await provisionCodeServer("newest", interrupted);
  const options = { folder, workspaceFolder, vsix, favouritePort: Number(values.port) };
  const { address, child, tail } = await startCodeServer(codeServer, options, interrupted);
  say(`\nVS Code ${codeServer.vsCode} is running with the extension in it.`);
  say(`Open ${address}`);
  say(["", ...next, "", "Press Ctrl+C to stop."].join("\n"));
  if (values.host !== "server" && hasScreen()) openPage(address);
  const code = await child.exited;
  if (!interrupted.aborted) throw new Error([`VS Code ended by itself (code ${code}):`, ...tail()].join("\n"));
}

/** Short, because VS Code puts sockets there, whose paths the system limits (103 characters on macOS). */
async function startFolder(): Promise<string> {
  const own = path.join(cacheFolder, "start");
  if (own.length <= 60) return own;
  const short = path.join(tmpdir(), "procore-start");
  await mkdir(short, { recursive: true, mode: 0o700 });
  // The folder for temporary files may be everybody's.
  const isOurs = process.getuid === undefined || (await lstat(short)).uid === process.getuid();
  if (!isOurs) throw new Error(`${short} belongs to somebody else. Name another folder: npm start -- --data FOLDER`);
  return short;
}

/** In the person's own browser; where that fails, the address is on the screen. */
function openPage(address: string): void {
  const [command = "xdg-open", ...args] =
    process.platform === "darwin" ? ["open"] : process.platform === "win32" ? ["cmd", "/c", "start", ""] : ["xdg-open"];
  spawn(command, [...args, address], { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
}
