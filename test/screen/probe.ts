import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

const manifest = {
  name: "probe",
  publisher: "somebody-else",
  version: "1.0.0",
  engines: { vscode: "^1.105.0" },
  main: "./extension.js",
  activationEvents: [],
  contributes: { commands: [{ command: "probe.storeSecret", title: "Store a Secret", category: "Probe" }] },
};

const source = `
const vscode = require("vscode");
exports.activate = ({ subscriptions, secrets }) => {
  const store = async () => {
    await secrets.store("probe", "kept");
    vscode.window.setStatusBarMessage("Probe: stored");
  };
  subscriptions.push(vscode.commands.registerCommand("probe.storeSecret", store));
};
`;

/** Writes an extension of somebody else's, whose command "Probe: Store a Secret" does that and says so in the status bar. */
export async function writeProbe(folder: string): Promise<string> {
  const place = path.join(folder, "probe");
  await mkdir(place, { recursive: true });
  await writeFile(path.join(place, "package.json"), JSON.stringify(manifest));
  await writeFile(path.join(place, "extension.js"), source);
  return place;
}
