import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { access, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { languages } from "../harness/words.ts";

const root = path.resolve(import.meta.dirname, "../..");
const read = async (file: string): Promise<string> => await readFile(path.join(root, file), "utf8");

interface Manifest {
  readonly main: string;
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly scope?: string }>> };
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon?: string }[]>>;
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string; readonly icon: string }[] };
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string; readonly when?: string }[];
  };
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
}

describe("package.json", () => {
  let text = "";
  let manifest: Manifest;
  before(async () => {
    text = await read("package.json");
    manifest = JSON.parse(text) as Manifest;
  });

  const registered = async (): Promise<readonly string[]> => {
    const source = await read("src/platform/commands.ts");
    const list = /commandIds = \[([\s\S]*?)\]/u.exec(source)?.[1] ?? "";
    return Array.from(list.matchAll(/"([^"]+)"/gu), (match) => match[1] ?? "");
  };

  it("contributes every command id of the code, and no other", async () => {
    const contributed = manifest.contributes.commands.map(({ command }) => command);
    assert.deepEqual(contributed.toSorted(), (await registered()).toSorted());
  });

  it("has one category for all commands", () => {
    assert.deepEqual([...new Set(manifest.contributes.commands.map(({ category }) => category))], ["%category%"]);
  });

  it("names in menus and welcome views only commands that exist", async () => {
    const known = await registered();
    const inMenus = Object.values(manifest.contributes.menus)
      .flat()
      .map(({ command }) => command);
    const inViews = manifest.contributes.viewsWelcome.map(({ contents }) => contents).join(" ");
    const nls = await read("package.nls.json");
    const linked = Array.from(`${inViews} ${nls}`.matchAll(/command:(procore\.\w+)/gu), (match) => match[1] ?? "");
    assert.deepEqual(
      [...inMenus, ...linked].filter((command) => !known.includes(command)),
      [],
    );
  });

  it("uses in `when` only context keys that the code sets", async () => {
    const source = await read("src/platform/contextKeys.ts");
    const keys = Array.from(source.matchAll(/"(procore\.\w+)":/gu), (match) => match[1] ?? "");
    const clauses = Array.from(text.matchAll(/"when": "([^"]+)"/gu), (match) => match[1] ?? "").join(" ");
    const used = Array.from(clauses.matchAll(/(?<![\w.])procore\.\w+/gu), (match) => match[0]).filter(
      (key) => key !== "procore.explorer",
    );
    assert.ok(used.length > 0);
    assert.deepEqual(
      used.filter((key) => !keys.includes(key)),
      [],
    );
  });

  it("has a text for every %key%, and uses every text", async () => {
    const nls = JSON.parse(await read("package.nls.json")) as Record<string, string>;
    const used = new Set(Array.from(text.matchAll(/%([\w.]+)%/gu), (match) => match[1] ?? ""));
    assert.deepEqual(
      [...used].filter((key) => nls[key] === undefined),
      [],
    );
    assert.deepEqual(
      Object.keys(nls).filter((key) => !used.has(key)),
      [],
    );
  });

  it("lets no workspace decide where tokens go (security rule 4)", () => {
    for (const [name, { scope }] of Object.entries(manifest.contributes.configuration.properties)) {
      // What decides nothing about tokens may be different in each workspace.
      if (name === "procore.explorer.projects") {
        assert.equal(scope, "window", name);
        continue;
      }
      assert.equal(scope, "application", name);
      assert.ok(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.includes(name), name);
    }
  });

  it("has the icons it names", async () => {
    const icons = manifest.contributes.viewsContainers.activitybar.map(({ icon }) => icon);
    for (const icon of icons) await access(path.join(root, icon));
  });

  it("pins the VS Code types to the oldest version it supports, and every dependency", () => {
    assert.equal(`^${manifest.devDependencies["@types/vscode"] ?? ""}`, manifest.engines.vscode);
    const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    assert.deepEqual(
      versions.filter(([, version]) => !/^\d/u.test(version)),
      [],
    );
  });

  it("has a lock file that npm ci takes on every system, and that names no registry", async () => {
    const lock = await read("package-lock.json");
    const { packages } = JSON.parse(lock) as {
      readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>;
    };
    const optional = Object.values(packages).flatMap((item) => Object.keys(item.optionalDependencies ?? {}));
    const missing = optional.filter(
      (name) => !Object.keys(packages).some((file) => file.endsWith(`node_modules/${name}`)),
    );
    assert.deepEqual(missing, []);
    assert.doesNotMatch(lock, /"resolved"/u);
  });

  it("packs what is needed and nothing else", async function () {
    this.timeout("30s");
    const vsce = path.join(root, "node_modules/@vscode/vsce/vsce");
    const { stdout } = await promisify(execFile)(process.execPath, [vsce, "ls", "--no-dependencies"], { cwd: root });
    const files = stdout.trim().split(/\r?\n/u);
    const media = (await readdir(path.join(root, "media"))).filter((file) => /\.(svg|png|md)$/u.test(file));
    const documents = ["CHANGELOG.md", "LICENSE", "README.md", "package.json", "package.nls.json"];
    const translations = languages.flatMap((language) => [
      `package.nls.${language}.json`,
      `l10n/bundle.l10n.${language}.json`,
    ]);
    const names = ["explorer", "extension", "network", "panel", "sandbox", "sessions", "signIn", "upkeep"];
    const bundles = names.map((name) => `dist/${name}.js`);
    const shown = (await read("README.md")).matchAll(/\]\((media\/[^)]+)\)/gu);
    const pictures = Array.from(shown, (match) => match[1] ?? "");
    assert.ok(pictures.length > 0);
    const expected = documents.concat(
      translations,
      bundles,
      pictures,
      media.map((file) => `media/${file}`),
    );
    assert.deepEqual(files.toSorted(), expected.toSorted());
  });
});
