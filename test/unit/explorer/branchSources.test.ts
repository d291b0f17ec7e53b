import assert from "node:assert/strict";
import { companiesSource, mergeCompanies } from "../../../src/explorer/branchSources.ts";
import { problemNode } from "../../../src/explorer/nodes.ts";
import { FakeProcoreClient, sampleCompany } from "../../fakes/fakeProcoreClient.ts";
import { sampleConnection } from "../../fakes/sampleConnection.ts";

describe("companiesSource", () => {
  it("keeps no companies once it was stopped", async () => {
    const procore = new FakeProcoreClient();
    const deps = { procore, connection: () => sampleConnection(), problem: problemNode };
    const source = companiesSource(deps, () => assert.fail("kept"));
    const controller = new AbortController();
    const load = source.load(1, controller.signal);
    procore.companiesCalls[0]?.answer([sampleCompany(1)]);
    controller.abort();
    assert.deepEqual((await load).nodes, []);
  });
});

describe("mergeCompanies", () => {
  const before = mergeCompanies(new Map(), [sampleCompany(1), sampleCompany(2)]);
  const first = sampleCompany(1);
  const cases = [
    ["one that is as it was", [first, sampleCompany(3)], "same"],
    ["a renamed one", [sampleCompany(1, { name: "Acme" }), sampleCompany(3)], "other"],
    ["one that became inactive", [sampleCompany(1, { isActive: false }), sampleCompany(3)], "other"],
    ["one that is alone now", [first], "other"],
  ] as const;
  for (const [name, companies, expected] of cases) {
    it(`${name}: ${expected} object`, () => {
      const after = mergeCompanies(before, companies);
      assert.equal(after.get(first.id) === before.get(first.id) ? "same" : "other", expected);
      assert.equal(after.size, companies.length);
    });
  }
});
