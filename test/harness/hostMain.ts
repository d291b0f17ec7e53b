// Runs test/vscode in a real VS Code, in a process of its own: `node hostMain.ts`; the version, the report's place and
// the pattern of titles come by environment.
import { runHostSuite } from "./hostSuite.ts";
import { interrupted } from "./interrupted.ts";
import { say } from "./progress.ts";
import { versionFromEnvironment } from "./provision.ts";
import { reportVariable } from "./report.ts";

const reportFile = process.env[reportVariable];
if (reportFile === undefined) throw new Error(`${reportVariable} is not set`);
try {
  await runHostSuite({ version: versionFromEnvironment(), reportFile }, interrupted);
} catch (error) {
  // The report tells which tests failed; this tells why there may be none.
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
