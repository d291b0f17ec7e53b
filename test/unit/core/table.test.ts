import assert from "node:assert/strict";
import * as fc from "fast-check";
import { toTabSeparated } from "../../../src/core/table.ts";

describe("toTabSeparated", () => {
  const cases: readonly { readonly name: string; readonly cell: string; readonly becomes: string }[] = [
    { name: "plain text", cell: "Harbor Tower", becomes: "Harbor Tower" },
    { name: "a number with zeros", cell: "0042", becomes: "0042" },
    { name: "a formula", cell: "=1+1", becomes: "'=1+1" },
    { name: "a plus", cell: "+1", becomes: "'+1" },
    { name: "a minus", cell: "-1", becomes: "'-1" },
    { name: "an at sign", cell: "@SUM(A1)", becomes: "'@SUM(A1)" },
    { name: "a formula behind blanks", cell: "  =1", becomes: "'=1" },
    { name: "a formula behind a tab", cell: "\t=1", becomes: "'=1" },
    { name: "a tab in front", cell: "\tx", becomes: "'x" },
    { name: "a formula behind an invisible character", cell: "\u200b=1", becomes: "'=1" },
    { name: "the start of a quoted text", cell: '"a', becomes: "'\"a" },
    { name: "a quote behind a blank", cell: ' "a', becomes: "'\"a" },
    { name: "a quote within", cell: '12" pipe', becomes: '12" pipe' },
    { name: "line ends and tabs inside", cell: "a\tb\r\nc", becomes: "a b c" },
  ];
  for (const { name, cell, becomes } of cases) {
    it(`writes ${name}`, () => assert.equal(toTabSeparated([[cell, "end"]]), `${becomes}\tend`));
  }

  it("keeps rows and columns, whatever is in the cells", () => {
    const row = fc.array(fc.string({ unit: "binary" }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), (rows) => {
        const lines = toTabSeparated(rows).split("\n");
        assert.equal(lines.length, rows.length);
        for (const cells of lines.map((line) => line.split("\t"))) {
          assert.equal(cells.length, 3);
          for (const cell of cells) assert.doesNotMatch(cell, /^[=+\-@"]/u);
        }
      }),
    );
  });
});
