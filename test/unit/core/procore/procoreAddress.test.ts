import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parseProcoreAddress } from "../../../../src/core/procore/procoreAddress.ts";

const production = "https://app.procore.com";
const zone = "https://us02.procore.com";
const newer = "/webclients/host/companies/562949953421312/projects/77/tools";

describe("parseProcoreAddress", () => {
  const cases: readonly { readonly name: string; readonly text: string; readonly reads: object | undefined }[] = [
    { name: "a company's home", text: `${production}/12/company/home/list`, reads: { companyId: "12" } },
    {
      name: "a company's tool",
      text: `${production}/12/company/directory`,
      reads: { companyId: "12", tool: "directory" },
    },
    { name: "a project's classic home", text: `${production}/77/project/home`, reads: { projectId: "77" } },
    {
      name: "a classic record",
      text: `${production}/77/project/rfi/show/5`,
      reads: { projectId: "77", tool: "rfi", itemId: "5" },
    },
    {
      name: "a project's newer home in a zone",
      text: `${zone}${newer}/projecthome`,
      reads: { origin: zone, companyId: "562949953421312", projectId: "77" },
    },
    {
      name: "a record in the newer form, with a tab and a query",
      text: `${production}${newer}/rfis/9001/general?tab=1#here`,
      reads: { companyId: "562949953421312", projectId: "77", tool: "rfis", itemId: "9001" },
    },
    {
      name: "a company's tool in the newer form",
      text: `${production}/webclients/host/companies/12/tools/directory`,
      reads: { companyId: "12", tool: "directory" },
    },
    { name: "an address without its scheme", text: " app.procore.com/77/project/home ", reads: { projectId: "77" } },
    { name: "one that a mail put into marks", text: `<${production}/77/project/home>.`, reads: { projectId: "77" } },
    {
      name: "the Local Sandbox",
      text: "http://127.0.0.1:8787/1/company/home/list",
      reads: { origin: "http://127.0.0.1:8787", companyId: "1" },
    },
    { name: "an unknown page", text: `${production}/profile/settings`, reads: {} },
    { name: "a project whose id is no number", text: `${production}/abc/project/home`, reads: {} },
    { name: "a number alone", text: "12345", reads: undefined },
    { name: "words", text: "Harbor Tower", reads: undefined },
    { name: "a word with a dot and a blank", text: "St. Mary", reads: undefined },
    { name: "http elsewhere", text: "http://app.procore.com/77/project/home", reads: undefined },
    { name: "a user in the address", text: "https://app.procore.com@evil.test/77/project/home", reads: undefined },
    { name: "another scheme", text: "vscode://app.procore.com/77/project/home", reads: undefined },
    { name: "nothing", text: "", reads: undefined },
  ];
  for (const { name, text, reads } of cases) {
    it(`reads ${name}`, () => {
      const expected = reads === undefined ? undefined : { origin: production, ...reads };
      assert.deepEqual(parseProcoreAddress(text), expected);
    });
  }

  it("takes any text", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.webUrl()), (text) => void parseProcoreAddress(text)));
  });
});
