import { readdirSync } from "node:fs";
import path from "node:path";
import { grepVariable, reportVariable } from "../harness/report.ts";
import { runSuite } from "../harness/suite.ts";

const timeoutMs = 120_000;

/**
 * VS Code calls this in its extension host (`--extensionTestsPath`): runs the test files beside this one's bundle and
 * writes the report to the place that the environment names.
 * @throws when a test failed
 */
export async function run(): Promise<void> {
  const reportFile = process.env[reportVariable];
  if (reportFile === undefined) throw new Error(`${reportVariable} is not set`);
  const files = readdirSync(__dirname, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.js"))
    .map((file) => path.join(__dirname, file));
  const grep = process.env[grepVariable];
  const { failed } = await runSuite({ files, load: "require", timeoutMs, grep, reportFile });
  if (failed > 0) throw new Error(`${failed} failed`);
}
