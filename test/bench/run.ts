// Measures the numbers that the product holds itself to, all in this one run, and fails when one misses its bar:
//   npm run bench
//   npm run bench -- activation|sizes|explorer|view|lists|sessions|fuzz|newcomer [--version newest|oldest]
import { parseArgs } from "node:util";
import { interrupted } from "../harness/interrupted.ts";
import { say } from "../harness/progress.ts";
import { packageExtension } from "../harness/start/packageExtension.ts";
import { measureActivation } from "./activation.ts";
import { measureExplorer } from "./explorer.ts";
import { measureFuzz } from "./fuzz.ts";
import { measureLists } from "./lists.ts";
import { measureNewcomer } from "./newcomer.ts";
import { measureSessions } from "./sessions.ts";
import { measureSizes } from "./sizes.ts";
import { measureView } from "./view.ts";
import { isWithin, tableOf, type Measurement } from "./table.ts";

const parts = ["sizes", "explorer", "view", "lists", "activation", "sessions", "fuzz", "newcomer"] as const;
type Part = (typeof parts)[number];

const { chosen, version } = readChoice();
if (chosen.some((part) => part === "sizes" || part === "activation" || part === "newcomer"))
  await packageExtension(interrupted);
const measurements: Measurement[] = [];
for (const part of chosen) measurements.push(...(await measure(part)));
say(`\n${tableOf(measurements)}`);
process.exitCode = measurements.every(isWithin) ? 0 : 1;

function measure(part: Part): Promise<readonly Measurement[]> {
  const measures = {
    sizes: measureSizes,
    explorer: measureExplorer,
    view: measureView,
    lists: measureLists,
    activation: () => measureActivation(version, interrupted),
    sessions: measureSessions,
    fuzz: measureFuzz,
    newcomer: () => measureNewcomer(version),
  };
  return measures[part]();
}

function readChoice(): { readonly chosen: readonly Part[]; readonly version: "newest" | "oldest" } {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { version: { type: "string", default: "newest" } },
  });
  const isPart = (name: string): name is Part => parts.some((part) => part === name);
  const unknown = positionals.find((name) => !isPart(name));
  if (unknown !== undefined) throw new Error(`${unknown}: not one of ${parts.join(", ")}`);
  const { version } = values;
  if (version !== "newest" && version !== "oldest") throw new Error(`--version ${version}: not one of newest, oldest`);
  const named = positionals.filter(isPart);
  return { chosen: named.length > 0 ? named : parts, version };
}
