// `npm run package`: builds the extension and makes dist/procore-explorer.vsix. Two builds of one commit are the same,
// byte by byte. `--out FILE` puts the package elsewhere.
import { globSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { runChild } from "../harness/children.ts";
import { interrupted } from "../harness/interrupted.ts";
import { repositoryFolder } from "../harness/paths.ts";
import { say } from "../harness/progress.ts";
import { mendLinks } from "./packedLinks.ts";
import { repack } from "./repack.ts";

const { values } = parseArgs({ options: { out: { type: "string" } } });
const vsix = path.resolve(values.out ?? path.join(repositoryFolder, "dist/procore-explorer.vsix"));

// Bundles of an earlier build that this one does not make would be packed too.
for (const file of globSync("dist/*.js*", { cwd: repositoryFolder })) await rm(path.join(repositoryFolder, file));

const vsce = path.join(repositoryFolder, "node_modules/@vscode/vsce/vsce");
const manifest: unknown = JSON.parse(await readFile(path.join(repositoryFolder, "package.json"), "utf8"));
// Without a repository's address there is nothing that the README's relative links and pictures could lead to.
const hasRepository = typeof manifest === "object" && manifest !== null && "repository" in manifest;
const links = hasRepository ? [] : ["--allow-missing-repository", "--no-rewrite-relative-links"];
// The build is `vscode:prepublish`, which vsce runs.
const args = ["package", "--no-dependencies", ...links, "--out", vsix];
const { code } = await runChild(process.execPath, [vsce, ...args], { cwd: repositoryFolder, output: say }, interrupted);
if (code === 0) await writeFile(vsix, await repack(await mendLinks(await readFile(vsix))));
process.exitCode = code;
