import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rename, stat, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { hourMs } from "../../../src/core/clock.ts";
import { createTextFiles, writeTextFile } from "../../../src/platform/atomicFile.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { removeFolder } from "../../harness/removeFolder.ts";

describe("a text file that is replaced as one step", () => {
  let folder = "";
  let file = "";
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "procore-explorer-"));
    file = path.join(folder, "file.json");
    await writeFile(file, "old");
  });
  afterEach(async () => await removeFolder(folder));

  /** Time that passes by itself where somebody waits. */
  const hurried = () => {
    let waitedMs = 0;
    return {
      clock: { now: () => waitedMs, sleep: async (ms: number) => void (waitedMs += ms) },
      waited: () => waitedMs,
    };
  };
  const failing = (times: number, code: string): typeof rename => {
    let count = 0;
    return async (...names) => {
      count += 1;
      if (count <= times) throw Object.assign(new Error(code), { code });
      await rename(...names);
    };
  };

  for (const code of ["EPERM", "EACCES", "EBUSY"]) {
    it(`is written when rename fails with ${code} for less than two seconds`, async () => {
      const { clock, waited } = hurried();
      await writeTextFile(file, "new", clock, failing(39, code));
      assert.equal(await readFile(file, "utf8"), "new");
      assert.equal(waited(), 1_950);
    });
  }

  it("stays as it was, with nothing beside it, when rename fails for longer", async () => {
    const { clock } = hurried();
    await assert.rejects(writeTextFile(file, "new", clock, failing(1_000, "EPERM")), { code: "EPERM" });
    assert.equal(await readFile(file, "utf8"), "old");
    assert.deepEqual(await readdir(folder), ["file.json"]);
  });

  it("is marked as used, to the day", async () => {
    const files = createTextFiles(systemClock);
    const age = async (): Promise<number> => Date.now() - (await stat(file)).mtimeMs;
    const setAge = async (ms: number): Promise<void> => {
      const at = new Date(Date.now() - ms);
      await utimes(file, at, at);
    };
    await setAge(29 * 24 * hourMs);
    await files.touch(file);
    assert.ok((await age()) < hourMs);
    await setAge(23 * hourMs);
    await files.touch(file);
    assert.ok((await age()) > 22 * hourMs);
    await files.touch(path.join(folder, "none"));
  });
});
