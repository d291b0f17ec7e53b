import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { inspect } from "node:util";
import * as vscode from "vscode";
import { minuteMs } from "../../src/core/clock.ts";
import { commandIds } from "../../src/platform/commands.ts";
import type { Subscription } from "../../src/core/events.ts";
import type { TestControls } from "../../src/platform/testControls.ts";
import type { Fault } from "../../src/sandbox/index.ts";
import { closeWindow, openWindow, type ExtensionWindow, type Row } from "../fakes/extensionWindow.ts";
import { Marks } from "../fakes/marks.ts";
import { replaceMember } from "../fakes/replaceMember.ts";
import { closeSites, openSite, signIn, signInAsService, type Site } from "../fakes/site.ts";
import { removeFolder } from "../harness/removeFolder.ts";
import { until } from "../harness/until.ts";

/** By these a person takes a token out of the extension; they come last, each by itself. */
const exceptions: readonly string[] = ["procore.copyAccessToken", "procore.openTerminal"];

const wrongCode = "CANARY-wrong-code-0123456789-abcdefghijklmnopq";
const wrongSecret = "CANARY-wrong-secret-0123456789-abcdefghijklmnop";

/** An answer that says everything it was told, and more, in every place where a client might quote it. */
function echo(status: number, secrets: readonly string[]): Fault {
  const said = secrets.join(" ");
  const [accessToken = "", refreshToken = ""] = secrets;
  const body = JSON.stringify({
    error: "invalid_request",
    error_description: `Not good: ${said}`,
    message: said,
    errors: { base: [said], [accessToken]: [refreshToken] },
    access_token: accessToken,
    refresh_token: refreshToken,
    web_base_url: `https://evil.test/${refreshToken}`,
    created_at: said,
  });
  const challenge = `Bearer error="invalid_token", error_description="${accessToken}"`;
  return {
    kind: "reply",
    status,
    headers: {
      "Content-Type": "application/json",
      "X-Request-Id": accessToken,
      "WWW-Authenticate": challenge,
      "X-Rate-Limit-Limit": refreshToken,
      Location: `/oauth/token?access_token=${accessToken}`,
    },
    body,
  };
}

const html = (status: number, secrets: readonly string[]): Fault => ({
  kind: "reply",
  status,
  headers: { "Content-Type": "text/html" },
  body: `<html><title>${secrets.join(" ")}</title><body>${secrets.join("<br>")}`,
});

const faults: readonly (readonly [name: string, fault: (secrets: readonly string[]) => Fault])[] = [
  ["a reset", () => ({ kind: "reset" })],
  ["a page of a captive portal", (secrets) => html(200, secrets)],
  ["a page of a broken proxy", (secrets) => html(502, secrets)],
  ["half an answer", ([token = ""]) => ({ kind: "reply", status: 200, body: `{"access_token":"${token}","refr` })],
  ...[200, 302, 400, 401, 403, 404, 422, 429, 500, 503].map(
    (status) =>
      [`${status} with everything it was told`, (secrets: readonly string[]) => echo(status, secrets)] as const,
  ),
];

describe("secrets stay where they belong (security rule 1)", () => {
  let window: ExtensionWindow;
  let site: Site;
  let marks: Marks;
  let printed: string[];
  let printers: readonly { dispose(): void }[] = [];
  let userData: string;
  let folder: string;

  beforeEach(async () => {
    const own = await vscode.extensions.getExtension<TestControls>("procore-explorer.procore-explorer")?.activate();
    assert.ok(own);
    folder = path.join(own.context.globalStorageUri.fsPath, "canary");
    userData = userDataFolder(folder);
    await mkdir(folder, { recursive: true });
    marks = new Marks();
    printed = [];
    printers = listen(printed);
    window = await openWindow({ folder });
    site = await openSite(window);
    marks.add("the client secret", site.sandbox.clientSecret);
    marks.add("the service account's client secret", site.sandbox.serviceAccount.clientSecret);
    marks.add("a wrong client secret", wrongSecret);
    marks.add("a wrong code", wrongCode);
    noteTokens();
    site.sandbox.onDidChangeState(noteTokens);
  });

  afterEach(async () => {
    for (const printer of printers) printer.dispose();
    await closeWindow();
    await closeSites();
    await removeFolder(folder);
  });

  function noteTokens(): void {
    const { tokens, codes } = site.sandbox.state();
    for (const { accessToken, refreshToken } of tokens) {
      marks.add("an access token", accessToken);
      if (refreshToken !== undefined) marks.add("a refresh token", refreshToken);
    }
    for (const { code } of codes) marks.add("a code", code);
  }

  /** Everything that a server could know of this session: what it echoes is what must not come through. */
  function secretsNow(): readonly string[] {
    const newest = site.sandbox.state().tokens.at(-1);
    return [newest?.accessToken ?? "", newest?.refreshToken ?? "", site.sandbox.clientSecret];
  }

  async function findings(): Promise<readonly string[]> {
    const { person } = window;
    const rows = await allRows();
    const texts: readonly (readonly [string, unknown])[] = [
      ["the log", window.logLines],
      ["messages", person.messages],
      ["notices", person.notices],
      ["quick inputs", person.inputTexts],
      ["what the browser opened", person.opened],
      ["the clipboard", person.copied],
      ["rows", rows.map(({ item, node }) => [item, node])],
      ["the status bar", [window.status.text, window.status.tooltip, window.status.accessibilityInformation]],
      ["context keys", [...window.contextKeys]],
      ["errors and their causes", window.controls.errors],
      ["what was printed", printed],
      ["the environment", process.env],
      ["the command line", [process.argv, process.execArgv]],
      ["documents", vscode.workspace.textDocuments.map((document) => [document.uri.toString(), document.getText()])],
      ["requests' addresses", site.sandbox.control.requests()],
    ];
    const depth = {
      depth: Infinity,
      showHidden: true,
      getters: true,
      maxStringLength: null,
      maxArrayLength: null,
    } as const;
    const inTexts = texts.flatMap(([where, value]) => marks.findIn(inspect(value, depth), where));
    return [...new Set([...inTexts, ...(await marks.findBelow(userData))])];
  }

  async function allRows(): Promise<readonly Row[]> {
    const top = await window.rows();
    const below = await Promise.all(
      top.map(async (row) => (row.item.contextValue === "company" ? window.rows(row) : [])),
    );
    const all = [...top, ...below.flat()];
    // One project with its tools and their items stands for the others.
    const project = all.find(({ item }) => item.contextValue === "project");
    const tools = project === undefined ? [] : await window.rows(project);
    for (const row of tools) all.push(row, ...(await window.rows(row)));
    return all;
  }

  /** Every document of Show What Was Sent, with the command line that belongs to it. */
  async function seeWhatWasSent(): Promise<void> {
    const first = ["key-check", "authorize", "exchange", "client-credentials", "me", "companies", "projects"];
    for (const step of [...first, "refresh", "token-info", "revoke"]) {
      await runAlone("procore.showWhatWasSent", { step });
      await runAlone("procore.showWhatWasSent", { step, environment: "test-site" });
      await runAlone("procore.copyStepAsCurl", { step });
    }
  }

  /** Runs a command with nobody there: what asks is closed. */
  async function runAlone(command: string, ...parameters: readonly unknown[]): Promise<void> {
    window.person.absent = true;
    await window.run(command, ...parameters);
    window.person.absent = false;
  }

  it("the search finds what lies in a file, in the log, behind an error and in the environment", async () => {
    const { clientSecret } = site.sandbox;
    const planted = path.join(userData, "planted.bin");
    await writeFile(planted, Buffer.concat([Buffer.from([0, 255]), Buffer.from(clientSecret, "utf16le")]));
    process.env["PLANTED"] = `x${encodeURIComponent(clientSecret.slice(-20))}`;
    console.log(clientSecret);
    (window.controls.errors as unknown[]).push(
      new Error("a", { cause: Object.assign(new Error("b"), { [Symbol("c")]: { d: clientSecret } }) }),
    );
    try {
      const found = (await findings()).toSorted();
      const places = ["errors and their causes", "the environment", "what was printed", planted];
      assert.deepEqual(found, places.map((place) => `the client secret in ${place}`).toSorted());
    } finally {
      Reflect.deleteProperty(process.env, "PLANTED");
      await rm(planted);
    }
  });

  it("after a sign-in with every mistake, every command on every row, and a sign-out", async () => {
    const { person, run } = window;
    const { clientId, clientSecret, control } = site.sandbox;
    const done = run("procore.signIn");
    (await person.pick("Sign in to Procore")).choose(site.label);
    await (await person.box("Client ID")).enter(clientId);
    const keys = await person.box("Client secret");
    await keys.enter(clientId);
    await keys.enter(wrongSecret);
    await keys.enter(`${wrongSecret} and more`);
    await keys.enter(clientSecret);
    const box = await person.box("Authorization code");
    for (const text of [wrongCode, clientSecret, `https://x.test/?code=${wrongCode}`, `{"code":"${wrongCode}"}`])
      await box.enter(text);
    box.press("Copy link");
    box.press("I see an error page");
    box.escape();
    await done;
    const again = run("procore.enterAuthorizationCode");
    await (await person.box("Authorization code")).enter(control.issueCode());
    await again;

    const rows = await allRows();
    assert.ok(rows.length > 3);
    const kinds = new Map(rows.map((row) => [row.item.contextValue, row]));
    for (const command of commandIds.filter((id) => id !== "procore.signOut" && !exceptions.includes(id))) {
      await runAlone(command);
      for (const row of kinds.values()) await runAlone(command, row.node);
    }
    window.controls.advanceClock(2 * 60 * minuteMs);
    await runAlone("procore.refreshSession");
    assert.deepEqual(await findings(), []);
    await run("procore.signOut");
    await seeWhatWasSent();
    const sent = vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === "procore-sent");
    assert.ok(sent.filter((document) => document.getText().includes("by this window")).length > 5);
    const told = window.logLines.filter((line) =>
      /^\[info\] (?:GET|POST) \/\S+ → \d{3} in \d+ ms, [\d.]+ KB/u.test(line),
    );
    assert.ok(told.length > 5, "the network log was searched, too");
    assert.ok(marks.count >= 6, String(marks.count));
    assert.deepEqual(await findings(), []);
  });

  for (const [name, fault] of faults) {
    it(`after ${name} to every call`, async () => {
      const { control, clientId, clientSecret } = site.sandbox;
      const { person, run } = window;
      const spoil = (where: string | RegExp, times = 2): Subscription =>
        control.inject({ path: where, times, fault: fault(secretsNow()) });
      await signIn(window, site);
      const [company] = await window.rows();
      for (const where of ["/rest/v1.0/companies", "/rest/v1.1/projects", "/rest/v1.0/company_base_url"]) {
        // More than a read is sent again.
        const spoilt = spoil(where, 99);
        await run("procore.refreshExplorer");
        await allRows();
        await run("procore.openInProcore", company?.node);
        spoilt.dispose();
      }
      const inReport = [spoil("/oauth/token/info", 99), spoil(/^\/rest\//u, 99)];
      await run("procore.diagnose");
      await run("procore.copyReport");
      for (const spoilt of inReport) spoilt.dispose();
      window.controls.advanceClock(2 * 60 * minuteMs);
      spoil("/oauth/token");
      await run("procore.diagnose");
      spoil("/oauth/token");
      await run("procore.refreshExplorer");
      await allRows();
      await run("procore.refreshSession");
      spoil("/oauth/revoke");
      spoil("/rest/v1.0/me", 4);
      await run("procore.signOut");

      // Signing in anew: the check of the keys and the exchange fail, then succeed.
      spoil("/oauth/token");
      const done = run("procore.signIn", { choose: "environment" });
      (await person.pick("Sign in to Procore")).choose(site.label);
      await (await person.box("Client ID")).enter(clientId);
      const keys = await person.box("Client secret");
      for (let attempt = 0; attempt < 3 && keys.isOpen; attempt += 1) await keys.enter(clientSecret);
      const box = await person.box("Authorization code");
      spoil("/oauth/token");
      const code = control.issueCode();
      for (let attempt = 0; attempt < 3 && box.isOpen; attempt += 1) await box.enter(code);
      person.absent = true;
      box.escape();
      await done;
      person.absent = false;
      noteTokens();
      await seeWhatWasSent();

      // Once more, with a wrong secret, and nobody who brings it to its end.
      const spoilt = spoil("/oauth/token", 99);
      const unfinished = run("procore.signIn", { choose: "environment" });
      (await person.pick("Sign in to Procore")).choose(site.label);
      await (await person.box("Client ID")).enter(clientId);
      const failing = await person.box("Client secret");
      await failing.enter(wrongSecret);
      person.absent = true;
      failing.escape();
      person.closeInputs();
      await unfinished;
      person.absent = false;
      spoilt.dispose();
      await seeWhatWasSent();
      assert.deepEqual(await findings(), []);
    });
  }

  for (const [name, fault] of faults) {
    it(`after ${name} to every call of a service account`, async () => {
      const { control, serviceAccount } = site.sandbox;
      const { person, run } = window;
      const spoil = (where: string): void =>
        void control.inject({ path: where, times: 2, fault: fault([...secretsNow(), serviceAccount.clientSecret]) });
      await signInAsService(window, site, { company: 0 });
      window.controls.advanceClock(2 * 60 * minuteMs);
      spoil("/oauth/token");
      await run("procore.refreshExplorer");
      await allRows();
      await run("procore.refreshSession");
      spoil("/oauth/revoke");
      await run("procore.signOut");

      spoil("/oauth/token");
      const done = run("procore.signIn", { choose: "service-account" });
      (await person.pick("Which environment")).choose(site.label);
      const company = await person.box("Company ID");
      await company.enter(serviceAccount.clientSecret);
      await company.enter(control.companies()[0]?.id ?? "");
      await (await person.box("Client ID")).enter(serviceAccount.clientId);
      spoil("/rest/v1.0/me");
      spoil("/rest/v1.0/companies");
      const keys = await person.box("Client secret");
      for (let attempt = 0; attempt < 3 && keys.isOpen; attempt += 1) await keys.enter(serviceAccount.clientSecret);
      person.closeInputs();
      await done;
      person.absent = false;
      noteTokens();
      await seeWhatWasSent();
      assert.deepEqual(await findings(), []);
    });
  }

  it("but for a person's own acts: Copy Access Token, the terminal, an extension that was allowed; each where it was asked for and nowhere else", async () => {
    const { person, provider, run } = window;
    await signIn(window, site);
    await run("procore.showSession");
    const [company] = await window.rows();
    const [session] = await provider.getSessions([], {});
    assert.equal(session?.accessToken, secretsNow()[0]);
    await run("procore.showSession");
    assert.deepEqual(await findings(), [], "handing a session out leaves nothing behind");

    await run("procore.openTerminal", company?.node);
    const opened = window.terminals.map(({ options }) => options.env);
    assert.deepEqual(marks.findIn(inspect(opened), "it"), ["an access token in it"]);
    for (const { options } of window.terminals) {
      const seen = inspect({ ...options, env: Object.keys(options.env ?? {}) }, { depth: 9 });
      assert.deepEqual(marks.findIn(seen, "what else a terminal gets"), []);
    }
    assert.deepEqual(await findings(), [], "the terminal's environment is the only place");

    await run("procore.copyAccessToken");
    assert.deepEqual(person.copied, [secretsNow()[0]]);
    assert.deepEqual(await findings(), ["an access token in the clipboard"]);

    person.copied.length = 0;
    window.controls.advanceClock(2 * 60 * minuteMs);
    // A 200 with tokens in it is an answer, whoever gives it.
    const failures = faults.filter(([name]) => !name.startsWith("200"));
    for (const command of exceptions) {
      for (const [, fault] of failures) {
        const rule = site.sandbox.control.inject({ path: "/oauth/token", times: 2, fault: fault(secretsNow()) });
        await runAlone(command, company?.node);
        rule.dispose();
      }
    }
    for (const [, fault] of faults) {
      site.sandbox.control.inject({ path: "/oauth/token/info", fault: fault(secretsNow()) });
      await run("procore.showSession");
    }
    assert.deepEqual(person.copied, [], "a failure copies nothing");
    assert.deepEqual(await findings(), []);
  });

  it("in exported files, and in what was copied for one's own app", async () => {
    await signIn(window, site);
    const connection = String((await window.connections())[0]?.["id"]);
    const file = vscode.Uri.file(path.join(folder, "export.postman_collection.json"));
    const dialog = replaceMember(vscode.window, "showSaveDialog", async () => file);
    try {
      const done = window.run("procore.exportPostmanCollection");
      (await window.person.pick("What may the files hold?")).choose("Your client ID");
      (await window.person.pick("Which company should company_id be?")).choose("Without a company");
      await done;
    } finally {
      dialog.dispose();
    }
    const copied = window.run("procore.copyEnvironment", { connection });
    (await window.person.pick("PROCORE_COMPANY_ID")).choose("Without a company");
    await copied;
    assert.equal(window.person.copied.length, 1);
    await vscode.workspace.fs.stat(file.with({ path: file.path.replace("collection", "environment") }));
    assert.deepEqual(await findings(), []);
  });

  it("after a call that never ends", async () => {
    await signIn(window, site);
    const [company] = await window.rows();
    window.controls.advanceClock(2 * 60 * minuteMs);
    site.sandbox.control.inject({ path: "/oauth/token", fault: { kind: "hang" } });
    const rows = window.rows(company);
    const last = async (): Promise<unknown> => site.sandbox.control.requests().at(-1)?.path;
    await until("the call is on its way", last, (where) => where === "/oauth/token");
    window.controls.advanceClock(31_000);
    await rows;
    assert.deepEqual(await findings(), []);
  });

  it("after a keyring, a browser and a clipboard that throw what they were given", async () => {
    const tell = (value: string): Error => new Error(`Cannot keep ${value}`, { cause: { value } });
    for (const call of ["store", "get", "delete"] as const) {
      window.secrets.fail(call, tell);
      await signIn(window, site);
      window.controls.advanceClock(2 * 60 * minuteMs);
      await window.run("procore.refreshExplorer");
      await allRows();
      await window.run("procore.refreshSession");
      await window.run("procore.signOut");
      window.secrets.mend();
      await window.run("procore.signOut");
      assert.deepEqual(await findings(), [], call);
    }
    const refused = replaceMember(vscode.env, "clipboard", {
      readText: async () => "",
      writeText: async (text: string) => {
        throw tell(text);
      },
    });
    await signIn(window, site);
    await window.run("procore.copyAccessToken");
    refused.dispose();
    assert.match(window.person.messages.at(-1)?.text ?? "", /^Nothing was copied/u);
    assert.deepEqual(await findings(), []);
  });
});

/** Two levels above the user's settings: on a desktop and in a server this holds logs and all kinds of storage. */
function userDataFolder(folder: string): string {
  const user = folder.split(path.sep).lastIndexOf("User");
  assert.ok(user > 2, folder);
  return folder
    .split(path.sep)
    .slice(0, user - 1)
    .join(path.sep);
}

/** Notes what is printed in this process; the editor's own stream behind the console cannot be replaced. */
function listen(printed: string[]): readonly { dispose(): void }[] {
  const replace = (target: object, name: string): { dispose(): void } => {
    const print: unknown = Reflect.get(target, name);
    return replaceMember(target, name, (...values: readonly unknown[]): unknown => {
      printed.push(values.map((value) => (typeof value === "string" ? value : inspect(value, { depth: 9 }))).join(" "));
      return typeof print === "function" ? (Reflect.apply(print, target, values) as unknown) : undefined;
    });
  };
  const levels = ["log", "info", "warn", "error", "debug", "trace"];
  return levels.map((level) => replace(console, level));
}
