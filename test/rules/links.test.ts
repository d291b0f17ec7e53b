import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { deadLinks } from "../harness/markdown.ts";
import { repositoryFolder } from "../harness/paths.ts";
import { packedPage } from "../release/packedLinks.ts";

const pages = ["*.md", ".github/*.md", "docs/*.md", "test/*.md", "test/fakes/*.md"].flatMap((pattern) =>
  globSync(pattern, { cwd: repositoryFolder }).map((file) => file.replaceAll("\\", "/")),
);

describe("links between pages", () => {
  it("lead to a file and a heading that are there", async () => {
    assert.ok(pages.length > 10);
    const textOf = (file: string): Promise<string | undefined> =>
      readFile(path.join(repositoryFolder, file), "utf8").catch(() => undefined);
    assert.deepEqual(await deadLinks(pages, textOf), []);
  });

  it("that are dead are found", async () => {
    const texts = new Map([
      ["a.md", "# One thing\n[a](#one-thing) [b](#two) [c](docs/b.md#there) [d](docs/c.md) [e](https://example.com)"],
      ["docs/b.md", "## There\n![f](../media/x.png) [g](../a.md#one-thing)"],
    ]);
    assert.deepEqual(await deadLinks([...texts.keys()], (file) => Promise.resolve(texts.get(file))), [
      "a.md: [b](#two)",
      "a.md: [d](docs/c.md)",
      "docs/b.md: ![f](../media/x.png)",
    ]);
  });

  const packed = ["extension/readme.md", "extension/LICENSE.txt", "extension/docs/a.md", "extension/media/x.png"];
  const cases: readonly (readonly [string, string, string, string])[] = [
    [
      "a page that is packed",
      "readme.md",
      "[a](docs/a.md#one) ![x](media/x.png)",
      "[a](docs/a.md#one) ![x](media/x.png)",
    ],
    ["a file that has another name there", "docs/a.md", "[r](../README.md#one)", "[r](../readme.md#one)"],
    ["the licence", "readme.md", "[MIT](LICENSE).", "[MIT](LICENSE.txt)."],
    ["a file that is not packed", "readme.md", "See [CONTRIBUTING.md](CONTRIBUTING.md).", "See CONTRIBUTING.md."],
    ["its own heading", "docs/a.md", "[b](#b)", "[b](#b)"],
    ["an address in the web", "readme.md", "[w](https://example.com/LICENSE)", "[w](https://example.com/LICENSE)"],
  ];
  for (const [what, file, text, expected] of cases) {
    it(`in the package: ${what}`, () => {
      assert.equal(packedPage(`extension/${file}`, text, packed), expected);
    });
  }
});

describe("the README of the fakes", () => {
  it("has a section for every fake", async () => {
    const readme = await readFile(path.join(repositoryFolder, "test/fakes/README.md"), "utf8");
    const headings = readme.split("\n").filter((line) => line.startsWith("## "));
    const fakes = globSync("*.ts", { cwd: path.join(repositoryFolder, "test/fakes") });
    assert.deepEqual(
      fakes.filter((file) => !headings.some((heading) => heading.slice(3).split(", ").includes(file))),
      [],
    );
  });
});
