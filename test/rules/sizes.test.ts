import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

/** `npm run package` has built these. */
const bars: readonly (readonly [string, number])[] = [
  ["dist/extension.js", 100 * 1024],
  ["dist/procore-explorer.vsix", 1.5 * 1024 * 1024],
];

describe("sizes", () => {
  for (const [file, barBytes] of bars) {
    it(`${file} is at most ${Math.round(barBytes / 1024)} KB`, async () => {
      const { size } = await stat(path.join(root, file));
      assert.ok(size <= barBytes, `${file} is ${(size / 1024).toFixed(1)} KB`);
    });
  }
});
