import assert from "node:assert/strict";
import { countsAsProduction, type Origins } from "../../../../src/core/procore/environments.ts";
import { environmentParts } from "../../../fakes/sampleConnection.ts";

const own: Origins = {
  login: "https://login.example.com",
  api: "https://api.example.com",
  web: "https://app.example.com",
};
const custom = (changes: Partial<Origins>) => ({ environment: { kind: "custom" }, origins: { ...own, ...changes } });

describe("countsAsProduction", () => {
  const cases: readonly (readonly [string, Parameters<typeof countsAsProduction>[0], boolean])[] = [
    ["Production", environmentParts("production"), true],
    ["Federal", environmentParts("federal"), true],
    ["Development Sandbox", environmentParts("development-sandbox"), false],
    ["Monthly Sandbox", environmentParts("monthly-sandbox"), false],
    ["Local Sandbox", environmentParts("local-sandbox"), false],
    ["an environment of the user's own", custom({}), false],
    ["one with Production's login address", custom({ login: "https://login.procore.com" }), true],
    ["one with Federal's API address", custom({ api: "https://api.procoregov.com" }), true],
    ["one with a sandbox's address", custom({ api: "https://sandbox.procore.com" }), false],
    ["a kind that is not known here", { environment: { kind: "staging" }, origins: own }, true],
  ];
  for (const [name, place, expected] of cases) {
    it(`is ${expected ? "true" : "false"} for ${name}`, () => assert.equal(countsAsProduction(place), expected));
  }
});
