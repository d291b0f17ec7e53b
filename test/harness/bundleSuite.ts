import { build, type Plugin } from "esbuild";
import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { repositoryFolder } from "./paths.ts";
import { makeScratchFolder } from "./scratch.ts";

/**
 * Bundles `test/vscode` for the extension host, which loads CommonJS: `index.js` and one file per test file.
 * @returns the folder, a new one in `.vscode-test` (mocha is found from there); the caller removes it
 */
export async function bundleSuite(): Promise<string> {
  const tests = globSync("test/vscode/**/*.test.ts", { cwd: repositoryFolder });
  return await bundleForHost("suite", ["test/vscode/index.ts", ...tests]);
}

/** Bundles one file so, under its own name; the caller removes the folder in which it lies. */
export async function bundleHostFile(file: string): Promise<string> {
  const name = path.basename(file, ".ts");
  return path.join(await bundleForHost(name, [file]), `${name}.js`);
}

async function bundleForHost(name: string, entryPoints: readonly string[]): Promise<string> {
  const folder = await makeScratchFolder(name);
  await build({
    absWorkingDir: repositoryFolder,
    entryPoints: [...entryPoints],
    outdir: folder,
    outbase: path.dirname(entryPoints[0] ?? ""),
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    external: ["vscode", "mocha"],
    sourcemap: "inline",
    logLevel: "warning",
    plugins: [sourceFolders],
  });
  return folder;
}

/** In CommonJS there is no `import.meta.dirname`; tests that find files beside their source still find them. */
const sourceFolders: Plugin = {
  name: "source-folders",
  setup(builder) {
    builder.onLoad({ filter: /[\\/](test|src)[\\/].*\.ts$/ }, async ({ path: file }) => ({
      contents: (await readFile(file, "utf8")).replaceAll("import.meta.dirname", JSON.stringify(path.dirname(file))),
      loader: "ts",
    }));
  },
};
