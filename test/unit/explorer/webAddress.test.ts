import assert from "node:assert/strict";
import { companyNode, itemNode, moreNode, projectNode, toolNode, type TreeNode } from "../../../src/explorer/nodes.ts";
import { addressOf } from "../../../src/explorer/webAddress.ts";
import { sampleCompany, sampleItem, sampleProject, toolOf } from "../../fakes/fakeProcoreClient.ts";
import { environmentParts } from "../../fakes/sampleConnection.ts";

const company = companyNode(sampleCompany(12), "onDemand");
const project = projectNode(company, sampleProject(34));
const [rfis, drawings] = [toolNode(project, toolOf("rfis")), toolNode(project, toolOf("drawings"))];
const tools = "/webclients/host/companies/12/projects/34/tools";

describe("addressOf", () => {
  const cases: readonly (readonly [string, TreeNode, string | undefined])[] = [
    ["a company", company, "/12/company/home/list"],
    ["a project", project, `${tools}/projecthome`],
    ["a tool", rfis, `${tools}/rfis`],
    ["an item", itemNode(rfis, sampleItem(56)), `${tools}/rfis/56`],
    ["a submittal", itemNode(toolNode(project, toolOf("submittals")), sampleItem(57)), `${tools}/submittals/57`],
    ["a tool without a known address", drawings, undefined],
    ["an item without one", itemNode(drawings, sampleItem(56)), undefined],
    ["what stands in place of projects", moreNode(company, { loaded: 300 }), "/12/company/home/list"],
    ["what stands in place of items", { kind: "noItems", id: "x", parent: rfis }, `${tools}/rfis`],
    [
      "what stands in place of companies",
      { kind: "noCompanies", id: "x", parent: undefined, ...environmentParts("production") },
      undefined,
    ],
  ];
  for (const [name, node, path] of cases) {
    it(`${name}: ${path ?? "none"}`, () => {
      const expected = path === undefined ? undefined : `https://us02.procore.com${path}`;
      assert.equal(addressOf(node)?.("https://us02.procore.com"), expected);
    });
  }
});
