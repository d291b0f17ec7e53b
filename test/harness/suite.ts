import { writeFileSync } from "node:fs";
import type Mocha from "mocha";
import type { Report } from "./report.ts";

/** Which tests run, how, and where the report goes. */
export interface Suite {
  readonly files: readonly string[];
  /** VS Code's extension host gives `vscode` to required modules; TypeScript files are ES modules and imported. */
  readonly load: "require" | "import";
  readonly timeoutMs: number;
  readonly grep: string | undefined;
  readonly reportFile: string;
}

/** Runs test files with mocha, prints each result, and writes the report; resolves with it when all ran. */
export async function runSuite(suite: Suite): Promise<Report> {
  // mocha is an ES module whose class is the default export; extension hosts of Node 22 need it imported.
  const { default: MochaClass } = await import("mocha");
  // The base reporter is silent: the results are printed below, the same in a terminal and in an extension host.
  const reporter = MochaClass.reporters.Base;
  // In an extension host the editor has a life of its own. A test there opens a window of its own, so it can begin anew,
  // once; the output says so.
  const retries = suite.load === "require" ? 1 : 0;
  const mocha = new MochaClass({ ui: "bdd", timeout: suite.timeoutMs, retries, forbidOnly: true, reporter });
  if (suite.grep !== undefined) mocha.grep(new RegExp(suite.grep, "u"));
  for (const file of suite.files) mocha.addFile(file);
  const write = (report: Report): void => writeFileSync(suite.reportFile, JSON.stringify(report));
  write({ ...nothing, running: "loading the tests" });
  // Without this `run` requires the files.
  if (suite.load === "import") await mocha.loadFilesAsync();
  const report = await new Promise<Report>((resolve) => record(mocha, write, resolve));
  write(report);
  return report;
}

const nothing: Report = { passed: 0, failed: 0, skipped: 0, failures: [] };

function record(mocha: Mocha, write: (report: Report) => void, resolve: (report: Report) => void): void {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const files: Record<string, { passed: number; skipped: number }> = {};
  const count = (test: Mocha.Test, how: "passed" | "skipped"): void => {
    counts[how] += 1;
    if (test.file !== undefined) (files[test.file] ??= { passed: 0, skipped: 0 })[how] += 1;
  };
  const failures: Report["failures"] = [];
  const title = (test: Mocha.Test | Mocha.Hook): string => test.titlePath().join(" › ");
  const runner = mocha.run(() => resolve({ ...counts, failures, files }));
  runner.on("test", (test) => write({ ...counts, failures, running: title(test) }));
  runner.on("pass", (test) => {
    count(test, "passed");
    console.log(`  ✓ ${title(test)}${test.speed === "fast" ? "" : ` (${test.duration ?? 0} ms)`}`);
  });
  runner.on("retry", (test: Mocha.Test, error: unknown) => {
    console.log(`  ↻ ${title(test)}: failed, and is run once more: ${shortened(String(error))}`);
  });
  runner.on("pending", (test) => {
    count(test, "skipped");
    console.log(`  - ${title(test)}`);
  });
  // A hook that fails comes this way too.
  runner.on("fail", (test, error: unknown) => {
    counts.failed += 1;
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
    const shown = shortened(stack ?? message);
    failures.push({ title: title(test), message: shortened(message), stack: shown, file: test.file });
    console.log(`  ✗ ${title(test)}\n${shown.replaceAll(/^/gmu, "      ")}`);
  });
}

/** Some assertions print whole pages; their beginning and end tell enough. */
function shortened(text: string): string {
  const most = 3_000;
  return text.length <= most + 800
    ? text
    : `${text.slice(0, most)}\n… ${text.length - most - 800} characters …\n${text.slice(-800)}`;
}
