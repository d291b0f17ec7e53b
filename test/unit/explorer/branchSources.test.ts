import assert from "node:assert/strict";
import { companyId } from "../../../src/core/procore/ids.ts";
import { projectsSource } from "../../../src/explorer/branchSources.ts";
import { companyNode, problemNode } from "../../../src/explorer/nodes.ts";
import { noChoices } from "../../../src/explorer/viewChoices.ts";
import { FakeProcoreClient, sampleCompany } from "../../fakes/fakeProcoreClient.ts";
import { sampleConnection } from "../../fakes/sampleConnection.ts";

describe("projectsSource", () => {
  for (const grant of [
    { kind: "authorizationCode" },
    { kind: "clientCredentials", companyId: companyId(1), companyName: undefined },
  ] as const) {
    it(`says whose empty list it is: ${grant.kind}`, () => {
      const deps = {
        procore: new FakeProcoreClient(),
        connection: () => sampleConnection({ grant }),
        found: () => [],
        problem: problemNode,
        choices: noChoices,
      };
      const empty = projectsSource(deps, companyNode(sampleCompany(1), "onDemand")).empty();
      assert.equal(empty.kind === "noProjects" && empty.account, grant.kind);
    });
  }
});
