import assert from "node:assert/strict";
import { access, readFile } from "node:fs/promises";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const read = async (file: string): Promise<string> => await readFile(path.join(root, file), "utf8");

interface MenuEntry {
  readonly command: string;
  readonly when?: string;
  readonly group?: string;
}

interface Manifest {
  readonly main: string;
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category: string;
      readonly icon?: string;
    }[];
    readonly keybindings: readonly { readonly command: string; readonly key: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly scope?: string }>> };
    readonly menus: Readonly<Record<string, readonly MenuEntry[]>>;
    readonly views: Readonly<
      Record<string, readonly { readonly id: string; readonly accessibilityHelpContent?: string }[]>
    >;
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
    const lists = Array.from(source.matchAll(/commandIds = \[([\s\S]*?)\]/giu), (match) => match[1] ?? "").join();
    return Array.from(lists.matchAll(/"([^"]+)"/gu), (match) => match[1] ?? "");
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
    // The editor makes `….focus` of a view.
    const linked = Array.from(`${inViews} ${nls}`.matchAll(/command:(procore[.\w]+)/gu), (match) => match[1] ?? "");
    assert.deepEqual(
      [...inMenus, ...linked].filter((command) => ![...known, "procore.explorer.focus"].includes(command)),
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

  it("has its commands in the README's table, by their titles, and no others", async () => {
    const nls = JSON.parse(await read("package.nls.json")) as Record<string, string>;
    const table = /^## Commands$([\s\S]*?)^## /mu.exec(await read("README.md"))?.[1] ?? "";
    const listed = Array.from(table.matchAll(/^\| ([^|]+?) +\| /gmu), ([, names]) => names ?? "").slice(2);
    // A command of rows may have the title of the palette's: to a person they are one.
    const titles = new Set(manifest.contributes.commands.map(({ title }) => nls[title.slice(1, -1)] ?? title));
    assert.deepEqual(listed.flatMap((names) => names.split(", ")).toSorted(), [...titles].toSorted());
  });

  it("pins the VS Code types to the oldest version it supports, and every dependency", () => {
    assert.equal(`^${manifest.devDependencies["@types/vscode"] ?? ""}`, manifest.engines.vscode);
    const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    assert.deepEqual(
      versions.filter(([, version]) => !/^\d/u.test(version)),
      [],
    );
  });

  describe("for people who see no icon, or use no mouse", () => {
    const isButton = ({ group }: MenuEntry): boolean => /^(navigation|inline)\b/u.test(group ?? "");
    const entries = (menu: string): readonly MenuEntry[] => manifest.contributes.menus[menu] ?? [];

    it("has an icon and a name for every command that is a button", async () => {
      const nls = JSON.parse(await read("package.nls.json")) as Record<string, string>;
      const buttons = ["view/title", "view/item/context", "editor/title"].flatMap((menu) =>
        entries(menu).filter(isButton),
      );
      assert.ok(buttons.length > 5);
      for (const { command } of buttons) {
        const found = manifest.contributes.commands.find((contributed) => contributed.command === command);
        assert.match(found?.icon ?? "", /^\$\([\w-]+\)$/u, command);
        assert.ok((nls[(found?.title ?? "").slice(1, -1)] ?? "").length > 2, command);
      }
    });

    it("has each button of the view's title in the Command Palette", () => {
      const hidden = entries("commandPalette").filter(({ when }) => when === "false");
      const title = entries("view/title").map(({ command }) => command);
      assert.deepEqual(
        hidden.filter(({ command }) => title.includes(command)),
        [],
      );
    });

    it("has a help for each view, which names only keys that there are", async () => {
      const nls = JSON.parse(await read("package.nls.json")) as Record<string, string>;
      const keys = manifest.contributes.keybindings.map(({ command }) => command);
      for (const { id, accessibilityHelpContent } of Object.values(manifest.contributes.views).flat()) {
        const help = nls[(accessibilityHelpContent ?? "").slice(1, -1)] ?? "";
        assert.match(help, /Command Palette/u, id);
        const named = Array.from(help.matchAll(/<keybinding:([^>]+)>/gu), ([, command]) => command ?? "");
        assert.ok(named.length > 0, id);
        assert.deepEqual(
          named.filter((command) => !keys.includes(command)),
          [],
        );
      }
    });
  });
});
