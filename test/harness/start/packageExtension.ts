import { globSync, statSync } from "node:fs";
import path from "node:path";
import { runNpm } from "../npm.ts";
import { repositoryFolder } from "../paths.ts";
import { say, withProgress } from "../progress.ts";

const vsixFile = "dist/procore-explorer.vsix";

/** Patterns of what goes into the package, or decides what does. */
export const packageSources: readonly string[] = [
  "src/**/*.ts",
  "media/**/*",
  "l10n/**/*",
  "docs/**/*",
  "package*.json",
  "*.md",
  "LICENSE",
  "esbuild.mjs",
  ".vscodeignore",
  "test/release/*.ts",
];

/**
 * The extension as a VSIX file, made by `npm run package` when something changed since it was made last.
 * @throws an error with the build's own words
 */
export async function packageExtension(signal: AbortSignal): Promise<string> {
  const vsix = path.join(repositoryFolder, vsixFile);
  if (isPackageCurrent(repositoryFolder)) {
    say("The extension is built: nothing changed since.");
    return vsix;
  }
  await withProgress("Building and packaging the extension", async () => {
    const { code, tail } = await runNpm(["run", "--silent", "package"], { cwd: repositoryFolder }, signal);
    if (code !== 0) throw new Error(["The extension could not be packaged (npm run package):", ...tail].join("\n"));
  });
  return vsix;
}

/** Was the package in this checkout made after everything that goes into it was changed last? */
export function isPackageCurrent(folder: string): boolean {
  const made = changedAt(path.join(folder, vsixFile));
  const dist = changedAt(path.join(folder, "dist/extension.js"));
  const files = globSync([...packageSources], { cwd: folder }).map((file) => path.join(folder, file));
  return dist > 0 && dist <= made && files.every((file) => changedAt(file) < made);
}

/** Epoch ms, 0 for a file that is not there. */
const changedAt = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
