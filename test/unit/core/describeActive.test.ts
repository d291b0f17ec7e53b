import assert from "node:assert/strict";
import { companyId } from "../../../src/core/procore/ids.ts";
import { describeActive } from "../../../src/core/describeActive.ts";
import { environmentParts, sampleConnection } from "../../fakes/sampleConnection.ts";

describe("describeActive", () => {
  const service = { kind: "clientCredentials", companyId: companyId(1), companyName: undefined } as const;
  const cases = [
    ["nobody", undefined, ""],
    ["a person", sampleConnection(), "Sandbox \u00b7 Ada Field"],
    ["a person not known yet", sampleConnection({ user: undefined }), "Sandbox"],
    ["a service account", sampleConnection({ grant: service }), "Sandbox \u00b7 service account"],
    ["production", sampleConnection(environmentParts("production")), "\u{1f512} Production \u00b7 Ada Field"],
    ["federal", sampleConnection(environmentParts("federal")), "\u{1f512} Federal (production) \u00b7 Ada Field"],
  ] as const;
  for (const [name, connection, expected] of cases) {
    it(`tells who looks at what: ${name}`, () => assert.equal(describeActive(connection), expected));
  }
});
