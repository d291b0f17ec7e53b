import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { mkdir, readFile, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { repositoryFolder } from "../paths.ts";
import { removeFolder } from "../removeFolder.ts";
import { makeScratchFolder } from "../scratch.ts";
import { isPackageCurrent, packageSources } from "./packageExtension.ts";

describe("the package that is made only when something changed", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await makeScratchFolder("package");
  });
  afterEach(() => removeFolder(folder));

  async function write(file: string, changedAtS: number): Promise<void> {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), "");
    await utimes(path.join(folder, file), changedAtS, changedAtS);
  }
  async function writePackage(): Promise<void> {
    await write("dist/extension.js", 1_000);
    await write("dist/procore-explorer.vsix", 1_001);
    await write("src/extension.ts", 900);
  }

  it("is not there at first, and current once it was made", async () => {
    assert.ok(!isPackageCurrent(folder));
    await writePackage();
    assert.ok(isPackageCurrent(folder));
  });

  it("is out of date by a build that was not packaged", async () => {
    await writePackage();
    await write("dist/extension.js", 1_002);
    assert.ok(!isPackageCurrent(folder));
  });

  for (const file of ["src/core/plain.ts", "l10n/bundle.l10n.es.json", "docs/security.md", "package.nls.fr.json"])
    it(`is out of date by a change of ${file}`, async () => {
      await writePackage();
      await write(file, 1_002);
      assert.ok(!isPackageCurrent(folder));
    });

  it("watches everything that .vscodeignore lets in", async () => {
    const lines = (await readFile(path.join(repositoryFolder, ".vscodeignore"), "utf8")).split("\n");
    const letIn = lines.filter((line) => /^!(?!dist\/)/u.test(line)).map((line) => line.slice(1).trim());
    const packed = globSync(letIn, { cwd: repositoryFolder });
    const watched = new Set(globSync([...packageSources], { cwd: repositoryFolder }));
    assert.ok(packed.length > 10);
    assert.deepEqual(
      packed.filter((file) => !watched.has(file)),
      [],
    );
  });
});
