import path from "node:path";
import { repositoryFolder } from "./paths.ts";
import { say } from "./progress.ts";
import { totalOf, withoutFiles, type Report } from "./report.ts";

/**
 * The tests of a screen file build on each other and share a window. A file in which one failed begins anew, once, and
 * the output says so; where many failed, something is broken.
 */
export async function againWhereItFailed(
  report: Report,
  runFiles: (files: readonly string[]) => Promise<Report>,
  tell: (line: string) => void = say,
): Promise<Report> {
  const files = [...new Set(report.failures.map(({ file }) => file))];
  if (files.length === 0 || files.length > mostAgain || files.includes(undefined)) return report;
  const known = files.filter((file) => file !== undefined);
  for (const { title, message } of report.failures)
    tell(`  ↻ ${title}: failed, and its file is run once more: ${message}`);
  const again = await runFiles(known.map((file) => path.relative(repositoryFolder, file)));
  return totalOf([withoutFiles(report, known), again]);
}

const mostAgain = 3;
