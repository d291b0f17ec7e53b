import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parsePastedCompanyId } from "../../../../src/core/procore/pastedCompanyId.ts";

describe("parsePastedCompanyId", () => {
  const found: readonly (readonly [text: string, id: string])[] = [
    ["4000123", "4000123"],
    [" 562949953421312\n", "562949953421312"],
    ['"4000123"', "4000123"],
    ["https://app.procore.com/4000123/company/home/list", "4000123"],
    ["https://us02.procore.com/4000123/company", "4000123"],
    ["https://app.procore.com/webclients/host/companies/4000123/projects/77/tools/projecthome", "4000123"],
    ["https://app.procore.com/companies/4000123", "4000123"],
    ["https://sandbox.procore.com/#/companies/4000123/x", "4000123"],
    ["https://api.procore.com/rest/v1.1/projects?company_id=4000123&page=2", "4000123"],
    ["https://app.procore.com/x?companyId=4000123", "4000123"],
    ["<https://app.procore.com/4000123/company/home/list>,", "4000123"],
  ];
  for (const [text, id] of found) it(`finds it in ${text.trim()}`, () => assert.equal(parsePastedCompanyId(text), id));

  const refused = [
    "",
    "0",
    "007",
    "-4",
    "4000123.5",
    "4,000,123",
    "1234567890123456789",
    "Acme Builders",
    "4000123 4000124",
    "https://app.procore.com/4000123/project/home",
    "https://app.procore.com/companies/",
    "https://app.procore.com/companies/4000123x",
    "https://app.procore.com/4000123/companyish",
    "https://app.procore.com/x?company_id=",
    "https://app.procore.com/x?company_id=1%0d%0aX:y",
    `https://app.procore.com/companies/1${"/x".repeat(3_000)}`,
  ];
  for (const text of refused)
    it(`finds none in "${text.slice(0, 60)}"`, () => assert.equal(parsePastedCompanyId(text), undefined));

  it("gives a plain number or nothing, whatever is pasted", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) =>
        /^(\d+|undefined)$/u.test(String(parsePastedCompanyId(text))),
      ),
    );
  });
});
