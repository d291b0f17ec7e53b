import assert from "node:assert/strict";
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
});
