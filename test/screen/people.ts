import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { startSandbox, type RunningSandbox, type SandboxOptions } from "../../src/sandbox/index.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { versionFromEnvironment } from "../harness/provision.ts";
import type { Workbench } from "../harness/screen.ts";
import { until } from "../harness/until.ts";

/** A stand-in for Procore in this process, and how the user's settings name it. */
export interface Site {
  readonly label: string;
  readonly sandbox: RunningSandbox;
  /** For `procore.environments`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly host: string;
}

/** The address of every sandbox of these tests: the workbench opens 127.0.0.1 behind a proxy path, others as they are. */
const host = "127.0.0.2";

/** Starts a site; `label` is what lists call it. */
export async function startSite(label: string, options: Omit<SandboxOptions, "clock"> = {}): Promise<Site> {
  const sandbox = await startSandbox({ host, clock: systemClock, ...options });
  const environment = environmentAt(label, sandbox.baseUrl);
  return { label, sandbox, environment, host: `${host}:${sandbox.port}` };
}

/** An entry of `procore.environments` with one address for everything. */
export const environmentAt = (label: string, url: string): Readonly<Record<string, string>> => ({
  id: label.toLowerCase().replaceAll(/[^a-z0-9]+/gu, "-"),
  label,
  loginUrl: url,
  apiUrl: url,
  webUrl: url,
});

/** The user's settings that name these sites. */
export const settingsFor = (...sites: readonly Pick<Site, "environment">[]): Readonly<Record<string, unknown>> => ({
  "procore.environments": sites.map(({ environment }) => environment),
});

/** The label that a connection to the site has in lists. */
export const connectionOf = ({ label }: Site, who = ""): RegExp => new RegExp(`^${label} · .*${who}`, "u");

/** How often a path was asked for, as "POST /oauth/token". */
export const countOf = ({ sandbox }: Site, request: string): number =>
  sandbox.control.requests().filter(({ method, path }) => `${method} ${path}` === request).length;

/** Waits until a path was asked for that often. */
export async function untilCount(site: Site, request: string, count: number): Promise<void> {
  const read = (): Promise<number> => Promise.resolve(countOf(site, request));
  await until(`${count} × ${request} at ${site.label}`, read, (seen) => seen >= count);
}

/**
 * The approval page, after a page was opened. code-server 4.105 leaves path and query out when it forwards an address of
 * this machine (coder/code-server patches/proxy-uri.diff, mended later): there a person takes the box's Copy link.
 */
export async function approvalPage(workbench: Workbench, opened: Page): Promise<Page> {
  if (versionFromEnvironment() === "newest") return opened;
  await workbench.quickInputButton("Copy link (open it in a private window to sign in as someone else)");
  await workbench.untilQuickInput(/^Link copied/u);
  await opened.goto(await workbench.clipboard());
  return opened;
}

/** Clicks Allow on the sandbox's approval page, for one of its people, and reads the code that it shows. */
export async function allow(popup: Page, person?: string): Promise<string> {
  if (person !== undefined) await popup.getByRole("radio", { name: new RegExp(person, "u") }).check();
  await popup.getByRole("button", { name: "Allow" }).click();
  const code = await popup.locator("#authorization_code").textContent();
  await popup.close();
  assert.ok(code !== null && code !== "", "the page shows a code");
  return code;
}

/** Goes through the dialogue up to the code box: a new connection to the site. Gives the page in the browser. */
export async function toCodeBox(workbench: Workbench, site: Site): Promise<Page> {
  await toSecretBox(workbench, site);
  await workbench.fill(site.sandbox.clientSecret);
  const popup = await workbench.nextPopup(() => workbench.accept());
  await untilStep(workbench, 4);
  return popup;
}

/** Chooses the site and enters its client ID. */
export async function toSecretBox(workbench: Workbench, site: Site, clientId = site.sandbox.clientId): Promise<void> {
  await toIdBox(workbench, site.label);
  await workbench.fill(clientId);
  await workbench.accept();
  await untilStep(workbench, 3);
}

/** Chooses an environment by its label. */
export async function toIdBox(workbench: Workbench, label: string): Promise<void> {
  await toEnvironments(workbench);
  await workbench.chooseItem(label);
  await untilStep(workbench, 2);
}

/** Sign In, as somebody who wants another connection does it: the list of environments is open afterwards. */
export async function toEnvironments(workbench: Workbench): Promise<void> {
  await workbench.runCommand("Procore: Sign In");
  await untilStep(workbench, 1);
}

/** The status bar while a sign-in waits for its code. */
export const waitingForCode = /enter .*code$/iu;

/** Waits for a step of the dialogue by the number in its title. */
export async function untilStep(workbench: Workbench, step: 1 | 2 | 3 | 4): Promise<void> {
  await workbench.untilQuickInput((input) => input.title.endsWith(`(${step}/4)`) && !input.busy);
}

/** Signs in from nothing: keys, approval page, code. */
export async function signIn(workbench: Workbench, site: Site, person?: string): Promise<void> {
  await enterCode(workbench, site, await allow(await toCodeBox(workbench, site), person));
}

/** Signs in again with the connection that the site has. */
export async function signInAgain(workbench: Workbench, site: Site, person?: string): Promise<void> {
  const popup = await againToCodeBox(workbench, site);
  await enterCode(workbench, site, await allow(popup, person));
}

/** Opens the code box of the site's connection. */
export async function againToCodeBox(workbench: Workbench, site: Site): Promise<Page> {
  await toEnvironments(workbench);
  const popup = await workbench.nextPopup(() => workbench.chooseItem(connectionOf(site)));
  await untilStep(workbench, 4);
  return popup;
}

/** Enters a code that is good, and waits until the server was asked who that is. */
export async function enterCode(workbench: Workbench, site: Site, code: string): Promise<void> {
  const before = countOf(site, "GET /rest/v1.0/me");
  await workbench.fill(code);
  await workbench.accept();
  await untilCount(site, "GET /rest/v1.0/me", before + 1);
}

/** Presses Enter and waits for what the box says then. */
export async function acceptAndRead(workbench: Workbench, message: RegExp): Promise<string> {
  await workbench.accept();
  const box = await workbench.untilQuickInput((input) => message.test(input.message) && !input.busy);
  return box.message;
}
