import { readFile, rm } from "node:fs/promises";
import * as v from "valibot";

const failureSchema = v.object({
  title: v.string(),
  message: v.string(),
  stack: v.string(),
  /** The test's file, absent for what is no test. */
  file: v.optional(v.string()),
});

const reportSchema = v.object({
  passed: v.number(),
  failed: v.number(),
  skipped: v.number(),
  failures: v.array(failureSchema),
  /** What did not fail, by file. */
  files: v.optional(v.record(v.string(), v.object({ passed: v.number(), skipped: v.number() }))),
  /** What runs while the report is written; left out at the end. */
  running: v.optional(v.string()),
});

/** What a suite leaves behind: written anew after each test, so that one that is cut short still tells what it did. */
export type Report = v.InferOutput<typeof reportSchema>;

/** The name of the environment variable that tells a suite where its report goes. */
export const reportVariable = "PROCORE_TEST_REPORT";

/** The name of the environment variable with the pattern that chooses tests by title. */
export const grepVariable = "PROCORE_TEST_GREP";

/** A report of one failure that has no counts of its own. */
export const failedStep = (title: string, message: string): Report => ({
  passed: 0,
  failed: 1,
  skipped: 0,
  failures: [{ title, message, stack: "" }],
});

/**
 * Reads a suite's report and takes it away. A suite that left none, that was cut short, or that ran nothing, has
 * failed: VS Code may never have started it.
 * @param ended how the suite's process ended, for the failure's text
 */
export async function takeReport(file: string, suite: string, ended: string): Promise<Report> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  await rm(file, { force: true });
  if (text === undefined) return failedStep(suite, `It left no report: it never began. ${ended}`);
  const { running, ...report } = v.parse(reportSchema, JSON.parse(text));
  if (running !== undefined) {
    return totalOf([report, failedStep(suite, `It did not run to its end, it was at: ${running}. ${ended}`)]);
  }
  if (report.passed + report.failed === 0) return failedStep(suite, "It ran no test.");
  return report;
}

/** The sum of several reports. */
export const totalOf = (reports: readonly Report[]): Report => ({
  passed: reports.reduce((sum, { passed }) => sum + passed, 0),
  failed: reports.reduce((sum, { failed }) => sum + failed, 0),
  skipped: reports.reduce((sum, { skipped }) => sum + skipped, 0),
  failures: reports.flatMap(({ failures }) => failures),
});

/** What a report says of all other files than these. */
export function withoutFiles(report: Report, files: readonly string[]): Report {
  const failures = report.failures.filter(({ file }) => file === undefined || !files.includes(file));
  const of = (count: "passed" | "skipped"): number =>
    files.reduce((sum, file) => sum + (report.files?.[file]?.[count] ?? 0), 0);
  return {
    passed: report.passed - of("passed"),
    failed: failures.length,
    skipped: report.skipped - of("skipped"),
    failures,
  };
}

/** "N passed, N failed", with the skipped ones where there are any. */
export const countsOf = ({ passed, failed, skipped }: Report): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
