import assert from "node:assert/strict";
import { mkdtemp, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { removeFolder } from "./removeFolder.ts";
import { countsOf, failedStep, takeReport, totalOf, withoutFiles, type Report } from "./report.ts";

const report = (counts: Partial<Report>): Report => ({ passed: 0, failed: 0, skipped: 0, failures: [], ...counts });

describe("test reports", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "pe-"));
  });
  afterEach(() => removeFolder(folder));

  it("counts a suite that left no report as failed", async () => {
    const { passed, failed, failures } = await takeReport(path.join(folder, "none.json"), "VS Code", "exit code 0");
    assert.deepEqual({ passed, failed }, { passed: 0, failed: 1 });
    assert.match(failures[0]?.message ?? "", /left no report.*exit code 0/su);
  });

  it("counts a suite that ran no test as failed", async () => {
    const file = path.join(folder, "empty.json");
    await writeFile(file, JSON.stringify(report({ skipped: 3 })));
    const { failed, failures } = await takeReport(file, "VS Code", "exit code 0");
    assert.equal(failed, 1);
    assert.equal(failures[0]?.message, "It ran no test.");
  });

  it("counts a suite that was cut short as failed, with what it did until then", async () => {
    const file = path.join(folder, "cut.json");
    await writeFile(file, JSON.stringify({ ...report({ passed: 7 }), running: "the eighth" }));
    const { passed, failed, failures } = await takeReport(file, "VS Code", "exit code 1");
    assert.deepEqual({ passed, failed }, { passed: 7, failed: 1 });
    assert.match(failures[0]?.message ?? "", /was at: the eighth\. exit code 1/u);
  });

  it("takes a report away, so that the next run cannot find it", async () => {
    const file = path.join(folder, "whole.json");
    const whole = report({ passed: 2 });
    await writeFile(file, JSON.stringify(whole));
    assert.deepEqual(await takeReport(file, "VS Code", "exit code 0"), whole);
    await assert.rejects(stat(file), { code: "ENOENT" });
  });

  it("refuses a report of another shape", async () => {
    const file = path.join(folder, "broken.json");
    await writeFile(file, '{"passed":"2"}');
    await assert.rejects(takeReport(file, "VS Code", "exit code 0"));
  });

  it("says what is left of it without the files that are run again", () => {
    const failure = { title: "a row", message: "not seen", stack: "", file: "tree.test.ts" };
    const files = { "tree.test.ts": { passed: 4, skipped: 1 }, "other.test.ts": { passed: 5, skipped: 0 } };
    const whole = report({ passed: 9, failed: 1, skipped: 1, failures: [failure], files });
    assert.deepEqual(withoutFiles(whole, ["tree.test.ts"]), report({ passed: 5 }));
    const kept = { ...failure, file: "other.test.ts" };
    assert.deepEqual(withoutFiles({ ...whole, failures: [failure, kept], failed: 2 }, ["tree.test.ts"]).failures, [
      kept,
    ]);
  });

  it("sums all suites into the last line", () => {
    const total = totalOf([report({ passed: 2 }), failedStep("check", "types"), report({ passed: 3, skipped: 1 })]);
    assert.equal(countsOf(total), "5 passed, 1 failed, 1 skipped");
    assert.equal(countsOf(report({ passed: 1 })), "1 passed, 0 failed");
  });
});
