import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  isProcoreHost,
  parseCustomEnvironments,
  parseOrigin,
} from "../../../../src/core/procore/customEnvironments.ts";

const entry = { id: "mine", label: "Mine", loginUrl: "https://login.example.com", apiUrl: "https://api.example.com" };

describe("parseCustomEnvironments", () => {
  it("reads an entry; the web address falls back to the login one", () => {
    const { environments, problems } = parseCustomEnvironments([entry]);
    assert.deepEqual(problems, []);
    assert.deepEqual(environments[0]?.origins, {
      login: "https://login.example.com",
      api: "https://api.example.com",
      web: "https://login.example.com",
    });
    assert.equal(environments[0]?.kind, "custom");
  });

  const refused: readonly (readonly [string, unknown])[] = [
    ["a built-in id", { ...entry, id: "production" }],
    ["http to another machine", { ...entry, apiUrl: "http://api.example.com" }],
    ["a user in the address", { ...entry, loginUrl: "https://login.procore.com@evil.test" }],
    ["a path", { ...entry, apiUrl: "https://api.example.com/v1" }],
    ["a query", { ...entry, apiUrl: "https://api.example.com?x" }],
    ["another scheme", { ...entry, apiUrl: "ftp://api.example.com" }],
    ["no label", { ...entry, label: " " }],
    ["no address", { id: "mine", label: "Mine" }],
    ["text", "production"],
  ];
  for (const [name, value] of refused) {
    it(`leaves out an entry with ${name}, and says so`, () => {
      const { environments, problems } = parseCustomEnvironments([value]);
      assert.deepEqual(environments, []);
      assert.equal(problems.length, 1);
    });
  }

  it("leaves out the second of two with one id", () => {
    const { environments, problems } = parseCustomEnvironments([entry, { ...entry, label: "Again" }]);
    assert.equal(environments.length, 1);
    assert.match(problems[0] ?? "", /entry 2: the id "mine" is taken/);
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.anything(), (value) => void parseCustomEnvironments(value)));
  });
});

describe("parseOrigin", () => {
  it("allows http on this machine only", () => {
    assert.equal(parseOrigin("http://127.0.0.1:4000"), "http://127.0.0.1:4000");
    assert.equal(parseOrigin("http://localhost:4000/"), "http://localhost:4000");
    assert.equal(parseOrigin("http://[::1]:4000"), "http://[::1]:4000");
    assert.equal(parseOrigin("http://127.0.0.1.evil.test"), undefined);
    assert.equal(parseOrigin("http://localhost.evil.test"), undefined);
  });
});

describe("isProcoreHost", () => {
  for (const [origin, expected] of [
    ["https://login.procore.com", true],
    ["https://procore.com", true],
    ["https://api.procoregov.com", true],
    ["https://procore.com.evil.test", false],
    ["https://notprocore.com", false],
    ["http://127.0.0.1:4000", false],
  ] as const) {
    it(`${origin}: ${expected}`, () => assert.equal(isProcoreHost(origin), expected));
  }
});
