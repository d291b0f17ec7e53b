import assert from "node:assert/strict";
import { chmod, cp, mkdtemp, readdir, readFile, symlink, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import JSZip from "jszip";
import { assertGolden } from "../golden/goldenText.ts";
import { runChild } from "../harness/children.ts";
import { deadLinks } from "../harness/markdown.ts";
import { repositoryFolder } from "../harness/paths.ts";
import { removeFolder } from "../harness/removeFolder.ts";
import { bundledPackages } from "../release/bundledPackages.ts";
import { thirdPartyNotices } from "../release/notices.ts";
import { repack } from "../release/repack.ts";

/** `npm run package` has built it. */
const vsix = path.join(repositoryFolder, "dist/procore-explorer.vsix");

describe("the package", () => {
  let zip: JSZip;
  before(async () => {
    zip = await JSZip.loadAsync(await readFile(vsix));
  });
  const text = async (name: string): Promise<string> => (await zip.file(name)?.async("text")) ?? `no ${name}`;

  it("holds only what it should", async () => {
    assertGolden("package", Object.keys(zip.files).join("\n"));
  });

  it("has every picture and page that its pages show or link to", async () => {
    const pages = Object.keys(zip.files).filter((name) => name.endsWith(".md"));
    assert.ok((await text("extension/readme.md")).includes("](media/"));
    assert.deepEqual(await deadLinks(pages, async (file) => await zip.file(file)?.async("text")), []);
  });

  it("has the notices of everything that is in its bundles", async () => {
    const expected = thirdPartyNotices(await bundledPackages());
    assert.equal(await text("extension/dist/third-party-notices.txt"), expected);
    for (const part of ["undici 8", "llhttp", "Ethan Arrowood", "Paolo Insogna", "hono ", "valibot "]) {
      assert.ok(expected.includes(part), part);
    }
  });

  it("tells the galleries who made it, what it is and what it costs", async () => {
    const manifest = await text("extension.vsixmanifest");
    for (const part of [
      'Id="procore-explorer" Version="',
      'Publisher="procore-explorer"',
      "<DisplayName>Procore Explorer (Unofficial)</DisplayName>",
      /<Description [^>]*>[^<]{60,200}Not made by Procore\.<\/Description>/u,
      /<Tags>[^<]*\bprocore\b[^<]*<\/Tags>/u,
      "<Categories>Other</Categories>",
      "<GalleryFlags>Public Preview</GalleryFlags>",
      "<License>extension/LICENSE.txt</License>",
      "<Icon>extension/media/icon.png</Icon>",
      'Id="Microsoft.VisualStudio.Services.Content.Pricing" Value="Free"',
      'Id="Microsoft.VisualStudio.Services.Branding.Color" Value="#14304a"',
      'Path="extension/changelog.md"',
    ]) {
      assert.ok(
        typeof part === "string" ? manifest.includes(part) : part.test(manifest),
        `${String(part)} in ${manifest}`,
      );
    }
  });

  it("has an icon that is sharp on every screen", async () => {
    const png = await zip.file("extension/media/icon.png")?.async("nodebuffer");
    // Width and height are the first two numbers of a PNG's header (PNG specification, IHDR).
    const size = [16, 20].map((at) => png?.readUInt32BE(at));
    assert.deepEqual(size, [256, 256]);
  });

  it("holds nothing of this machine", async () => {
    for (const file of Object.values(zip.files)) {
      const content = await file.async("text");
      assert.ok(!content.includes(repositoryFolder), file.name);
    }
  });
});

describe("two builds", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "pe-"));
  });
  after(() => removeFolder(folder));

  it("of the same files give the same package, whatever folder, time, time zone, language and rights", async function () {
    this.timeout("3m");
    const checkout = path.join(folder, "an other place");
    await copyCheckout(checkout);
    const out = path.join(folder, "again.vsix");
    const args = [path.join(checkout, "test/release/package.ts"), "--out", out];
    const env = { TZ: "Asia/Kathmandu", LC_ALL: "lt_LT.UTF-8", SOURCE_DATE_EPOCH: undefined };
    const umask = process.umask(0o077);
    const { code, tail } = await runChild(process.execPath, args, { cwd: checkout, env }).finally(() =>
      process.umask(umask),
    );
    assert.equal(code, 0, tail.join("\n"));
    assert.deepEqual(await differences(await readFile(vsix), await readFile(out)), []);
  });

  it("depend on names and contents alone", async () => {
    const first = new JSZip();
    first.file("b", "two", { date: new Date(2001, 1, 1), unixPermissions: 0o600, createFolders: false });
    first.file("a/b", "one", { date: new Date(2002, 2, 2), unixPermissions: 0o664 });
    const second = new JSZip();
    second.file("a/b", "one", { date: new Date(2026, 3, 3), unixPermissions: 0o755, createFolders: false });
    second.file("b", "two");
    const [one, two] = [
      await first.generateAsync({ type: "uint8array" }),
      await second.generateAsync({ type: "uint8array", compression: "DEFLATE" }),
    ];
    assert.notDeepEqual(one, two);
    assert.deepEqual(await repack(one), await repack(two));
    const again = await JSZip.loadAsync(await repack(one));
    assert.deepEqual(Object.keys(again.files), ["a/b", "b"]);
    assert.equal(await again.file("a/b")?.async("text"), "one");
  });
});

/** The checkout as another person has it: without what was built, and with other times and rights. */
async function copyCheckout(to: string): Promise<void> {
  const left = new Set([".git", "node_modules", "dist", ".vscode-test"]);
  const filter = (from: string): boolean => !left.has(path.relative(repositoryFolder, from));
  await cp(repositoryFolder, to, { recursive: true, filter });
  await symlink(path.join(repositoryFolder, "node_modules"), path.join(to, "node_modules"), "junction");
  const old = new Date("2001-02-03T04:05:06Z");
  for (const entry of await readdir(to, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || file.includes("node_modules")) continue;
    await chmod(file, 0o600);
    await utimes(file, old, old);
  }
}

/** What is different, by file; and the whole, when the files are alike and their container is not. */
async function differences(one: Buffer, two: Buffer): Promise<readonly string[]> {
  if (one.equals(two)) return [];
  const [first, second] = [await JSZip.loadAsync(one), await JSZip.loadAsync(two)];
  const names = new Set([...Object.keys(first.files), ...Object.keys(second.files)]);
  const different: string[] = [];
  for (const name of names) {
    const contents = [first, second].map((zip) => zip.file(name)?.async("text"));
    if ((await contents[0]) !== (await contents[1])) different.push(name);
  }
  return different.length === 0 ? ["the container"] : different;
}
