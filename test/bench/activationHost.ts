import { writeFile } from "node:fs/promises";
import * as vscode from "vscode";
import { reportVariable } from "../harness/report.ts";
import { until } from "../harness/until.ts";

const ours = "procore-explorer.procore-explorer";
const builtIn = "vscode.github-authentication";

interface Times {
  readonly loadCodeMs: number;
  readonly callActivateMs: number;
}

/**
 * Runs in the extension host of a fresh window: waits until both extensions are active, opens *Developer: Startup
 * Performance* and reads the two rows of its table.
 */
export async function run(): Promise<void> {
  const reportFile = process.env[reportVariable];
  if (reportFile === undefined) throw new Error(`${reportVariable} is not set`);
  // The built-in wakes up for the accounts menu; ours by itself when the start is over.
  await vscode.extensions.getExtension(builtIn)?.activate();
  const isActive = async (): Promise<boolean | undefined> => vscode.extensions.getExtension(ours)?.isActive;
  await until("our extension is active", isActive, (active) => active === true);
  await vscode.commands.executeCommand("perfview.show");
  const table = async (): Promise<string> =>
    vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === "perf")?.getText() ?? "";
  const text = await until(
    "the table names both",
    table,
    (shown) => rowOf(shown, ours) !== undefined && rowOf(shown, builtIn) !== undefined,
  );
  await writeFile(reportFile, JSON.stringify({ ours: rowOf(text, ours), builtIn: rowOf(text, builtIn) }));
}

/** | Extension | Eager | Load Code | Call Activate | Finish Activate | Event | By | */
function rowOf(markdown: string, extension: string): Times | undefined {
  const line = markdown.split("\n").find((row) => row.startsWith("|") && row.includes(extension));
  const cells = line?.split("|").map((cell) => cell.trim());
  const [loadCodeMs, callActivateMs] = [Number(cells?.[3]), Number(cells?.[4])];
  return Number.isFinite(loadCodeMs) && Number.isFinite(callActivateMs) ? { loadCodeMs, callActivateMs } : undefined;
}
