import assert from "node:assert/strict";
import {
  clickedNode,
  companyMeant,
  idsOf,
  listMeant,
  nodesMeant,
  type TreeSelection,
} from "../../../src/explorer/meant.ts";
import { companyNode, itemNode, moreNode, projectNode, toolNode, type TreeNode } from "../../../src/explorer/nodes.ts";
import { sampleCompany, sampleItem, sampleProject, toolOf } from "../../fakes/fakeProcoreClient.ts";
import { environmentParts } from "../../fakes/sampleConnection.ts";

const company = companyNode(sampleCompany(12), "onDemand");
const other = companyNode(sampleCompany(13), "onDemand");
const project = projectNode(company, sampleProject(34));
const more = moreNode(other, { loaded: 300 });
const tool = toolNode(project, toolOf("rfis"));
const item = itemNode(tool, sampleItem(56));
const empty: TreeNode = {
  kind: "noCompanies",
  id: "noCompanies",
  parent: undefined,
  ...environmentParts("production"),
};
const ours: readonly unknown[] = [company, other, project, more, empty, tool, item];

const tree = (...selected: readonly TreeNode[]): TreeSelection => ({
  selected,
  isNode: (value): value is TreeNode => ours.includes(value),
});

describe("what a command of the tree is meant for", () => {
  const cases: readonly (readonly [string, readonly unknown[], readonly TreeNode[], readonly TreeNode[]])[] = [
    ["the palette, nothing selected", [], [], []],
    ["the palette, two selected", [], [company, project], [company, project]],
    ["a menu on one row", [project], [], [project]],
    ["a menu on a row that is not in the selection", [project, undefined], [company], [project]],
    ["a menu on several selected rows", [company, [company, project]], [company, project], [company, project]],
    ["rows of ours among others", [company, [company, { ...project }, null]], [], [company]],
    ["a list without the clicked row", [company, [project]], [], [company]],
    ["a look-alike", [{ ...company }], [project], [project]],
    ["an id", ["company:12"], [project], [project]],
  ];
  for (const [name, parameters, selected, expected] of cases) {
    it(name, () => assert.deepEqual(nodesMeant(parameters, tree(...selected)), expected));
  }

  it("finds the company of any row below it", () => {
    assert.equal(companyMeant([more], tree(company)), other);
    assert.equal(companyMeant([], tree(empty, project)), company);
    assert.equal(companyMeant([empty], tree(company)), undefined);
    assert.equal(companyMeant([{}], tree()), undefined);
  });

  it("takes no look-alike for a clicked row", () => {
    assert.equal(clickedNode([company], tree()), company);
    assert.equal(clickedNode([{ ...company }], tree()), undefined);
  });

  it("finds the list that a row is in, or that stands below it", () => {
    assert.equal(listMeant([more], tree(company)), other);
    assert.equal(listMeant([item], tree()), tool);
    assert.equal(listMeant([], tree(tool)), tool);
    assert.equal(listMeant([], tree(project)), company);
    assert.equal(listMeant([], tree(empty)), undefined);
    assert.equal(listMeant([], tree()), undefined);
  });

  it("copies the ids of companies, projects and items, each once", () => {
    assert.deepEqual(idsOf([company, more, project, empty, company, tool, item]), ["12", "34", "56"]);
  });
});
