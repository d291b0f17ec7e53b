import assert from "node:assert/strict";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { argumentsOf, cmdAtPrompt } from "../fakes/windowsShells.ts";
import { launch, runChild, startChild } from "./children.ts";
import { removeFolder } from "./removeFolder.ts";
import { makeScratchFolder } from "./scratch.ts";
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

  it("starts a script whose folder has a blank, as Windows' own VS Code has, with its arguments as they are", async () => {
    const scratch = await makeScratchFolder("children");
    try {
      const folder = path.join(scratch, "Microsoft VS Code & more");
      await mkdir(folder);
      const isWindows = process.platform === "win32";
      const script = path.join(folder, isWindows ? "code.cmd" : "code");
      const print = `"${process.execPath}" -p "process.argv.slice(1).join('|')" --`;
      await writeFile(script, isWindows ? `@${print} %*\r\n` : `#!/bin/sh\nexec ${print} "$@"\n`);
      await chmod(script, 0o700);
      const args = ["--user-data-dir=/a clone/data", "C:\\a folder\\", "100%", "%PATH%", "a&b", "(c)", "^"];
      assert.deepEqual(await runChild(script, args), { code: 0, tail: [args.join("|")] });
    } finally {
      await removeFolder(scratch);
    }
  });
});

describe("what Windows is given to start", () => {
  const code = String.raw`C:\Users\me\AppData\Local\Programs\Microsoft VS Code\bin\code.cmd`;
  const words: readonly (readonly [string, string])[] = [
    ["a blank", "--user-data-dir=C:\\my clone\\data"],
    ["a backslash at the end", "C:\\my clone\\"],
    ["a backslash before a percent sign", "C:\\a\\%TEMP%\\b"],
    ["nothing", ""],
    ["a variable", "%PATH%"],
    ["the start of a variable's name", "a%PATH:~0,1%b"],
    ["one percent sign", "100%"],
    ["what cmd acts on", "a&b|c<d>e^f(g)"],
  ];
  for (const [what, word] of words)
    it(`gives a batch file an argument with ${what} as it is`, () => {
      const { file, words: rest, shell } = launch(code, [word, "--wait"], "win32");
      assert.deepEqual({ rest, shell }, { rest: [], shell: true });
      const environment = { PATH: "C:\\Windows" };
      assert.deepEqual(argumentsOf(cmdAtPrompt(file, environment)), [code, word, "--wait"]);
    });

  it("quotes only for a batch file", () => {
    for (const [command, platform] of [
      [String.raw`C:\Program Files\nodejs\node.exe`, "win32"],
      ["/opt/a b/code", "linux"],
      ["/opt/a b/code.cmd", "darwin"],
    ] as const)
      assert.deepEqual(launch(command, ["a b"], platform), { file: command, words: ["a b"], shell: false });
  });

  it("refuses what cmd cannot be given", () => {
    for (const word of ['a"b', "a\nb"]) assert.throws(() => launch(code, [word], "win32"), /cmd cannot be given/u);
  });
});
