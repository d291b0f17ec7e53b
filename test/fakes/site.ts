import * as vscode from "vscode";
import { startSandbox, type RunningSandbox, type SandboxOptions } from "../../src/sandbox/index.ts";
import type { ExtensionWindow } from "./extensionWindow.ts";

/** A Local Sandbox of the test's own, which the product knows as an environment from the user's settings. */
export interface Site {
  readonly label: string;
  readonly sandbox: RunningSandbox;
  readonly unexpected: readonly unknown[];
  close(): Promise<void>;
}

/** Starts a site on the clock of `window`, so that both move together, and puts it into the settings. */
export async function openSite(window: ExtensionWindow, options: Partial<SandboxOptions> = {}): Promise<Site> {
  const unexpected: unknown[] = [];
  const { clock } = window.controls;
  const sandbox = await startSandbox({ clock, onUnexpectedError: (error) => unexpected.push(error), ...options });
  const label = "Test Site";
  await setEnvironments([environmentAt(label, sandbox.baseUrl)]);
  return {
    label,
    sandbox,
    unexpected,
    async close() {
      await setEnvironments(undefined);
      await sandbox.close();
    },
  };
}

/** An entry of the setting `procore.environments` whose three addresses are one origin. */
export const environmentAt = (label: string, origin: string): Readonly<Record<string, string>> => ({
  id: "test-site",
  label,
  loginUrl: origin,
  apiUrl: origin,
  webUrl: origin,
});

/** Writes the user's setting; undefined takes it away. */
export async function setEnvironments(environments: readonly object[] | undefined): Promise<void> {
  const target = vscode.ConfigurationTarget.Global;
  await vscode.workspace.getConfiguration("procore").update("environments", environments, target);
}

/** Signs in as a person does, from the command to the end; keys and code are the site's own unless said. */
export async function signIn(
  { person, run }: ExtensionWindow,
  { label, sandbox }: Pick<Site, "label" | "sandbox">,
  options: { readonly userId?: string } = {},
): Promise<void> {
  const done = run("procore.signIn", { choose: "environment" });
  (await person.pick("Where is your Procore app")).choose(label);
  await (await person.box("Client ID")).enter(sandbox.clientId);
  await (await person.box("Client secret")).enter(sandbox.clientSecret);
  await (await person.box("Authorization code")).enter(sandbox.control.issueCode(options));
  await done;
}
