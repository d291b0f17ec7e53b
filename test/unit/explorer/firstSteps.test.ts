import assert from "node:assert/strict";
import { ProcoreError } from "../../../src/core/errors.ts";
import { createFirstSteps } from "../../../src/explorer/firstSteps.ts";
import { companyNode, problemNode, projectNode, toolNode, type TreeNode } from "../../../src/explorer/nodes.ts";
import { sampleCompany, sampleProject, toolOf } from "../../fakes/fakeProcoreClient.ts";
import { environmentParts, sampleConnection } from "../../fakes/sampleConnection.ts";

const company = companyNode(sampleCompany(12), "onDemand");
const project = projectNode(company, sampleProject(34));
const tool = toolNode(project, toolOf("changeEvents"));
const problem = (kind: "appNotConnected" | "sandboxStopped"): TreeNode =>
  problemNode(company, new ProcoreError({ kind }), "branch");
const atProcore = sampleConnection();
const local = sampleConnection(environmentParts("local-sandbox"));

describe("what the walkthrough is told", () => {
  function opened(...seen: readonly Parameters<ReturnType<typeof createFirstSteps>["opened"]>[]): readonly string[] {
    const told: string[] = [];
    const steps = createFirstSteps((key, value) => void told.push(`${key} ${String(value)}`));
    for (const each of seen) steps.opened(...each);
    return told;
  }

  it("a company's projects, and where they came from", () => {
    assert.deepEqual(opened([company, [project], atProcore]), ["procore.companyExpanded procore"]);
    assert.deepEqual(opened([company, [project], local]), ["procore.companyExpanded local"]);
  });

  it("an answer that there are no projects: the app is installed all the same", () => {
    const none: TreeNode = { kind: "noProjects", id: "none", parent: company, account: "authorizationCode" };
    assert.deepEqual(opened([company, [none], atProcore]), ["procore.companyExpanded procore"]);
  });

  it("nothing of a company where the app is not installed, or that could not be read", () => {
    assert.deepEqual(opened([company, [problem("appNotConnected")], atProcore]), []);
    assert.deepEqual(opened([company, [problem("sandboxStopped")], atProcore]), []);
    assert.deepEqual(opened([company, [project], undefined]), []);
  });

  it("an opened project", () => {
    assert.deepEqual(opened([project, [tool], local]), ["procore.projectOpened true"]);
    assert.deepEqual(opened([tool, [], local]), []);
  });

  it("each once", () => {
    assert.deepEqual(
      opened([company, [project], local], [company, [project], local], [project, [], local], [project, [], atProcore]),
      ["procore.companyExpanded local", "procore.projectOpened true"],
    );
  });
});
