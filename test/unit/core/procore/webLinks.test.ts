import assert from "node:assert/strict";
import { companyId, projectId } from "../../../../src/core/procore/ids.ts";
import { companyUrl, projectUrl, trustedWebOrigin } from "../../../../src/core/procore/webLinks.ts";
import { connectionTo } from "../http/scriptedTransport.ts";

const sandbox = connectionTo();
const custom = connectionTo({ web: "https://procore.example.test:8443" }, "custom");
const local = connectionTo({ web: "http://127.0.0.1:4000" }, "local");

describe("trustedWebOrigin", () => {
  const cases: readonly { name: string; address: string; connection?: typeof sandbox; origin: string | undefined }[] = [
    { name: "a zone", address: "https://us02.procore.com/", origin: "https://us02.procore.com" },
    { name: "federal", address: "https://app.procoregov.com/x?y", origin: "https://app.procoregov.com" },
    { name: "its own", address: "https://sandbox.procore.com", origin: "https://sandbox.procore.com" },
    { name: "capital letters", address: "HTTPS://UK01.PROCORE.COM", origin: "https://uk01.procore.com" },
    { name: "http", address: "http://app.procore.com", origin: undefined },
    { name: "another port", address: "https://app.procore.com:8443", origin: undefined },
    { name: "a user name", address: "https://app.procore.com@evil.test", origin: undefined },
    { name: "a user name on Procore", address: "https://me@app.procore.com", origin: undefined },
    { name: "a look-alike", address: "https://evilprocore.com", origin: undefined },
    { name: "Procore as a part", address: "https://app.procore.com.evil.test", origin: undefined },
    { name: "a final dot", address: "https://app.procore.com.", origin: undefined },
    { name: "another scheme", address: "vscode://procore.com/x", origin: undefined },
    { name: "script", address: "javascript:alert(1)", origin: undefined },
    { name: "no address", address: "us02", origin: undefined },
    { name: "a loopback address", address: "http://127.0.0.1:4000", origin: undefined },
    {
      name: "a custom environment's own",
      address: "https://procore.example.test:8443/a",
      connection: custom,
      origin: "https://procore.example.test:8443",
    },
    {
      name: "Procore for a custom one",
      address: "https://app.procore.com",
      connection: custom,
      origin: "https://app.procore.com",
    },
    {
      name: "the Local Sandbox's own",
      address: "http://127.0.0.1:4000",
      connection: local,
      origin: "http://127.0.0.1:4000",
    },
    { name: "Procore for the Local Sandbox", address: "https://app.procore.com", connection: local, origin: undefined },
  ];
  for (const { name, address, connection = sandbox, origin } of cases) {
    it(`${origin === undefined ? "refuses" : "takes"} ${name}`, () =>
      assert.equal(trustedWebOrigin(address, connection), origin));
  }
});

describe("web links", () => {
  it("lead to a company's home", () =>
    assert.equal(companyUrl("https://app.procore.com", companyId(7)), "https://app.procore.com/7/company/home/list"));
  it("lead to a project's home", () =>
    assert.equal(
      projectUrl("https://us02.procore.com", companyId(7), projectId(8)),
      "https://us02.procore.com/webclients/host/companies/7/projects/8/tools/projecthome",
    ));
});
