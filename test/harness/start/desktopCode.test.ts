import assert from "node:assert/strict";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { repositoryFolder } from "../paths.ts";
import { recipes } from "../provision.ts";
import { removeFolder } from "../removeFolder.ts";
import { makeScratchFolder } from "../scratch.ts";
import { findDesktopCode, runDesktopCode } from "./desktopCode.ts";

const isWindows = process.platform === "win32";
const signal = new AbortController().signal;

describe("the desktop VS Code of npm start", () => {
  const before = { ...process.env };
  let scratch: string;
  let told: string;
  beforeEach(async () => {
    scratch = await makeScratchFolder("desktop-code");
    told = path.join(scratch, "told.json");
    process.env["DISPLAY"] = ":0";
    process.env["CODE_TELLS"] = told;
    for (const name of ["VSCODE_IPC_HOOK_CLI", "WSL_DISTRO_NAME"]) delete process.env[name];
  });
  afterEach(async () => {
    for (const name of Object.keys(process.env)) if (before[name] === undefined) delete process.env[name];
    Object.assign(process.env, before);
    await removeFolder(scratch);
  });

  /** A `code` that says this version, and writes down what else it is called with; in a folder as the installer's. */
  async function installCode(version: string): Promise<string> {
    const bin = path.join(scratch, "Microsoft VS Code", "bin");
    await mkdir(bin, { recursive: true });
    const program = path.join(bin, "cli.js");
    await writeFile(
      program,
      `const args = process.argv.slice(2);
      if (args.join() === "--version") console.log("${version}\\n0123456789abcdef\\nx64");
      else require("node:fs").writeFileSync(process.env.CODE_TELLS, JSON.stringify(args));`,
    );
    const file = path.join(bin, isWindows ? "code.cmd" : "code");
    const call = `"${process.execPath}" "${program}"`;
    await writeFile(file, isWindows ? `@${call} %*\r\n` : `#!/bin/sh\nexec ${call} "$@"\n`);
    await chmod(file, 0o700);
    process.env["PATH"] = [bin, before["PATH"]].join(path.delimiter);
    return file;
  }

  it("is found in a folder with a blank, and gets each folder with a blank as one argument", async () => {
    const file = await installCode(recipes.newest.vsCode);
    assert.equal(await findDesktopCode(signal), file);
    const folder = path.join(scratch, "my clone");
    const workspaceFolder = path.join(folder, "work space");
    await runDesktopCode(file, { folder, workspaceFolder }, signal);
    const args: unknown = JSON.parse(await readFile(told, "utf8"));
    assert.ok(Array.isArray(args));
    assert.deepEqual(args.slice(0, 3), [
      `--extensionDevelopmentPath=${repositoryFolder}`,
      `--user-data-dir=${path.join(folder, "desktop")}`,
      `--extensions-dir=${path.join(folder, "desktop-ext")}`,
    ]);
    assert.equal(args.at(-1), workspaceFolder);
  });

  it("does not count where it is older than the extension needs", async () => {
    await installCode("1.2.3");
    assert.equal(await findDesktopCode(signal), undefined);
  });

  it("does not count in a remote terminal, where it talks to the window at the other end", async () => {
    await installCode(recipes.newest.vsCode);
    process.env["VSCODE_IPC_HOOK_CLI"] = "/tmp/socket";
    assert.equal(await findDesktopCode(signal), undefined);
  });
});
