import { globSync } from "node:fs";
import path from "node:path";
import { againWhereItFailed } from "./again.ts";
import { provisionBrowser } from "./browser.ts";
import { runChild } from "./children.ts";
import { runNpm } from "./npm.ts";
import { repositoryFolder } from "./paths.ts";
import { say } from "./progress.ts";
import { versionVariable, type VsCodeVersion } from "./provision.ts";
import { failedStep, grepVariable, reportVariable, takeReport, type Report } from "./report.ts";

/** The parts of a test run. */
export const stepKinds = ["check", "unit", "host", "screen", "tour"] as const;
export type StepKind = (typeof stepKinds)[number];

/** One part of a test run, in a process of its own. */
export interface Step {
  readonly name: string;
  readonly kind: StepKind;
  /** `folder` is for what the step leaves behind. */
  run(folder: string, signal: AbortSignal): Promise<Report>;
}

/** What of the whole a run is asked for. */
export interface Choice {
  readonly kinds: readonly StepKind[];
  readonly versions: readonly VsCodeVersion[];
  readonly grep: string | undefined;
}

const harness = path.join(repositoryFolder, "test/harness");
const minuteMs = 60_000;

/**
 * The steps of a run, in order. The screen tests run on the newest VS Code, and those with `@oldest` in their title on
 * the oldest as well.
 */
export function stepsOf({ kinds, versions, grep }: Choice): readonly Step[] {
  const all: readonly Step[] = [
    { name: "check", kind: "check", run: check },
    testFiles("unit", "unit", ["test/unit/**/*.test.ts", "test/harness/**/*.test.ts"], minuteMs, {
      [grepVariable]: grep,
    }),
    ...versions.map((version) => host(version, grep)),
    ...versions.map((version) => screen(version, grep)),
    { name: "tour", kind: "tour", run: tour },
  ];
  return all.filter(({ kind }) => kinds.includes(kind));
}

type Environment = Readonly<Record<string, string | undefined>>;

function testFiles(
  name: string,
  kind: StepKind,
  patterns: readonly string[],
  timeoutMs: number,
  env: Environment,
): Step {
  const run = async (folder: string, signal: AbortSignal): Promise<Report> => {
    const files = patterns.flatMap((pattern) => globSync(pattern, { cwd: repositoryFolder })).toSorted();
    const absolute = files.map((file) => path.join(repositoryFolder, file));
    return reported(name, folder, [path.join(harness, "suiteMain.ts"), String(timeoutMs), ...absolute], env, signal);
  };
  return { name, kind, run };
}

function host(version: VsCodeVersion, grep: string | undefined): Step {
  const name = `VS Code, ${version}`;
  const env = { [versionVariable]: version, [grepVariable]: grep };
  const run = (folder: string, signal: AbortSignal): Promise<Report> =>
    reported(name, folder, [path.join(harness, "hostMain.ts")], env, signal);
  return { name, kind: "host", run };
}

function screen(version: VsCodeVersion, grep: string | undefined): Step {
  const name = `screen, ${version}`;
  const chosen = version === "newest" ? grep : `(?=.*@oldest)(?=.*(?:${grep ?? ""}))`;
  const run = async (folder: string, signal: AbortSignal): Promise<Report> => {
    const browser = await provisionBrowser(signal);
    const env = { [versionVariable]: version, [grepVariable]: chosen, PROCORE_TEST_BROWSER: browser };
    const runFiles = (patterns: readonly string[]): Promise<Report> =>
      testFiles(name, "screen", patterns, 2 * minuteMs, env).run(folder, signal);
    const report = await runFiles(["test/screen/**/*.test.ts"]);
    return await againWhereItFailed(report, runFiles);
  };
  return { name, kind: "screen", run };
}

async function check(_folder: string, signal: AbortSignal): Promise<Report> {
  const lines: string[] = [];
  const output = (line: string): void => {
    lines.push(line);
    say(line);
  };
  const { code, tail } = await runNpm(
    ["run", "--silent", "check"],
    { cwd: repositoryFolder, env: { NO_COLOR: "1", FORCE_COLOR: undefined }, output },
    signal,
  );
  const count = (word: string): number =>
    lines.reduce((sum, line) => sum + Number(new RegExp(`^\\s+(\\d+) ${word}\\b`, "u").exec(line)?.[1] ?? 0), 0);
  const failure = { title: "npm run check", message: tail.slice(-20).join("\n"), stack: "" };
  const failed = code === 0 ? 0 : Math.max(1, count("failing"));
  return { passed: count("passing") + (code === 0 ? 1 : 0), failed, skipped: 0, failures: failed > 0 ? [failure] : [] };
}

async function tour(folder: string, signal: AbortSignal): Promise<Report> {
  const args = [path.join(repositoryFolder, "test/tour.ts"), "--into", path.join(folder, "tour")];
  const { code, tail } = await runChild(process.execPath, args, { output: say }, signal);
  if (code === 0) return { passed: 1, failed: 0, skipped: 0, failures: [] };
  return failedStep("tour", tail.slice(-20).join("\n"));
}

/** Only ends what is stuck. */
const suiteMs = 60 * minuteMs;

/** Runs a program that leaves a report; one that is stuck is stopped and has failed. */
async function reported(
  name: string,
  folder: string,
  args: readonly string[],
  env: Environment,
  signal: AbortSignal,
): Promise<Report> {
  const reportFile = path.join(folder, `${name.replaceAll(/\W+/gu, "-")}.json`);
  const late = AbortSignal.timeout(suiteMs);
  const either = AbortSignal.any([signal, late]);
  const end = await runChild(
    process.execPath,
    args,
    { env: { ...env, [reportVariable]: reportFile }, output: say },
    either,
  )
    .then(({ code, tail }) => ({ code, text: [`exit code ${code}; it said last:`, ...tail.slice(-8)].join("\n") }))
    .catch((error: unknown) => ({
      code: 1,
      text: late.aborted ? `stopped after ${suiteMs / minuteMs} minutes` : String(error),
    }));
  signal.throwIfAborted();
  const report = await takeReport(reportFile, name, end.text);
  if (report.failed > 0 || end.code === 0) return report;
  const failure = { title: name, message: `Every test passed, but the run itself failed: ${end.text}`, stack: "" };
  return { ...report, failed: 1, failures: [failure] };
}
