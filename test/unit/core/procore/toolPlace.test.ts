import assert from "node:assert/strict";
import { parseToolArgument, toToolArgument } from "../../../../src/core/procore/toolPlace.ts";
import { samplePlace } from "../diagnose/world.ts";

describe("a tool as an argument of a command", () => {
  const argument = toToolArgument(samplePlace());

  it("is the same when it is read again, also beside what else a command is told", () => {
    assert.deepEqual(parseToolArgument(argument), samplePlace());
    assert.deepEqual(parseToolArgument({ connection: "c1", ...argument }), samplePlace());
  });

  const wrong: readonly (readonly [string, unknown])[] = [
    ["nothing", undefined],
    ["a text", "changeEvents"],
    ["a tool that there is not", { ...argument, tool: "toString" }],
    ["an ID that is a path", { ...argument, projectId: "1/../2" }],
    ["an ID that is empty", { ...argument, companyId: "" }],
    ["a number for an ID", { ...argument, companyId: 12 }],
    ["no name", { ...argument, projectName: undefined }],
  ];
  for (const [name, value] of wrong) {
    it(`is none: ${name}`, () => assert.equal(parseToolArgument(value), undefined));
  }
});
