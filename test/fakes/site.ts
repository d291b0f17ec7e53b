import assert from "node:assert/strict";
import * as vscode from "vscode";
import { startSandbox, type RunningSandbox, type SandboxOptions } from "../../src/sandbox/index.ts";
import type { ExtensionWindow } from "./extensionWindow.ts";

/** A Local Sandbox of the test's own, which the product knows as an environment from the user's settings. */
export interface Site {
  readonly label: string;
  readonly sandbox: RunningSandbox;
}

const open = new Set<() => Promise<void>>();

/** For `afterEach`: stops every site, takes the setting back, and fails when a site had a fault of its own. */
export async function closeSites(): Promise<void> {
  for (const close of open) await close();
  open.clear();
  await setEnvironments(undefined);
}

/** Starts a site on the clock of `window`, so that both move together, and puts it into the settings. */
export async function openSite(window: ExtensionWindow, options: Partial<SandboxOptions> = {}): Promise<Site> {
  const unexpected: unknown[] = [];
  const { clock } = window.controls;
  const sandbox = await startSandbox({ clock, onUnexpectedError: (error) => unexpected.push(error), ...options });
  const label = "Test Site";
  await setEnvironments([environmentAt(label, sandbox.baseUrl)]);
  open.add(async () => {
    await sandbox.close();
    assert.deepEqual(unexpected, []);
  });
  return { label, sandbox };
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
  { label, sandbox }: Site,
  options: { readonly userId?: string } = {},
): Promise<void> {
  const done = run("procore.signIn", { choose: "environment" });
  (await person.pick("Sign in to Procore")).choose(label);
  await (await person.box("Client ID")).enter(sandbox.clientId);
  await (await person.box("Client secret")).enter(sandbox.clientSecret);
  await (await person.box("Authorization code")).enter(sandbox.control.issueCode(options));
  await done;
}

/** Signs in as the service account of the site's second app, in a company that is given by its place in the list. */
export async function signInAsService(
  { person, run }: ExtensionWindow,
  { label, sandbox }: Site,
  options: { readonly company: number },
): Promise<void> {
  const { serviceAccount, control } = sandbox;
  const done = run("procore.signIn", { choose: "environment" });
  (await person.pick("Sign in to Procore")).choose("Use a Service Account");
  (await person.pick("Which environment is the service account in?")).choose(label);
  await (await person.box("Company ID")).enter(control.companies()[options.company]?.id ?? "");
  await (await person.box("Client ID")).enter(serviceAccount.clientId);
  await (await person.box("Client secret")).enter(serviceAccount.clientSecret);
  await done;
}
