import { randomUUID } from "node:crypto";
import { mkdirSync, watch } from "node:fs";
import * as vscode from "vscode";
import { systemClock } from "../../src/platform/clock.ts";
import type { TestControls } from "../../src/platform/testControls.ts";
import { testFileRuns } from "../harness/testFileRuns.ts";
import { createRandom } from "../sessions/random.ts";
import { createSecretFiles } from "../sessions/secretFiles.ts";
import { replaceMember } from "./replaceMember.ts";
import { activateOf, bundleFolder, extensionId } from "./bundles.ts";

/** The folder of the secrets, for the extension hosts of all windows. */
export const secretsVariable = "PROCORE_TEST_SECRETS";

/**
 * VS Code calls this in the extension host of each window: activates the extension again, with a SecretStorage as the
 * desktop has it, which all windows share and whose changes all of them hear, and with a browser that nobody sees: a
 * window under test refuses to open one. All else is the editor's own. Stays until the window goes.
 */
export async function run(): Promise<void> {
  const folder = process.env[secretsVariable];
  if (folder === undefined) throw new Error(`${secretsVariable} is not set`);
  const own = await vscode.extensions.getExtension<TestControls>(extensionId)?.activate();
  if (own === undefined) throw new Error("The extension does not know that it is under test");
  await roundTrip();
  for (const subscription of own.context.subscriptions.splice(0).toReversed()) void subscription.dispose();
  await roundTrip();
  const replaced = { subscriptions: [], secrets: createSharedSecrets(folder) };
  const context = Object.create(
    own.context,
    Object.fromEntries(Object.entries(replaced).map(([name, value]) => [name, { value, enumerable: true }])),
  ) as vscode.ExtensionContext;
  replaceMember(vscode.env, "openExternal", async () => true);
  // A log channel whose name was used before throws at every line.
  const createChannel = vscode.window.createOutputChannel.bind(vscode.window);
  replaceMember(vscode.window, "createOutputChannel", (name: string) => createChannel(`${name}, again`, { log: true }));
  activateOf(bundleFolder("again"))(context);
  console.log(testFileRuns);
  await new Promise(() => undefined);
}

/**
 * The window has heard of all that was said before. A tree view goes only when the window has answered that it came, and
 * takes with it another one that came meanwhile.
 */
async function roundTrip(): Promise<void> {
  await vscode.commands.executeCommand("setContext", "procore.test", true);
}

function createSharedSecrets(folder: string): vscode.SecretStorage {
  const files = createSecretFiles(folder, { window: randomUUID(), clock: systemClock, random: createRandom(1) });
  const changes = new vscode.EventEmitter<vscode.SecretStorageChangeEvent>();
  /** A window hears of a change when it sees it. */
  const tell = async (key: string): Promise<void> => {
    const waitMs = (await files.seenAt(key)) - systemClock.now();
    if (waitMs > 0) await systemClock.sleep(waitMs);
    changes.fire({ key });
  };
  mkdirSync(folder, { recursive: true });
  watch(folder, (_event, file) => {
    if (file !== null && !file.endsWith(".tmp")) void tell(file);
  });
  return {
    get: async (key) => await files.get(key),
    store: async (key, value) => await files.store(key, value),
    delete: async (key) => await files.delete(key),
    keys: async () => [],
    onDidChange: changes.event,
  };
}
