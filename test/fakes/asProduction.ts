import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { openWindow, type ExtensionWindow } from "./extensionWindow.ts";

/**
 * Opens the window again with its connections as production ones: no test may talk to Procore's own hosts, so the kind
 * is written into the list of connections, where the sign-in put it.
 */
export async function reopenAsProduction(window: ExtensionWindow, kind = "production"): Promise<ExtensionWindow> {
  await window.close({ folder: "keep" });
  const file = path.join(window.folder, "connections.json");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replaceAll('"kind": "custom"', `"kind": "${kind}"`));
  return await openWindow({ folder: window.folder });
}
