import assert from "node:assert/strict";
import { createReader, unreadable, type ReadBareTexts } from "./bareWords.ts";
import { pseudo, unmarked } from "./pseudo.ts";

describe("texts that bypass l10n.t", () => {
  let read: ReadBareTexts;
  before(async () => (read = await createReader()));

  const rows: readonly (readonly [name: string, source: string, found: readonly (readonly [string, string])[]])[] = [
    ["a property", 'const a = { label: "Sign In" };', [["label", "Sign In"]]],
    [
      "a property behind a condition",
      'const a = { title: is ? "One" : `Two ${x}` };',
      [
        ["title", "One"],
        ["title", "Two {}"],
      ],
    ],
    [
      "an argument",
      'vscode.window.showInformationMessage("Done", "OK");',
      [
        ["vscode.window.showInformationMessage", "Done"],
        ["vscode.window.showInformationMessage", "OK"],
      ],
    ],
    ["a new object", 'throw new Error("No way");', [["Error", "No way"]]],
    ["an assignment", 'item.name = "Session";', [["name", "Session"]]],
    ["a list", 'const a = [["User", x]];', [["", "User"]]],
    ["nothing in l10n.t", 'f(l10n.t("Sign In {0}", x), l10n.t({ message: "A", args: [x], comment: ["B"] }));', []],
    [
      "what is put in",
      'l10n.t("{0} of", is ? "one" : x); l10n.t({ message: "A", args: ["two"] });',
      [
        ["l10n.t", "one"],
        ["args", "two"],
      ],
    ],
    ["a template in l10n.t", "l10n.t(`Sign In ${x}`);", [[unreadable, "`Sign In ${x}`"]]],
    ["a sum in l10n.t", 'l10n.t("Sign " + "In");', [[unreadable, '"Sign " + "In"']]],
    ["an escape in l10n.t", 'l10n.t("Stage \\u201c{0}\\u201d", x);', [[unreadable, '"Stage \\u201c{0}\\u201d"']]],
    [
      "no comparison, type, import or case",
      'import x from "y"; type A = "b"; if (a === "c") switch (d) { case "e": break; }',
      [],
    ],
  ];
  for (const [name, source, found] of rows) {
    it(name, () =>
      assert.deepEqual(
        read(source).map(({ place, text }) => [place, text]),
        found,
      ),
    );
  }
});

describe("marks", () => {
  const rows = [
    ["words", "Sign In", "⟦Sign In⟧"],
    ["what is put in", "Copied ID {0}", "⟦Copied ID ⟪{0}⟫⟧"],
    ["lines", "One\n\nTwo", "⟦One⟧\n\n⟦Two⟧"],
    ["a button of a welcome view", "[Sign In](command:x)", "[⟦Sign In⟧](command:x)"],
    ["a link's address", "or [Show Session]({0})", "⟦or [Show Session]({0})⟧"],
  ] as const;
  for (const [name, message, marked] of rows) it(name, () => assert.equal(pseudo(message), marked));

  it("show what went through no translation, also inside what did", () => {
    assert.deepEqual(unmarked("⟦Sign In⟧"), []);
    assert.deepEqual(unmarked("⟦Copied ⟪⟦an ID⟧⟫⟧"), []);
    assert.deepEqual(unmarked("⟦Copied ⟪an ID⟫⟧ now"), ["an ID", "now"]);
    assert.deepEqual(unmarked("⟦A text that is cut o…"), []);
  });
});
