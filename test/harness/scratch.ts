import { mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { cacheFolder } from "./paths.ts";
import { removeFolder } from "./removeFolder.ts";

const prefix = "scratch-";

/**
 * A new empty folder in `.vscode-test` for this process; its maker removes it. Those of processes that were ended
 * before they could are removed here.
 */
export async function makeScratchFolder(name: string): Promise<string> {
  await mkdir(cacheFolder, { recursive: true });
  for (const entry of await readdir(cacheFolder)) {
    const pid = /^scratch-(\d+)-/u.exec(entry)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await removeFolder(path.join(cacheFolder, entry));
  }
  const folder = path.join(cacheFolder, `${prefix}${process.pid}-${name}`);
  await removeFolder(folder);
  await mkdir(folder);
  return folder;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
