import assert from "node:assert/strict";
import { companyNode, itemNode, projectNode, toolNode } from "../../../src/explorer/nodes.ts";
import { fetchRecord, recordRequest, type RecordNode } from "../../../src/explorer/records.ts";
import { FakeProcoreClient, sampleCompany, sampleItem, sampleProject, toolOf } from "../../fakes/fakeProcoreClient.ts";
import { sampleConnection } from "../../fakes/sampleConnection.ts";

const company = companyNode(sampleCompany(12), "onDemand");
const project = projectNode(company, sampleProject(34));
const item = itemNode(toolNode(project, toolOf("changeEvents")), sampleItem(56));
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function fetch(node: RecordNode) {
  const procore = new FakeProcoreClient();
  const controller = new AbortController();
  const record = fetchRecord(procore, { connection: sampleConnection(), node }, controller.signal);
  return { procore, record, controller };
}

describe("fetchRecord", () => {
  it("asks for one record with its company", () => {
    assert.deepEqual(recordRequest(project), {
      method: "GET",
      path: ["rest", "v1.0", "projects", "34"],
      query: { company_id: "12" },
      companyId: "12",
    });
    assert.deepEqual(recordRequest(item), {
      method: "GET",
      path: ["rest", "v1.1", "change_events", "56"],
      query: { project_id: "34" },
      companyId: "12",
    });
  });

  it("gives the server's own text, formatted, and the request", async () => {
    const { procore, record } = fetch(project);
    procore.recordCalls[0]?.answer('{"id":34,"total_value":"120000.0","big":12345678901234567890}');
    assert.deepEqual(await record, {
      request: recordRequest(project),
      text: '{\n  "id": 34,\n  "total_value": "120000.0",\n  "big": 12345678901234567890\n}',
    });
  });

  it("finds a company in the list that it comes from, on a later page too", async () => {
    const { procore, record } = fetch(company);
    const others = Array.from({ length: 300 }, (_, index) => ({ id: 1_000 + index }));
    procore.recordCalls[0]?.answer(JSON.stringify(others));
    await settled();
    procore.recordCalls[1]?.answer('[{"id":11},{"id":12,"name":"A \\u0041"},{"id":13}]');
    const found = await record;
    assert.equal(found?.text, '{\n  "id": 12,\n  "name": "A \\u0041"\n}');
    assert.deepEqual(found.request.query, { page: 2, per_page: 300, include_free_companies: "true" });
  });

  it("says when the company is no longer in it", async () => {
    for (const body of ["[]", "{}", '[{"id":13},{"name":"none"},"12"]']) {
      const { procore, record } = fetch(company);
      procore.recordCalls[0]?.answer(body);
      assert.equal(await record, undefined);
    }
  });
});
