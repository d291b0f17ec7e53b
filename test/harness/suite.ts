import { writeFile } from "node:fs/promises";
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
  const mocha = new MochaClass({ ui: "bdd", timeout: suite.timeoutMs, forbidOnly: true, reporter: SilentReporter });
  if (suite.grep !== undefined) mocha.grep(new RegExp(suite.grep, "u"));
  for (const file of suite.files) mocha.addFile(file);
  if (suite.load === "import") await mocha.loadFilesAsync();
  else mocha.loadFiles();
  const report = await new Promise<Report>((resolve) => record(mocha, resolve));
  await writeFile(suite.reportFile, JSON.stringify(report));
  return report;
}

/** The results are printed below, one line each, the same in a terminal and in an extension host. */
class SilentReporter {}

function record(mocha: Mocha, resolve: (report: Report) => void): void {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failures: Report["failures"] = [];
  const title = (test: Mocha.Test | Mocha.Hook): string => test.titlePath().join(" › ");
  const runner = mocha.run(() => resolve({ ...counts, failures }));
  runner.on("pass", (test) => {
    counts.passed += 1;
    console.log(`  ✓ ${title(test)}${test.speed === "fast" ? "" : ` (${test.duration ?? 0} ms)`}`);
  });
  runner.on("pending", (test) => {
    counts.skipped += 1;
    console.log(`  - ${title(test)}`);
  });
  // A hook that fails comes this way too.
  runner.on("fail", (test, error: unknown) => {
    counts.failed += 1;
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
    failures.push({ title: title(test), message, stack: stack ?? "" });
    console.log(`  ✗ ${title(test)}\n${(stack ?? message).replaceAll(/^/gmu, "      ")}`);
  });
}
