import assert from "node:assert/strict";
import { companyId } from "../../../src/core/procore/ids.ts";
import { companiesSource, mergeCompanies, projectsSource } from "../../../src/explorer/branchSources.ts";
import { companyNode, problemNode } from "../../../src/explorer/nodes.ts";
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

describe("projectsSource", () => {
  for (const grant of [
    { kind: "authorizationCode" },
    { kind: "clientCredentials", companyId: companyId(1), companyName: undefined },
  ] as const) {
    it(`says whose empty list it is: ${grant.kind}`, () => {
      const deps = {
        procore: new FakeProcoreClient(),
        connection: () => sampleConnection({ grant }),
        problem: problemNode,
      };
      const empty = projectsSource(deps, companyNode(sampleCompany(1), "onDemand")).empty();
      assert.equal(empty.kind === "noProjects" && empty.account, grant.kind);
    });
  }
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
