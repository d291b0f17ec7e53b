import { build } from "esbuild";
import { cp, mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { runHostSuite } from "../harness/hostSuite.ts";
import { repositoryFolder } from "../harness/paths.ts";
import type { VsCodeVersion } from "../harness/provision.ts";
import { removeFolder } from "../harness/removeFolder.ts";
import { makeScratchFolder } from "../harness/scratch.ts";
import { median, type Measurement } from "./table.ts";

const launches = 9;

const rowSchema = v.object({ loadCodeMs: v.number(), callActivateMs: v.number() });
const reportSchema = v.object({ ours: rowSchema, builtIn: rowSchema });

/**
 * Load Code + Call Activate of the packaged extension and of the built-in `vscode.github-authentication`, both as
 * *Developer: Startup Performance* reports them for the same window; the middle of nine windows.
 */
export async function measureActivation(version: VsCodeVersion, signal?: AbortSignal): Promise<readonly Measurement[]> {
  const folder = await makeScratchFolder("bench");
  try {
    const extensionFolder = await copyOfPackage(folder);
    const testsFile = await bundleHostPart(extensionFolder);
    const sums: { readonly ours: number; readonly builtIn: number }[] = [];
    for (let launch = 0; launch < launches; launch += 1) {
      const reportFile = path.join(folder, `launch-${launch}.json`);
      await runHostSuite({ version, reportFile, extensionFolder, testsFile }, signal);
      const { ours, builtIn } = v.parse(reportSchema, JSON.parse(await readFile(reportFile, "utf8")));
      sums.push({ ours: sumOf(ours), builtIn: sumOf(builtIn) });
    }
    return [
      {
        what: "activation: Load Code + Call Activate",
        value: median(sums.map(({ ours }) => ours)),
        bar: median(sums.map(({ builtIn }) => builtIn)),
        unit: "ms",
        note: `github-authentication in the same windows: ${sums.map(({ ours, builtIn }) => `${ours}:${builtIn}`).join(", ")}`,
      },
    ];
  } finally {
    await removeFolder(folder);
  }
}

const sumOf = ({ loadCodeMs, callActivateMs }: v.InferOutput<typeof rowSchema>): number => loadCodeMs + callActivateMs;

/** What the VSIX holds, in a folder of its own, so that a build beside the measurement changes nothing in it. */
async function copyOfPackage(folder: string): Promise<string> {
  const copy = path.join(folder, "extension");
  await mkdir(path.join(copy, "dist"), { recursive: true });
  for (const name of ["package.json", "package.nls.json", "media"]) {
    await cp(path.join(repositoryFolder, name), path.join(copy, name), { recursive: true });
  }
  for (const name of await readdir(path.join(repositoryFolder, "dist"))) {
    if (name.endsWith(".js")) await cp(path.join(repositoryFolder, "dist", name), path.join(copy, "dist", name));
  }
  return copy;
}

async function bundleHostPart(extensionFolder: string): Promise<string> {
  const outfile = path.join(extensionFolder, "bench", "index.js");
  await build({
    entryPoints: [path.join(import.meta.dirname, "activationHost.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    external: ["vscode"],
  });
  return outfile;
}
