import assert from "node:assert/strict";
import { ProcoreError } from "../../../src/core/errors.ts";
import { companyId, projectId } from "../../../src/core/procore/ids.ts";
import { PinChecks } from "../../../src/explorer/pinChecks.ts";
import { FakeProcoreClient } from "../../fakes/fakeProcoreClient.ts";
import { sampleConnection } from "../../fakes/sampleConnection.ts";

const connection = sampleConnection();
const pin = (id: number) => ({
  companyId: companyId(12),
  companyName: "Acme",
  projectId: projectId(id),
  name: `Project ${id}`,
});
const http = (status: number) => new ProcoreError({ kind: "http", status, message: "", host: "api.procore.com" });

function setUp() {
  const procore = new FakeProcoreClient();
  const checks = new PinChecks(procore);
  let answered = 0;
  checks.onDidAnswer(() => (answered += 1));
  return { procore, checks, answered: () => answered };
}

describe("PinChecks", () => {
  it("asks about each project once, behind everything else, and tells when all answered", async () => {
    const { procore, checks, answered } = setUp();
    const asked = checks.ask(connection, [pin(1), pin(2)]);
    await checks.ask(connection, [pin(1), pin(2)]);
    assert.equal(procore.recordCalls.length, 2);
    assert.deepEqual(procore.recordCalls[0]?.request, {
      method: "GET",
      path: ["rest", "v1.0", "projects", "1"],
      query: { company_id: "12" },
      companyId: "12",
      priority: "background",
    });
    procore.recordCalls[0]?.answer('{"id": 1, "name": "Renamed", "active": false}');
    procore.recordCalls[1]?.fail(http(404));
    await asked;
    const first = checks.answerOf(pin(1));
    assert.equal(typeof first === "object" && first.name, "Renamed");
    assert.equal(checks.answerOf(pin(2)), "gone");
    assert.equal(answered(), 1);
    await checks.ask(connection, [pin(1), pin(2)]);
    assert.equal(procore.recordCalls.length, 2);
  });

  const failures: readonly (readonly [string, unknown, "gone" | undefined])[] = [
    ["403", http(403), "gone"],
    ["the app is not installed", new ProcoreError({ kind: "appNotConnected" }), "gone"],
    ["500", http(500), undefined],
    ["no network", new ProcoreError({ kind: "network", cause: "timeout", host: "api.procore.com" }), undefined],
  ];
  for (const [name, failure, expected] of failures) {
    it(`takes a project for ${expected ?? "not answered"}: ${name}`, async () => {
      const { procore, checks } = setUp();
      const asked = checks.ask(connection, [pin(1)]);
      procore.recordCalls[0]?.fail(failure);
      await asked;
      assert.equal(checks.answerOf(pin(1)), expected);
    });
  }

  it("believes no answer about another project, or that is none", async () => {
    for (const body of ['{"id": 2, "name": "Other"}', "<html>", "[]"]) {
      const { procore, checks } = setUp();
      const asked = checks.ask(connection, [pin(1)]);
      procore.recordCalls[0]?.answer(body);
      await asked;
      assert.equal(checks.answerOf(pin(1)), undefined);
    }
  });

  it("drops answers that were asked for before it forgot", async () => {
    const { procore, checks, answered } = setUp();
    const asked = checks.ask(connection, [pin(1)]);
    procore.recordCalls[0]?.answer('{"id": 1, "name": "Old"}');
    checks.forget();
    await asked;
    assert.equal(procore.recordCalls[0]?.signal?.aborted, true);
    assert.equal(checks.answerOf(pin(1)), undefined);
    assert.equal(answered(), 0);
  });
});
