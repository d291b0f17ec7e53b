import { rm } from "node:fs/promises";

/** Removes a folder and all that is in it, also while a process that is ending still writes there. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
