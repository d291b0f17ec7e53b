// Runs test files in a process of its own: `node suiteMain.ts TIMEOUT_MS FILE…`; the report's place and the pattern
// of titles come by environment.
import { grepVariable, reportVariable } from "./report.ts";
import { runSuite } from "./suite.ts";

const [timeoutMs, ...files] = process.argv.slice(2);
const reportFile = process.env[reportVariable];
if (reportFile === undefined) throw new Error(`${reportVariable} is not set`);
const grep = process.env[grepVariable];
const { failed } = await runSuite({ files, load: "import", timeoutMs: Number(timeoutMs), grep, reportFile });
process.exitCode = failed > 0 ? 1 : 0;

// A test that leaves something running would keep the whole run waiting.
const graceMs = 15_000;
setTimeout(() => {
  console.log(`The tests are over, but something is still running: ${process.getActiveResourcesInfo().join(", ")}`);
  process.exit(1);
}, graceMs).unref();
