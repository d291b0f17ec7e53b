import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { repositoryFolder } from "../harness/paths.ts";

/** A package of which at least one file is in the bundles. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** As its package.json says: an SPDX expression. */
  readonly licence: string;
  /** Where it comes from, as its package.json says. */
  readonly home: string | undefined;
  /** Its licence texts: its own, and those of others whose code it contains. */
  readonly texts: readonly LicenceText[];
}

/** A licence text and its place in the package. */
export interface LicenceText {
  readonly file: string;
  readonly text: string;
}

const repositorySchema = v.union([v.string(), v.object({ url: v.string() })]);
const packageSchema = v.object({
  name: v.string(),
  version: v.string(),
  license: v.string(),
  homepage: v.optional(v.string()),
  repository: v.optional(repositorySchema),
});
const metafileSchema = v.object({ inputs: v.record(v.string(), v.unknown()) });

/** The file that esbuild.mjs writes: what went into the bundles. */
const metafile = path.join(repositoryFolder, "dist/meta.json");

/**
 * The packages in the bundles of the last build, by name. Packages that are only installed are not among them.
 * @throws when one has no licence text
 */
export async function bundledPackages(): Promise<readonly BundledPackage[]> {
  const { inputs } = v.parse(metafileSchema, JSON.parse(await readFile(metafile, "utf8")));
  const files = new Map<string, Set<string>>();
  for (const input of Object.keys(inputs)) {
    const place = placeOf(input);
    if (place === undefined) continue;
    const known = files.get(place.folder) ?? new Set();
    files.set(place.folder, known.add(place.file));
  }
  const found = await Promise.all([...files].map(([folder, inside]) => readPackage(folder, inside)));
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The package folder of an input (relative to the checkout), and the file's path in it. */
function placeOf(input: string): { readonly folder: string; readonly file: string } | undefined {
  const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\/(.+)$/u.exec(input);
  return match?.[1] === undefined || match[2] === undefined ? undefined : { folder: match[1], file: match[2] };
}

async function readPackage(relative: string, inside: ReadonlySet<string>): Promise<BundledPackage> {
  const folder = path.join(repositoryFolder, relative);
  const manifest = v.parse(packageSchema, JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")));
  const folders = new Set([...inside].flatMap((file) => foldersAbove(file)));
  const texts = (await Promise.all([...folders].map((below) => licenceTexts(folder, below)))).flat();
  if (texts.length === 0) throw new Error(`${manifest.name} has no licence text in ${folder}`);
  return {
    name: manifest.name,
    version: manifest.version,
    licence: manifest.license,
    home: homeOf(manifest),
    texts: texts.toSorted((a, b) => (a.file < b.file ? -1 : 1)),
  };
}

/** "lib/web/fetch/body.js" → "", "lib", "lib/web", "lib/web/fetch". */
function foldersAbove(file: string): readonly string[] {
  const parts = file.split("/").slice(0, -1);
  return ["", ...parts.map((_, index) => parts.slice(0, index + 1).join("/"))];
}

async function licenceTexts(folder: string, below: string): Promise<readonly LicenceText[]> {
  const names = await readdir(path.join(folder, below), { withFileTypes: true });
  const licences = names.filter((entry) => entry.isFile() && /^(licen[cs]e|notice|copying)/iu.test(entry.name));
  return Promise.all(
    licences.map(async ({ name }) => {
      const text = await readFile(path.join(folder, below, name), "utf8");
      return { file: path.posix.join(below, name), text: text.replaceAll("\r\n", "\n").trim() };
    }),
  );
}

function homeOf({ homepage, repository }: v.InferOutput<typeof packageSchema>): string | undefined {
  const address = homepage ?? (typeof repository === "object" ? repository.url : repository);
  if (address === undefined) return undefined;
  // npm's short form of a GitHub repository.
  if (/^[\w.-]+\/[\w.-]+$/u.test(address)) return `https://github.com/${address}`;
  return address.replace(/^git\+/u, "").replace(/\.git$/u, "");
}
