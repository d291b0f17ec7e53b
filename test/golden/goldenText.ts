import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * Compares what people read with the reviewed text in `test/golden/<name>.txt`. `UPDATE_GOLDEN=1` writes the text
 * anew: look at the difference before you commit it.
 */
export function assertGolden(name: string, actual: string): void {
  assertGoldenFile(path.join(import.meta.dirname, `${name}.txt`), actual);
}

/** The same with a file that lies elsewhere, such as a page of `docs/`. */
export function assertGoldenFile(file: string, actual: string): void {
  const text = `${actual.trimEnd()}\n`;
  if (process.env["UPDATE_GOLDEN"] === "1") {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  assert.equal(text, readFileSync(file, "utf8").replaceAll("\r\n", "\n"));
}
