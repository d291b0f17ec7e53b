import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { runNpm } from "../harness/npm.ts";
import { repositoryFolder } from "../harness/paths.ts";
import type { BundledPackage } from "./bundledPackages.ts";

const componentSchema = v.looseObject({ "bom-ref": v.string(), name: v.string(), version: v.string() });
const bomSchema = v.looseObject({
  metadata: v.looseObject({ component: componentSchema }),
  components: v.array(componentSchema),
  dependencies: v.array(v.looseObject({ ref: v.string(), dependsOn: v.array(v.string()) })),
});

/** A bill of materials in CycloneDX 1.5. */
export type Bom = v.InferOutput<typeof bomSchema>;

/**
 * The bill of materials of the lock file as npm makes it, reduced to what is in the bundles. The same lock file and the
 * same bundles give the same text: no time, and a serial number that follows from the content.
 */
export async function billOfMaterials(packages: readonly BundledPackage[]): Promise<string> {
  const { metadata, components, dependencies, ...rest } = await npmSbom();
  const { timestamp: _made, component, ...about } = metadata;
  const isBundled = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const own = component["bom-ref"];
  const refs = new Set(components.map((each) => each["bom-ref"]).filter((ref) => isBundled.has(ref)));
  const missing = [...isBundled].filter((ref) => !refs.has(ref));
  if (missing.length > 0) throw new Error(`In the bundles, but not in the lock file: ${missing.join(", ")}`);
  const content = {
    ...rest,
    metadata: { ...about, component: { ...component, ...(await ownWords()) } },
    components: components.filter((each) => refs.has(each["bom-ref"])),
    dependencies: dependencies
      .filter(({ ref }) => ref === own || refs.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => refs.has(each)) })),
  };
  const serialNumber = `urn:uuid:${uuidOf(JSON.stringify({ ...content, serialNumber: undefined }))}`;
  return `${JSON.stringify({ ...content, serialNumber }, undefined, 2)}\n`;
}

/** npm takes the folder for the name, and does not know where the manifest's texts are. */
async function ownWords(): Promise<{ readonly name: string; readonly type: string; readonly description: string }> {
  const texts = JSON.parse(await readFile(path.join(repositoryFolder, "package.nls.json"), "utf8")) as unknown;
  const { description } = v.parse(v.object({ description: v.string() }), texts);
  return { name: "procore-explorer", type: "application", description };
}

async function npmSbom(): Promise<Bom> {
  const lines: string[] = [];
  const output = (text: string): void => void lines.push(text);
  const args = ["sbom", "--sbom-format=cyclonedx", "--omit=dev", "--package-lock-only", "--loglevel=error"];
  const { code } = await runNpm(args, { cwd: repositoryFolder, output });
  if (code !== 0) throw new Error(["npm makes no bill of materials:", ...lines].join("\n"));
  return v.parse(bomSchema, JSON.parse(lines.join("\n")));
}

/** A UUID (RFC 9562, version 8) that stands for a text. */
function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, variant + hex.slice(17, 20)];
  return [...parts, hex.slice(20, 32)].join("-");
}
