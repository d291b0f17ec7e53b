import { mkdirSync } from "node:fs";

/**
 * Makes the folder that all windows share, before somebody watches it: for a folder that is not there VS Code looks
 * every five seconds only, and what is written while it begins to watch is never told (microsoft/vscode
 * src/vs/platform/files/node/watcher/baseWatcher.ts). Where it cannot be made, whoever writes into it says so.
 */
export function makeStorageFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch {
    // Reading goes on all the same: there is nothing to read.
  }
}
