import assert from "node:assert/strict";
import { releaseNotes } from "../release/changelogSection.ts";

describe("release notes", () => {
  const manifest = '{ "version": "1.2.0" }';
  const changelog =
    "# Changelog\n\n## 1.2.0 (2027-01-01)\n\n### Added\n\n- New: ## is no heading here\n\n## 1.1.0\n\n- Old\n";

  it("are the section of the version", () => {
    assert.equal(releaseNotes("v1.2.0", manifest, changelog), "### Added\n\n- New: ## is no heading here");
  });

  const refused: readonly (readonly [string, string, string, string, RegExp])[] = [
    ["a tag of another version", "v1.1.0", manifest, changelog, /The tag is v1\.1\.0, but package\.json says 1\.2\.0/u],
    ["no tag", "", manifest, changelog, /The tag is missing/u],
    ["a version that is not there", "v1.2.0", manifest, "# Changelog\n\n## 1.2.0-rc.1\n\n- x\n", /nothing on 1\.2\.0/u],
    ["an empty section", "v1.2.0", manifest, "## 1.2.0\n\n## 1.1.0\n\n- Old\n", /nothing on 1\.2\.0/u],
  ];
  for (const [what, tag, packageJson, text, message] of refused) {
    it(`are refused for ${what}`, () => {
      assert.throws(() => releaseNotes(tag, packageJson, text), message);
    });
  }
});
