// Builds the extension into dist/. A dynamic import of one of the `lazy` modules is a bundle boundary: the module gets
// a file of its own, loaded when the import runs. `--production` minifies, `--watch` rebuilds, in the form that the
// problem matcher in .vscode/tasks.json reads.
import { build, context } from "esbuild";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

const production = process.argv.includes("--production");
const watch = process.argv.includes("--watch");

const lazy = {
  "src/auth/panel/index.ts": "panel",
  "src/auth/requests/index.ts": "requests",
  "src/auth/signIn/index.ts": "signIn",
  "src/auth/diagnose/index.ts": "diagnose",
  "src/explorer/explorer.ts": "explorer",
  "src/auth/createSessions.ts": "sessions",
  "src/auth/upkeep/index.ts": "upkeep",
  "src/platform/network/createNetwork.ts": "network",
  "src/sandbox/index.ts": "sandbox",
};

/** Turns `import("./sandbox/index.ts")` into a require of `./sandbox.js`. */
const bundleBoundaries = {
  name: "bundle-boundaries",
  setup(builder) {
    builder.onResolve({ filter: /\.ts$/ }, ({ kind, resolveDir, path: specifier }) => {
      if (kind !== "dynamic-import") return undefined;
      const file = path.relative(import.meta.dirname, path.resolve(resolveDir, specifier)).replaceAll(path.sep, "/");
      const bundle = lazy[file];
      return bundle === undefined ? undefined : { path: `./${bundle}.js`, external: true };
    });
  },
};

/**
 * `import * as vscode` becomes a plain require. esbuild would copy the whole namespace, hundreds of getters, for each of
 * the files that import it: most of the time that loading took (`npm run bench -- activation`). `@vscode/l10n`, which
 * lets the core translate without knowing VS Code, becomes the editor's own `l10n`, which has the display language.
 */
const editorModules = {
  name: "editor-modules",
  setup(builder) {
    builder.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path: file }) => {
      const text = await readFile(file, "utf8");
      const contents = text
        .replace('import * as vscode from "vscode";', 'const vscode = require("vscode");')
        .replace('import * as l10n from "@vscode/l10n";', 'const { l10n } = require("vscode");');
      return { contents, loader: "ts" };
    });
  },
};

const problems = {
  name: "problems",
  setup(builder) {
    builder.onStart(() => console.log("[watch] build started"));
    builder.onEnd((result) => {
      for (const { text, location } of result.errors) {
        console.error(`✘ [ERROR] ${text}`);
        if (location) console.error(`    ${location.file}:${location.line}:${location.column}:`);
      }
      console.log("[watch] build finished");
    });
  },
};

/** @type {import("esbuild").BuildOptions} */
const shared = {
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node22",
  external: ["vscode"],
  // Libraries look at `navigator` to recognise browsers; in an extension host that look alone is logged as an error.
  define: { navigator: "undefined" },
  mainFields: ["module", "main"],
  minify: production,
  legalComments: "none",
  sourcemap: production ? false : "linked",
  sourcesContent: false,
  metafile: true,
  logLevel: watch ? "silent" : "warning",
};

/** @type {import("esbuild").BuildOptions} */
const extension = {
  ...shared,
  entryPoints: {
    extension: "src/extension.ts",
    ...Object.fromEntries(Object.entries(lazy).map(([file, name]) => [name, file])),
  },
  outdir: "dist",
  plugins: [bundleBoundaries, editorModules, ...(watch ? [problems] : [])],
};

if (watch) {
  const watching = await context(extension);
  await watching.watch();
} else {
  await mkdir("dist", { recursive: true });
  const { metafile } = await build(extension);
  await writeFile("dist/meta.json", JSON.stringify(metafile));
  for (const [file, { bytes }] of Object.entries(metafile.outputs)) {
    if (file.endsWith(".js")) console.log(`${file} ${(bytes / 1024).toFixed(1)} KB`);
  }
}
