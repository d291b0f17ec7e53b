import assert from "node:assert/strict";
import * as fc from "fast-check";
import { elementsOf, formatJson } from "../../../src/core/jsonText.ts";

describe("formatJson", () => {
  it("writes JSON as JSON.stringify does, whatever it holds", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, 7), (value, indent) => {
        assert.equal(formatJson(JSON.stringify(value, null, indent)), JSON.stringify(value, null, 2));
      }),
    );
  });

  it("keeps numbers, names and texts as they were written", () => {
    const text = '{"id":12345678901234567890,"rate":1.50,"a":"\\u00e9 \\"x\\", {[: \\\\","a":1E3}';
    assert.equal(
      formatJson(text),
      '{\n  "id": 12345678901234567890,\n  "rate": 1.50,\n  "a": "\\u00e9 \\"x\\", {[: \\\\",\n  "a": 1E3\n}',
    );
  });

  it("keeps a text of a megabyte", () => {
    const text = JSON.stringify({ a: "x\\".repeat(500_000) });
    assert.deepEqual(JSON.parse(formatJson(text)), JSON.parse(text));
  });
});

describe("elementsOf", () => {
  it("takes an array apart", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (values) => {
        assert.deepEqual(
          elementsOf(JSON.stringify(values, null, 2)).map((element): unknown => JSON.parse(element)),
          values.map((value): unknown => JSON.parse(JSON.stringify(value))),
        );
      }),
    );
  });

  it("finds none in anything else", () => {
    for (const text of ["", "{}", '{"data":[1]}', '"[1]"', "7", "null"]) assert.deepEqual(elementsOf(text), []);
  });
});
