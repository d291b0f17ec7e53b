import assert from "node:assert/strict";
import { ProcoreError } from "../../../src/core/errors.ts";
import { describeRow } from "../../../src/explorer/kinds.ts";
import {
  companyNode,
  foundNode,
  itemNode,
  moreNode,
  pinnedNode,
  problemNode,
  projectNode,
  toolNode,
  type TreeNode,
} from "../../../src/explorer/nodes.ts";
import { sampleCompany, sampleItem, sampleProject, toolOf } from "../../fakes/fakeProcoreClient.ts";
import { environmentParts } from "../../fakes/sampleConnection.ts";
import { assertGolden } from "../../golden/goldenText.ts";
import { contributes, rowEntries, rowsWithMenus } from "../../harness/menus.ts";
import { isTrue } from "../../harness/whenClause.ts";

const company = companyNode(sampleCompany(12), "onDemand");
const project = projectNode(company, sampleProject(34));
const [rfis, drawings] = [toolNode(project, toolOf("rfis")), toolNode(project, toolOf("drawings"))];
const http = (status: number) => new ProcoreError({ kind: "http", status, message: "", host: "api.procore.com" });
const unreachable = new ProcoreError({ kind: "network", cause: "hostNotFound", host: "api.procore.com" });
const refused = new ProcoreError({ kind: "signedOut" });

/** Rows of every kind, and of each as many as have menus of their own. */
const rows: Readonly<Record<TreeNode["kind"], readonly TreeNode[]>> = {
  pinned: [pinnedNode],
  company: [company, companyNode(sampleCompany(13, { isActive: false }), "onDemand")],
  project: [project, projectNode(company, sampleProject(35, { active: false }))],
  found: [foundNode(company)],
  tool: [rfis, drawings],
  item: [itemNode(rfis, sampleItem(56)), itemNode(drawings, sampleItem(57))],
  more: [moreNode(company, { loaded: 300 })],
  noCompanies: [
    { kind: "noCompanies", id: "noCompanies", parent: undefined, ...environmentParts("development-sandbox") },
  ],
  noProjects: [{ kind: "noProjects", id: "none", parent: company, account: "authorizationCode" }],
  noItems: [{ kind: "noItems", id: "none", parent: rfis }],
  noAccess: [problemNode(rfis, http(403), "branch")],
  notConnected: [problemNode(company, new ProcoreError({ kind: "appNotConnected" }), "branch")],
  failed: [
    problemNode(company, refused, "branch"),
    problemNode(company, refused, "nextPage"),
    problemNode(company, http(503), "branch"),
    problemNode(company, http(503), "nextPage"),
    problemNode(company, unreachable, "branch"),
    problemNode(company, unreachable, "nextPage"),
  ],
};

/** A project has another menu while it is pinned. */
const contextValuesOf = (node: TreeNode): readonly string[] =>
  (["notPinned", "pinned"] as const).map((pin) => describeRow(node, [], { pin }).contextValue);

describe("menus", () => {
  it("are contributed as reviewed, with every `when` clause", () => {
    const { commands, menus, keybindings, viewsWelcome } = contributes();
    const inMenus = Object.entries(menus).flatMap(([menu, entries]) =>
      entries.map(({ command, group, when }) => [command, `${menu}${group === undefined ? "" : ` ${group}`}`, when]),
    );
    const byKey = keybindings.map(({ command, key, mac, when }) => [
      command,
      `key ${key}, on macOS ${mac ?? key}`,
      when,
    ]);
    // A command that the palette's menu does not name is always there.
    const always = commands
      .filter(({ command }) => !(menus["commandPalette"] ?? []).some((entry) => entry.command === command))
      .map(({ command }) => [command, "commandPalette", "always"]);
    const lines = [...inMenus, ...byKey, ...always].map(
      ([command = "", place = "", when = "always"]) => `${command}\n  ${place}\n    ${when}`,
    );
    const welcome = viewsWelcome.map(({ contents, when = "always" }) => `${contents}\n    ${when}`);
    assertGolden("menus", [...lines.toSorted(), ...welcome.toSorted()].join("\n"));
  });

  it("of each kind of row are the reviewed ones", () => {
    const list = (contextValue: string, selection: "one row" | "several rows", place: "inline" | "menu"): string => {
      const entries = rowEntries(contextValue, selection).filter(
        ({ group = "" }) => group.startsWith("inline") === (place === "inline"),
      );
      const sorted = entries.toSorted((one, other) => (one.group ?? "").localeCompare(other.group ?? ""));
      return sorted.map(({ command }) => command.replace("procore.", "")).join(", ") || "-";
    };
    const blocks = Object.entries(rows).flatMap(([kind, nodes]) =>
      [...new Set(nodes.flatMap(contextValuesOf))].map((contextValue) =>
        [
          `# ${kind} "${contextValue}"`,
          `buttons: ${list(contextValue, "one row", "inline")}`,
          `menu: ${list(contextValue, "one row", "menu")}`,
          `menu of several: ${list(contextValue, "several rows", "menu")}`,
        ].join("\n"),
      ),
    );
    assertGolden("explorer/rowMenus", blocks.join("\n\n"));
  });

  it("has every button of a row in the row's menu as well, where the keyboard reaches it", () => {
    for (const contextValue of Object.values(rows).flat().flatMap(contextValuesOf)) {
      const entries = rowEntries(contextValue);
      const inMenu = entries.filter(({ group = "" }) => !group.startsWith("inline")).map(({ command }) => command);
      for (const { command } of entries) assert.ok(inMenu.includes(command), `${command} of "${contextValue}"`);
    }
  });

  it("are all run in an extension host (test/vscode/rowMenus.test.ts)", () => {
    const values = Object.values(rows).flat().flatMap(contextValuesOf);
    for (const value of values.filter((each) => each.includes(" inactive"))) {
      assert.deepEqual(rowEntries(value), rowEntries(value.replace(" inactive", "")));
    }
    const active = values.filter((each) => !each.includes(" inactive"));
    assert.deepEqual([...new Set(active)].toSorted(), rowsWithMenus);
  });

  it("shows no entry twice in one menu", () => {
    for (const contextValue of Object.values(rows).flat().flatMap(contextValuesOf)) {
      const inMenu = rowEntries(contextValue).filter(({ group = "" }) => !group.startsWith("inline"));
      assert.equal(new Set(inMenu.map(({ command }) => command)).size, inMenu.length, contextValue);
    }
  });
});

describe("a `when` clause", () => {
  const values = { a: true, state: "signedIn", view: "procore.explorer", viewItem: "item web" };
  const cases: readonly (readonly [string, boolean])[] = [
    ["a", true],
    ["!a", false],
    ["b", false],
    ["!b", true],
    ["state == signedIn", true],
    ["state != signedIn", false],
    ["b == x", false],
    ["viewItem =~ /^(tool|item) web$/", true],
    ["viewItem =~ /^tool/", false],
    ["viewItem =~ /a\\/b/", false],
    ["b && a || a", true],
    ["a || a && b", true],
    ["b && (a || a)", false],
    ["!(a && b)", true],
    ["view == procore.explorer && !b", true],
    ["false", false],
  ];
  for (const [clause, expected] of cases) it(clause, () => assert.equal(isTrue(clause, values), expected));

  for (const clause of ["", "a &&", "a b", "(a", "a === b", "a =~ b", "a > 1", "a in b"]) {
    it(`"${clause}" is refused`, () => assert.throws(() => isTrue(clause, values)));
  }
});
