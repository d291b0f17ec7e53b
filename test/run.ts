// Runs everything that tests the product, or the parts that are asked for:
//   npm test
//   npm run test:vscode -- --only screen --version newest --grep "sign in"
// The last line is "N passed, N failed"; the exit code is 1 when anything failed.
import { parseArgs } from "node:util";
import { runChild } from "./harness/children.ts";
import { interrupted } from "./harness/interrupted.ts";
import { repositoryFolder } from "./harness/paths.ts";
import { say } from "./harness/progress.ts";
import { removeFolder } from "./harness/removeFolder.ts";
import { countsOf, failedStep, totalOf, type Report } from "./harness/report.ts";
import { makeScratchFolder } from "./harness/scratch.ts";
import { stepKinds, stepsOf, type Choice, type Step, type StepKind } from "./harness/steps.ts";

const choice = readChoice();
const folder = await makeScratchFolder("run");
const finished: { readonly name: string; readonly report: Report; readonly seconds: string }[] = [];
try {
  // The tests in VS Code run what is in dist; `check` builds it too.
  if (!choice.kinds.includes("check") && choice.kinds.some((kind) => kind !== "unit")) await buildExtension();
  for (const step of stepsOf(choice)) finished.push(await timed(step));
} catch (error) {
  finished.push({ name: "run", report: failedStep("run", String(error)), seconds: "" });
} finally {
  await removeFolder(folder);
}
summarise();

async function timed(step: Step): Promise<(typeof finished)[number]> {
  say(`\n── ${step.name} ──`);
  const startedAt = performance.now();
  const report = await step.run(folder, interrupted).catch((error: unknown) => {
    interrupted.throwIfAborted();
    return failedStep(step.name, error instanceof Error ? (error.stack ?? error.message) : String(error));
  });
  const seconds = `${((performance.now() - startedAt) / 1_000).toFixed(1)} s`;
  say(`── ${step.name}: ${countsOf(report)} in ${seconds}`);
  return { name: step.name, report, seconds };
}

async function buildExtension(): Promise<void> {
  const { code, tail } = await runChild(process.execPath, ["esbuild.mjs"], { cwd: repositoryFolder }, interrupted);
  if (code !== 0) throw new Error(["The extension does not build:", ...tail].join("\n"));
}

function summarise(): void {
  const total = totalOf(finished.map(({ report }) => report));
  if (total.failures.length > 0) say("\n── what failed ──");
  for (const { title, message, stack } of total.failures) {
    say(`✗ ${title}\n${(stack === "" ? message : stack).replaceAll(/^/gmu, "    ")}\n`);
  }
  say("\n── all ──");
  for (const { name, report, seconds } of finished) say(`${name}: ${countsOf(report)}${seconds && ` in ${seconds}`}`);
  say("");
  say(countsOf(total));
  process.exitCode = total.failed > 0 ? 1 : 0;
}

/** `--only` takes names of steps, with commas; "vscode" stands for the ones that need a VS Code and no tour. */
function readChoice(): Choice {
  const { values } = parseArgs({
    options: { only: { type: "string" }, version: { type: "string" }, grep: { type: "string" } },
  });
  const { only, version, grep } = values;
  const names = only?.split(",").flatMap((name) => (name === "vscode" ? ["host", "screen"] : [name]));
  const isKind = (name: string): name is StepKind => stepKinds.some((kind) => kind === name);
  const unknown = names?.find((name) => !isKind(name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: not one of ${stepKinds.join(", ")}, vscode`);
  if (version !== undefined && version !== "newest" && version !== "oldest") {
    throw new Error(`--version ${version}: not one of newest, oldest`);
  }
  const kinds = names?.filter(isKind) ?? stepKinds;
  return { kinds, versions: version === undefined ? ["newest", "oldest"] : [version], grep };
}
