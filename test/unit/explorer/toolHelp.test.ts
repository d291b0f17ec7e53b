import assert from "node:assert/strict";
import { companyId, projectId } from "../../../src/core/procore/ids.ts";
import { toToolArgument } from "../../../src/core/procore/toolPlace.ts";
import { diagnosisOf, toolMessage, toolNamed, toolPlaceOf } from "../../../src/explorer/toolHelp.ts";
import { companyNode, foundNode, problemNode, projectNode, toolNode } from "../../../src/explorer/nodes.ts";
import { sampleCompany, sampleProject } from "../../fakes/fakeProcoreClient.ts";
import { sampleConnection } from "../../fakes/sampleConnection.ts";
import { assertGolden } from "../../golden/goldenText.ts";
import { samplePlace } from "../core/diagnose/world.ts";

describe("help with a tool", () => {
  it("is about the tool that a row is or stands below, in its company and project", () => {
    const company = companyNode(sampleCompany(12), "onDemand");
    const project = projectNode(foundNode(company), sampleProject(34));
    const tool = toolNode(project, samplePlace("rfis").tool);
    const expected = {
      tool: tool.tool,
      companyId: companyId(12),
      companyName: company.company.name,
      projectId: projectId(34),
      projectName: project.project.name,
    };
    assert.deepEqual(toolPlaceOf(tool), expected);
    assert.deepEqual(toolPlaceOf(problemNode(tool, new Error("no"), "branch")), expected);
    const { id } = sampleConnection();
    assert.deepEqual(diagnosisOf(tool, { id }), { connection: id, ...toToolArgument(expected) });
    for (const above of [company, project]) {
      assert.equal(toolPlaceOf(above), undefined);
      assert.deepEqual(diagnosisOf(above, { id }), { connection: id });
    }
  });

  it("writes to an admin in the reviewed words", () => {
    const hostile = { ...samplePlace(), projectName: "Harbor\n\u202eTower" };
    const service = sampleConnection({
      user: undefined,
      grant: { kind: "clientCredentials", companyId: companyId(12), companyName: "Ironbridge & Vale Builders" },
    });
    const texts = [toolMessage(hostile, sampleConnection()), toolMessage(samplePlace(), service)];
    assertGolden("explorer/toolMessage", texts.join(`${"=".repeat(40)}\n`));
  });

  it("follows a report to its own connection only", () => {
    const [mine, other] = [sampleConnection(), sampleConnection({ id: "connection-2" })];
    const argument = toToolArgument(samplePlace());
    assert.deepEqual(toolNamed({ connection: other.id, ...argument }, [mine, other]), {
      place: samplePlace(),
      connection: other,
    });
    for (const wrong of [undefined, argument, { connection: "gone", ...argument }, { connection: mine.id }]) {
      assert.equal(toolNamed(wrong, [mine, other]), undefined);
    }
  });
});
