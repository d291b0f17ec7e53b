import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { accessibilityHelp } from "../../../src/explorer/accessibilityHelp.ts";
import { assertGolden } from "../../golden/goldenText.ts";
import { repositoryFolder } from "../../harness/paths.ts";

const view = (accessibilityHelpContent: string, id = "procore.explorer"): object => ({ id, accessibilityHelpContent });
const manifestOf = (views: readonly object[], keybindings: readonly object[] = []): unknown => ({
  contributes: { keybindings, views: { procore: views } },
});

describe("accessibilityHelp", () => {
  it("reads like this", () => {
    const read = (name: string): string => readFileSync(path.join(repositoryFolder, name), "utf8");
    const texts = JSON.parse(read("package.nls.json")) as Readonly<Record<string, string>>;
    // As VS Code fills them in.
    const manifest: unknown = JSON.parse(read("package.json"), (_key, value: unknown) =>
      typeof value === "string" && /^%[\w.]+%$/u.test(value) ? texts[value.slice(1, -1)] : value,
    );
    assertGolden("explorer/accessibilityHelp", accessibilityHelp(manifest));
  });

  it("names the key of both kinds of keyboard, one where they are alike", () => {
    const keys = [
      { command: "procore.findProject", key: "ctrl+alt+p", mac: "cmd+alt+p" },
      { command: "procore.showAccessibilityHelp", key: "alt+f1" },
    ];
    const help = view("Press <keybinding:procore.findProject> or <keybinding:procore.showAccessibilityHelp>.");
    assert.equal(accessibilityHelp(manifestOf([help], keys)), "Press Ctrl+Alt+P (on a Mac: Cmd+Alt+P) or Alt+F1.");
  });

  it("says that there is no key, rather than nothing", () => {
    assert.equal(accessibilityHelp(manifestOf([view("<keybinding:procore.other>")])), "(no key assigned)");
  });

  it("is that of the Companies view", () => {
    assert.equal(accessibilityHelp(manifestOf([view("another", "procore.other"), view("this")])), "this");
  });
});
