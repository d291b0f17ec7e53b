import assert from "node:assert/strict";
import path from "node:path";
import { againWhereItFailed } from "./again.ts";
import { repositoryFolder } from "./paths.ts";
import type { Report } from "./report.ts";

const fileOf = (name: string): string => path.join(repositoryFolder, "test/screen", name);

/** A report of files with three tests each, of which one failed. */
const failing = (...names: readonly string[]): Report => ({
  passed: 10 + 2 * names.length,
  failed: names.length,
  skipped: 0,
  failures: names.map((name) => ({ title: name, message: "not seen", stack: "", file: fileOf(name) })),
  files: Object.fromEntries(names.map((name) => [fileOf(name), { passed: 2, skipped: 0 }])),
});
const none: Report = { passed: 3, failed: 0, skipped: 0, failures: [] };

describe("files in which a test failed", () => {
  let asked: string[];
  let told: string[];
  const tell = (line: string): void => void told.push(line);
  beforeEach(() => {
    asked = [];
    told = [];
  });
  const answering =
    (second: Report) =>
    async (files: readonly string[]): Promise<Report> => {
      asked.push(...files);
      return second;
    };

  it("are run once more, and count as that says", async () => {
    const total = await againWhereItFailed(failing("tree.test.ts"), answering(none), tell);
    assert.deepEqual(told, ["  ↻ tree.test.ts: failed, and its file is run once more: not seen"]);
    assert.deepEqual(asked, [path.join("test", "screen", "tree.test.ts")]);
    assert.deepEqual(total, { passed: 13, failed: 0, skipped: 0, failures: [] });
  });

  it("stay failed where they fail again", async () => {
    const { failures } = failing("tree.test.ts");
    const total = await againWhereItFailed(failing("tree.test.ts"), answering({ ...none, failed: 1, failures }), tell);
    assert.equal(total.failed, 1);
    assert.deepEqual(total.failures, failures);
  });

  const left: readonly (readonly [string, Report])[] = [
    ["there are none", { ...none }],
    ["more than three failed", failing("a.test.ts", "b.test.ts", "c.test.ts", "d.test.ts")],
    ["one is not known", { ...failing("a.test.ts"), failures: [{ title: "run", message: "", stack: "" }] }],
  ];
  for (const [name, report] of left) {
    it(`are not run again where ${name}`, async () => {
      assert.equal(await againWhereItFailed(report, answering(none), tell), report);
      assert.deepEqual([asked, told], [[], []]);
    });
  }
});
