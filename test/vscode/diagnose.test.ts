import assert from "node:assert/strict";
import * as vscode from "vscode";
import { minuteMs } from "../../src/core/clock.ts";
import { allowInBrowser } from "../fakes/browserPerson.ts";
import { openWindow, type ExtensionWindow, type Row } from "../fakes/extensionWindow.ts";
import { setEnvironments, signIn, signInAsService, type Site } from "../fakes/site.ts";
import { until } from "../harness/until.ts";
import { eachInAWindow } from "./eachInAWindow.ts";

const scheme = "procore-report";

describe("Diagnose Connection", () => {
  let window: ExtensionWindow;
  let site: Site;

  eachInAWindow((opened) => ({ window, site } = opened));

  function shown(): vscode.TextDocument {
    const documents = vscode.window.visibleTextEditors.map(({ document }) => document);
    const document = documents.find(({ uri }) => uri.scheme === scheme);
    assert.ok(document, "a report is shown");
    return document;
  }
  /** The text when the report is whole and says `wanted`: a document follows its report a moment later. */
  const report = (wanted: RegExp): Promise<string> =>
    until(
      `a whole report with ${String(wanted)}`,
      async () => shown().getText(),
      (text) => text.includes("## Versions: ") && !text.includes("Still at work") && wanted.test(text),
    );
  const diagnose = async (wanted: RegExp, argument?: unknown): Promise<string> => {
    await window.run("procore.diagnose", argument);
    return await report(wanted);
  };
  const verdicts = (text: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Array.from(text.matchAll(/^## (.*): ([^:\n]+)$/gmu), (match) => [match[1] ?? "", match[2] ?? ""]),
    );
  const lensTitles = async (): Promise<readonly string[]> => {
    const lenses = await vscode.commands.executeCommand<readonly vscode.CodeLens[]>(
      "vscode.executeCodeLensProvider",
      shown().uri,
    );
    return lenses.map(({ command }) => command?.title ?? "");
  };

  it("makes the whole report against a server, in Markdown that cannot be edited", async () => {
    await signIn(window, site);
    const text = await diagnose(/Test Site, maya/u);
    const host = new URL(site.sandbox.baseUrl).host;
    assert.equal(shown().languageId, "markdown");
    assert.deepEqual(verdicts(text), {
      "Settings and environment": "OK",
      "This connection": "OK",
      [`Proxy to ${host}`]: "OK",
      [`DNS for ${host}`]: "OK",
      [`TCP connection to ${host}`]: "OK",
      [`TLS of ${host}`]: "not done",
      [`Requests to ${host}`]: "OK",
      Clock: "OK",
      Keyring: "OK",
      "Client ID and client secret": "OK",
      Session: "OK",
      "Token info": "OK",
      "Who Procore says you are (/me)": "OK",
      Companies: "OK",
      // The sandbox's third company is the well-known wall.
      "Projects of each company": "OK, with a remark",
      "A project's tool": "not done",
      "Rate limit": "OK",
      Versions: "OK",
    });
    assert.match(text, /^- Through undici: the host answered 401 to a request without a token/mu);
    assert.match(text, /^- Through the editor's fetch: the host answered 401 to a request without a token/mu);
    assert.match(text, /^- Procore Explorer: \d+\.\d+\.\d+$/mu);
    assert.match(text, /\*\*App not installed\.\*\*/u);
    assert.deepEqual(await lensTitles(), ["Copy for a Bug Report", "Run Again", "Show Log", "Show Install Steps"]);
    assert.deepEqual(window.person.messages, []);
    await vscode.commands.executeCommand("type", { text: "x" });
    assert.equal(shown().getText(), text);
  });

  it("from a tool's row asks for that tool as well, names cause and cure, and keeps to it when it is made once more", async () => {
    await signIn(window, site);
    const named = (rows: readonly Row[], label: string): Row => {
      const row = rows.find((each) => each.label === label);
      assert.ok(row, `${label} among ${rows.map((each) => each.label).join()}`);
      return row;
    };
    const [company] = await window.rows();
    const project = (): Promise<readonly Row[]> => window.rows(company);
    while (!(await project()).some(({ label }) => label === "Sandbox Test Project"))
      await window.run("procore.loadMore", company?.node);
    const tools = await window.rows(named(await project(), "Sandbox Test Project"));

    const [forbidden] = await window.rows(named(tools, "Change Events"));
    assert.equal(forbidden?.item.contextValue, "noAccess");
    await window.run("procore.diagnoseRow", forbidden?.node);
    const text = await report(/\*\*No permission for this tool\.\*\*/u);
    assert.equal(verdicts(text)['The tool "Change Events"'], "problem");
    assert.match(text, /^- Project: Sandbox Test Project, ID \d+$/mu);
    assert.doesNotMatch(text, /No problem was found/u);
    const button = "Copy Message for Your Procore Admin";
    const lenses = await vscode.commands.executeCommand<readonly vscode.CodeLens[]>(
      "vscode.executeCodeLensProvider",
      shown().uri,
    );
    const { command } = lenses.find((lens) => lens.command?.title === button) ?? {};
    await window.run(command?.command ?? "", ...(command?.arguments ?? []));
    assert.match(
      window.person.copied.at(-1) ?? "",
      /^Tool: Change Events\nProject: Sandbox Test Project \(ID \d+\)$/mu,
    );

    site.sandbox.control.clearRequests();
    await window.run("procore.diagnose", shown().uri);
    await report(/\*\*No permission for this tool\.\*\*/u);
    const asked = site.sandbox.control.requests().map(({ path }) => path);
    assert.ok(
      asked.some((path) => path.startsWith("/rest/v1.1/change_events")),
      asked.join(),
    );

    const [missing] = await window.rows(named(tools, "Daily Logs"));
    await window.run("procore.diagnoseRow", missing?.node);
    await report(/\*\*Tool not found in this project\.\*\*/u);
    await window.run("procore.copyReport", shown().uri);
    assert.doesNotMatch(window.person.copied.at(-1) ?? "", /Sandbox Test Project/u);

    const palette = await diagnose(/^## A project's tool: not done$/mu);
    assert.match(palette, /choose Diagnose Connection in the menu of a tool's row/u);
    assert.match(palette, /\*\*No problem was found\.\*\*/u);
  });

  it("tries the keyring and leaves nothing in it", async () => {
    await window.close({ folder: "keep" });
    window = await openWindow({ folder: window.folder, home: "secretStorage" });
    const done = window.run("procore.diagnose");
    (await window.person.pick("What should be looked at?")).choose("Only this machine");
    await done;
    await report(/^- Round trip: a value was stored, read back and deleted/mu);
    window.secrets.fail("store", () => new Error("locked"));
    await diagnose(/\*\*Storage not writable\.\*\*/u, { subject: "machine" });
    assert.ok(
      window.logLines.some((line) => line.includes('Could not make the part "keyring" of a connection report')),
    );
  });

  it("writes nothing into a browser's secret storage", async () => {
    await window.close({ folder: "keep" });
    window = await openWindow({ folder: window.folder, home: "sealedFile" });
    let writes = 0;
    window.secrets.fail("store", () => ((writes += 1), new Error("not now")));
    await diagnose(/^- Round trip: not tried: in a browser/mu, { subject: "machine" });
    assert.equal(writes, 0);
  });

  it("works before anybody signed in: an environment, or this machine alone", async () => {
    const done = window.run("procore.diagnose");
    const pick = await window.person.pick("What should be looked at?");
    pick.choose(site.label);
    await done;
    const text = await report(/^# Procore connection report: Test Site, without signing in$/mu);
    assert.match(text, /\*\*No problem was found\.\*\*/u);
    assert.ok(!("Session" in verdicts(text)));
    assert.deepEqual(
      site.sandbox.control.requests().filter(({ path }) => path === "/oauth/token"),
      [],
    );
  });

  it("lets one choose among several connections, and takes the one that an argument names", async () => {
    await signIn(window, site);
    await signInAsService(window, site, { company: 0 });
    const done = window.run("procore.diagnose");
    (await window.person.pick("What should be looked at?")).choose(
      `Test Site · maya.okafor@sandbox.example · app ${site.sandbox.clientId.slice(0, 8)}…`,
    );
    await done;
    await report(/^- Kind of sign-in: a person's sign-in$/mu);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    const service = (await window.connections()).find(({ grant }) =>
      JSON.stringify(grant).includes("clientCredentials"),
    );
    const other = await diagnose(/^- Kind of sign-in: service account$/mu, { connection: service?.["id"] });
    assert.equal(verdicts(other)["Client ID and client secret"], "OK");
    assert.equal(verdicts(other)["Companies"], "OK");
  });

  it("of somebody who signed out says so, and still tries keys and network", async () => {
    await signIn(window, site);
    await window.run("procore.signOut");
    const text = await diagnose(/\*\*Not signed in\.\*\*/u);
    const found = verdicts(text);
    assert.equal(found["Session"], "problem");
    assert.equal(found["Client ID and client secret"], "OK");
    assert.equal(found["Companies"], "not done");
    assert.match(text, /Not done: it needs what another part did not give: Session$/mu);
    assert.ok((await lensTitles()).includes("Sign In"));
    const links = await vscode.commands.executeCommand<readonly vscode.DocumentLink[]>(
      "vscode.executeLinkProvider",
      shown().uri,
    );
    const [connection] = await window.connections();
    assert.deepEqual(
      links.map(({ range, target }) => [shown().getText(range), target?.scheme, target?.path, target?.query]),
      [["→ Sign In", "command", "procore.signIn", JSON.stringify([{ connection: connection?.["id"] }])]],
    );
  });

  it("of a server that is gone names it, and renews nothing", async () => {
    await signIn(window, site);
    await window.rows();
    window.controls.advanceClock(10 * minuteMs);
    await site.sandbox.close();
    const text = await diagnose(/refused the connection: no program listens there on this machine/u);
    const host = new URL(site.sandbox.baseUrl).host;
    const found = verdicts(text);
    assert.equal(found[`TCP connection to ${host}`], "problem");
    assert.equal(found[`Requests to ${host}`], "problem");
    assert.equal(found["Session"], "OK", "its token is still good, as far as anybody knows");
    assert.equal(found["Companies"], "not done", "nobody has to wait for what is known by then");
  });

  it("of a Local Sandbox that was stopped offers to start it, and sends nothing", async () => {
    const done = window.run("procore.signIn", { choose: "local-sandbox" });
    const code = await window.person.box("Authorization code");
    await code.enter(await allowInBrowser(window.person.opened[0]));
    await done;
    await diagnose(/Local Sandbox, maya[^]*\*\*No problem was found\.\*\*/u);
    window.person.answer(/^Stop the Local Sandbox/u, "Stop");
    await window.run("procore.stopLocalSandbox");
    const text = await diagnose(/\*\*Local Sandbox stopped\.\*\*/u);
    assert.ok((await lensTitles()).includes("Start Local Sandbox"));
    assert.ok(Object.values(verdicts(text)).filter((verdict) => verdict === "not done").length > 8);
  });

  it("of a connection whose addresses changed sends nothing", async () => {
    await signIn(window, site);
    await window.rows();
    site.sandbox.control.clearRequests();
    const elsewhere = "https://elsewhere.invalid";
    await setEnvironments([
      { id: "test-site", label: site.label, loginUrl: elsewhere, apiUrl: elsewhere, webUrl: elsewhere },
    ]);
    await diagnose(/\*\*Addresses changed\.\*\*/u);
    assert.deepEqual(site.sandbox.control.requests(), []);
  });

  /** Tries a secret that is wrong, and leaves. */
  const failToSignIn = async (): Promise<void> => {
    const done = window.run("procore.signIn", { choose: "environment" });
    (await window.person.pick("Sign in to Procore")).choose(site.label);
    await (await window.person.box("Client ID")).enter(site.sandbox.clientId);
    const secret = await window.person.box("Client secret");
    await secret.enter("not-the-secret");
    secret.escape();
    await done;
  };

  it("tells what a sign-in met last", async () => {
    await failToSignIn();
    const text = await diagnose(/\*\*Credentials not accepted\.\*\*/u, { subject: "environment/test-site" });
    const part = "The last sign-in that failed in this window";
    assert.equal(verdicts(text)[part], "problem");
    assert.match(text, /^- Environment: Test Site$/mu);
    const elsewhere = await diagnose(/^# Procore connection report: this machine$/mu, { subject: "machine" });
    assert.ok(!(part in verdicts(elsewhere)), "it is no trouble of this machine");

    await signIn(window, site);
    const after = await diagnose(/Test Site, maya/u);
    assert.ok(!(part in verdicts(after)), "a sign-in that came to its end ends it");
  });

  it("asks what is meant where a sign-in failed beside the only connection, and leads back to that sign-in", async () => {
    const local = window.run("procore.signIn", { choose: "local-sandbox" });
    const code = await window.person.box("Authorization code");
    await code.enter(await allowInBrowser(window.person.opened[0]));
    await local;
    await failToSignIn();

    const done = window.run("procore.diagnose");
    const pick = await window.person.pick("What should be looked at?");
    const failed = pick.items.filter(({ description }) => description === "the last sign-in there failed");
    assert.deepEqual(
      failed.map(({ label }) => label),
      [site.label],
    );
    pick.choose(site.label);
    await done;
    await report(/\*\*Credentials not accepted\.\*\*/u);
    const titles = await lensTitles();
    assert.ok(titles.includes("Sign In") && !titles.includes("Edit App Credentials"), titles.join());
    await window.run("procore.copyReport", shown().uri);
    assert.doesNotMatch(window.person.copied.at(-1) ?? "", /Edit App Credentials/u);
  });

  it("copies without names, and with them only when asked", async () => {
    await signIn(window, site);
    await diagnose(/Test Site, maya/u);
    await window.run("procore.copyReport", shown().uri);
    const [copied = ""] = window.person.copied;
    const [company] = site.sandbox.control.companies();
    const names = [
      "maya.okafor",
      company?.name ?? "",
      company?.id ?? "",
      site.sandbox.clientId,
      window.folder,
      site.label,
    ];
    for (const name of names) assert.ok(name !== "" && !copied.includes(name), name);
    assert.match(copied, /\(company 1\): the company is connected to the app/u);
    assert.match(copied, /are hidden: the same number stands for the same one/u);
    assert.deepEqual(window.person.messages.at(-1)?.buttons, ["Copy with Names"]);
    window.person.answer(/^Copied for a bug report/u, "Copy with Names");
    await window.run("procore.copyReport");
    const withNames = await until(
      "it is copied",
      async () => window.person.copied.at(-1) ?? "",
      (text) => text.includes("maya.okafor"),
    );
    assert.ok(withNames.includes(company?.name ?? "?"));
  });

  it("copies from the palette the report that the editor shows, also where another one is newer", async () => {
    await signIn(window, site);
    await diagnose(/Test Site, maya/u);
    const [connection] = await window.connections();
    const first = shown();
    await diagnose(/^# Procore connection report: this machine$/mu, { subject: "machine" });
    await vscode.window.showTextDocument(first);
    await window.run("procore.copyReport");
    assert.match(window.person.copied.at(-1) ?? "", /^## Session: OK$/mu);

    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await window.run("procore.copyReport");
    assert.match(window.person.copied.at(-1) ?? "", /^# Procore connection report: this machine$/mu);
    await diagnose(/Test Site, maya/u, { connection: connection?.["id"] });
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await window.run("procore.copyReport");
    assert.match(window.person.copied.at(-1) ?? "", /^## Session: OK$/mu, "the one that was made again is the newest");
  });

  it("forgets a report with its connection", async () => {
    await signIn(window, site);
    await diagnose(/Test Site, maya/u);
    const document = shown();
    window.person.answer(/^Remove/u, "Remove");
    await window.run("procore.removeConnection");
    await until(
      "the report is gone",
      async () => document.getText(),
      (text) => text === "There is no report any more: run Diagnose Connection again.",
    );
    await window.run("procore.copyReport", document.uri);
    assert.deepEqual(window.person.copied, []);
  });

  it("has nothing to copy before there is a report, and says so", async () => {
    await window.run("procore.copyReport");
    assert.deepEqual(window.person.copied, []);
    assert.equal(window.person.messages.at(-1)?.text, "There is no connection report yet.");
  });
});
