import assert from "node:assert/strict";
import { runChild, startChild } from "./children.ts";
import { until } from "./until.ts";

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Starts another one, prints its process id, and waits. */
const parent = `
  const child = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  console.log(child.pid);
  setInterval(() => {}, 1000);`;

describe("programs that a run starts", () => {
  if (process.platform !== "win32")
    it("ends with all that they started themselves", async () => {
      const lines: string[] = [];
      const child = await startChild(process.execPath, ["-e", parent], { output: (line) => void lines.push(line) });
      await until(
        "the grandchild's id",
        () => Promise.resolve(lines.length),
        (count) => count > 0,
      );
      const grandchild = Number(lines[0]);
      assert.ok(isAlive(grandchild));
      await child.stop();
      assert.ok(!isAlive(child.pid));
      await until(
        "the end of the grandchild",
        () => Promise.resolve(isAlive(grandchild)),
        (alive) => !alive,
      );
    });

  it("stops one when its signal is aborted", async () => {
    const controller = new AbortController();
    const run = runChild(process.execPath, ["-e", "setInterval(() => {}, 1000)"], {}, controller.signal);
    controller.abort(new Error("enough"));
    await assert.rejects(run, /enough/u);
  });

  it("gives the exit code and the last lines", async () => {
    const { code, tail } = await runChild(process.execPath, ["-e", "console.log('one'); process.exit(3)"]);
    assert.deepEqual({ code, tail }, { code: 3, tail: ["one"] });
  });

  it("says when a program cannot be started", async () => {
    await assert.rejects(startChild("no-such-program-anywhere", []), { code: "ENOENT" });
  });
});
