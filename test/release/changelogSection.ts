import * as v from "valibot";

const manifestSchema = v.object({ version: v.string() });

/**
 * The section of the changelog for the version that `tag` names.
 * @throws when the tag is not `v` and the version of package.json, or the changelog has nothing on it
 */
export function releaseNotes(tag: string, manifest: string, changelog: string): string {
  const { version } = v.parse(manifestSchema, JSON.parse(manifest));
  if (tag !== `v${version}`) throw new Error(`The tag is ${tag || "missing"}, but package.json says ${version}.`);
  const sections = changelog.split(/^## /mu).slice(1);
  const section = sections.find((text) => text.split(/\s/u, 1)[0] === version);
  const notes = section?.slice(section.indexOf("\n")).trim() ?? "";
  if (notes === "") throw new Error(`CHANGELOG.md has nothing on ${version}.`);
  return notes;
}
