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
