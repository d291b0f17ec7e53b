import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import * as v from "valibot";
import { repositoryFolder } from "../harness/paths.ts";
import { bundledPackages } from "../release/bundledPackages.ts";
import { allowedLicences } from "../release/notices.ts";
import { billOfMaterials } from "../release/sbom.ts";

const read = async (file: string): Promise<string> => await readFile(path.join(repositoryFolder, file), "utf8");

const lockedSchema = v.object({
  version: v.optional(v.string()),
  license: v.optional(v.string()),
  dev: v.optional(v.boolean()),
  integrity: v.optional(v.string()),
  hasInstallScript: v.optional(v.boolean()),
  optionalDependencies: v.optional(v.record(v.string(), v.string())),
});
const lockSchema = v.object({ packages: v.record(v.string(), lockedSchema) });
type Locked = v.InferOutput<typeof lockedSchema>;

/** Licences of what only people who work on the extension install. */
const allowedForTools: readonly string[] = [
  ...allowedLicences,
  "(BSD-3-Clause OR GPL-2.0)",
  "(MIT AND Zlib)",
  "(MIT OR GPL-3.0-or-later)",
  "Artistic-2.0",
  "BlueOak-1.0.0",
  "EPL-2.0",
  "MPL-2.0",
  "PSF-2.0",
  "Python-2.0",
  // The signing tool of vsce, under Microsoft's own terms; it is not passed on.
  "SEE LICENSE IN LICENSE.txt",
];

describe("dependencies (security rule 10)", () => {
  let lock: string;
  let packages: readonly (readonly [string, Locked])[];
  before(async () => {
    lock = await read("package-lock.json");
    packages = Object.entries(v.parse(lockSchema, JSON.parse(lock)).packages).filter(([place]) => place !== "");
  });
  const placesWhere = (isSo: (locked: Locked, place: string) => boolean): readonly string[] =>
    packages.filter(([place, locked]) => isSo(locked, place)).map(([place]) => place);
  const nameOf = (place: string): string => place.replace(/^.*node_modules\//u, "");

  it("are locked so that npm ci takes the file on every system, and no registry is named", () => {
    const optional = packages.flatMap(([, item]) => Object.keys(item.optionalDependencies ?? {}));
    const missing = optional.filter((name) => !packages.some(([place]) => nameOf(place) === name));
    assert.deepEqual(missing, []);
    assert.doesNotMatch(lock, /"resolved"/u);
  });

  it("are locked with the hash of what is installed, each of them", () => {
    const unchecked = placesWhere(({ integrity }) => integrity?.startsWith("sha512-") !== true);
    assert.deepEqual(unchecked, []);
  });

  it("run no install script but those that package.json names", async () => {
    const { allowScripts } = v.parse(
      v.object({ allowScripts: v.record(v.string(), v.boolean()) }),
      JSON.parse(await read("package.json")),
    );
    const scripted = placesWhere(({ hasInstallScript }) => hasInstallScript === true).map(nameOf);
    // It builds for macOS only, and is optional there.
    const named = [...Object.keys(allowScripts), "fsevents"];
    assert.deepEqual(
      scripted.filter((name) => !named.includes(name)),
      [],
    );
  });

  it("in the package are under licences that ask for a notice only", async () => {
    const bundled = await bundledPackages();
    assert.ok(bundled.length > 0);
    assert.deepEqual(
      bundled.filter(({ licence }) => !allowedLicences.includes(licence)),
      [],
    );
  });

  it("in the package are the versions of the lock file, and none is a tool", async () => {
    const bundled = await bundledPackages();
    const wrong = bundled.filter(({ name, version }) => {
      const locked = packages.find(([place]) => place === `node_modules/${name}`)?.[1];
      return locked?.version !== version || locked.dev === true;
    });
    assert.deepEqual(wrong, []);
  });

  it("are under known licences, the tools too", () => {
    assert.deepEqual(
      placesWhere(({ license }) => !allowedForTools.includes(license ?? "")),
      [],
    );
  });
});

describe("the bill of materials", () => {
  const bomSchema = v.object({ components: v.array(v.object({ name: v.string(), version: v.string() })) });

  it("is valid CycloneDX 1.5", async () => {
    const validate = await cycloneDxValidator();
    const text = await read("dist/sbom.cdx.json");
    assert.equal(validate(JSON.parse(text)), true, JSON.stringify(validate.errors));
    const nameless = { bomFormat: "CycloneDX", specVersion: "1.5", components: [{ type: "library" }] };
    assert.equal(validate(nameless), false);
  });

  it("names what is in the bundles, and nothing else", async () => {
    const bundled = await bundledPackages();
    const { components } = v.parse(bomSchema, JSON.parse(await read("dist/sbom.cdx.json")));
    const names = (list: readonly { readonly name: string; readonly version: string }[]): readonly string[] =>
      list.map(({ name, version }) => `${name} ${version}`).toSorted();
    assert.deepEqual(names(components), names(bundled));
  });

  it("is the same each time, and another one for other bundles", async function () {
    this.timeout("60s");
    const bundled = await bundledPackages();
    const again = await billOfMaterials(bundled);
    assert.equal(again, await read("dist/sbom.cdx.json"));
    assert.doesNotMatch(again, /"timestamp"/u);
    const serialNumber = (text: string): string | undefined => /"serialNumber": "([^"]+)"/u.exec(text)?.[1];
    assert.match(
      serialNumber(again) ?? "",
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u,
    );
    assert.notEqual(serialNumber(again), serialNumber(await billOfMaterials(bundled.slice(1))));
  });
});

/** By the published schemas, which OWASP's own library carries. */
async function cycloneDxValidator(): Promise<ReturnType<Ajv["compile"]>> {
  const folder = "node_modules/@cyclonedx/cyclonedx-library/res/schema";
  const schema = async (name: string): Promise<object> =>
    v.parse(v.looseObject({}), JSON.parse(await read(`${folder}/${name}.SNAPSHOT.schema.json`)));
  // Both formats are wider than those that ajv-formats checks, and have no checker of their own here.
  const formats = { "iri-reference": true, "idn-email": true } as const;
  // The schemas' patterns are no Unicode patterns.
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false, formats });
  addFormats.default(ajv);
  for (const name of ["spdx", "jsf-0.82"]) {
    ajv.addSchema(await schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  }
  return ajv.compile(await schema("bom-1.5"));
}
