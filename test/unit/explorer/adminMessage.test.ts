import assert from "node:assert/strict";
import { companyId } from "../../../src/core/procore/ids.ts";
import { adminMessage } from "../../../src/explorer/adminMessage.ts";
import { sampleCompany } from "../../fakes/fakeProcoreClient.ts";
import { environmentParts, sampleConnection } from "../../fakes/sampleConnection.ts";
import { assertGolden } from "../../golden/goldenText.ts";

describe("adminMessage", () => {
  it("says in the reviewed words what to install where", () => {
    const message = (id: string): string =>
      adminMessage(sampleCompany(12, { name: "Acme\n\u202eBuilders" }), sampleConnection(environmentParts(id)));
    assertGolden("explorer/adminMessage", message("production"));
    assert.match(message("development-sandbox"), /^Sandbox app version key/m);
    assert.match(message("monthly-sandbox"), /^Production app version key/m);
    assert.match(message("federal"), /^App version key/m);
  });

  it("asks for the projects of a service account, too", () => {
    const grant = { kind: "clientCredentials", companyId: companyId(12), companyName: undefined } as const;
    const message = adminMessage(sampleCompany(12), sampleConnection({ grant }));
    assert.match(message, /^4\. Open the app there, and under Permissions add the projects/m);
  });
});
