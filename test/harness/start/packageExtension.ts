import { globSync, statSync } from "node:fs";
import path from "node:path";
import { runNpm } from "../npm.ts";
import { repositoryFolder } from "../paths.ts";
import { say, withProgress } from "../progress.ts";

const vsix = path.join(repositoryFolder, "dist/procore-explorer.vsix");

/** What goes into the package, or decides what does. */
const sources = [
  "src/**/*.ts",
  "media/*",
  "media/walkthrough/*",
  "package*.json",
  "*.md",
  "LICENSE",
  "esbuild.mjs",
  ".vscodeignore",
];

/**
 * The extension as a VSIX file, made by `npm run package` when something changed since it was made last.
 * @throws an error with the build's own words
 */
export async function packageExtension(signal: AbortSignal): Promise<string> {
  if (isCurrent()) {
    say("The extension is built: nothing changed since.");
    return vsix;
  }
  await withProgress("Building and packaging the extension", async () => {
    const { code, tail } = await runNpm(["run", "--silent", "package"], { cwd: repositoryFolder }, signal);
    if (code !== 0) throw new Error(["The extension could not be packaged (npm run package):", ...tail].join("\n"));
  });
  return vsix;
}

function isCurrent(): boolean {
  const made = changedAt(vsix);
  const dist = changedAt(path.join(repositoryFolder, "dist/extension.js"));
  const files = globSync(sources, { cwd: repositoryFolder }).map((file) => path.join(repositoryFolder, file));
  return dist > 0 && dist <= made && files.every((file) => changedAt(file) < made);
}

/** Epoch ms, 0 for a file that is not there. */
const changedAt = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
