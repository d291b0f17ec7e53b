import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { minuteMs } from "../../src/core/clock.ts";
import { networkSettings } from "../../src/platform/settings.ts";
import type { ExtensionWindow, Row } from "../fakes/extensionWindow.ts";
import { startRecorder, type Recorder } from "../fakes/recorder.ts";
import { environmentAt, setEnvironments, signIn, type Site } from "../fakes/site.ts";
import { removeFolder } from "../harness/removeFolder.ts";
import { until } from "../harness/until.ts";
import { eachInAWindow } from "./eachInAWindow.ts";

describe("where requests go (security rules 3 to 6)", () => {
  let window: ExtensionWindow;
  let site: Site;
  let elsewhere: Recorder;

  eachInAWindow((opened) => ({ window, site } = opened));
  beforeEach(async () => {
    elsewhere = await startRecorder();
  });
  afterEach(() => elsewhere.close());

  async function firstCompany(): Promise<Row> {
    const [row] = await window.rows();
    assert.ok(row);
    return row;
  }

  const lead = (where: string | RegExp, status: number): void => {
    const headers = { Location: `${elsewhere.origin}/oauth/token?from=redirect` };
    site.sandbox.control.inject({ path: where, times: 9, fault: { kind: "reply", status, headers } });
  };

  for (const status of [301, 302, 303, 307, 308]) {
    it(`a ${status} sends no token call to another port`, async () => {
      await signIn(window, site);
      const company = await firstCompany();
      lead(/^\/oauth\//u, status);
      window.controls.advanceClock(2 * 60 * minuteMs);
      const [row] = await window.rows(company);
      assert.equal(row?.label, "Sent to another address");
      await window.run("procore.refreshSession");
      await window.run("procore.signOut");
      assert.deepEqual(elsewhere.hits, []);
      assert.equal(window.contextKeys.get("procore.state"), "signedOut");
    });

    it(`a ${status} sends no request with a token to another port`, async () => {
      await signIn(window, site);
      lead(/^\/rest\//u, status);
      const [failed] = await window.rows();
      assert.equal(failed?.label, "Sent to another address");
      assert.deepEqual(elsewhere.hits, []);
    });
  }

  it("addresses that the settings change after sign-in get nothing until a person confirms", async () => {
    await signIn(window, site);
    const company = await firstCompany();
    site.sandbox.control.clearRequests();
    await setEnvironments([environmentAt(site.label, elsewhere.origin)]);
    window.controls.advanceClock(2 * 60 * minuteMs);
    const [row] = await window.rows(company);
    assert.equal(row?.label, "Addresses changed");
    assert.match(String(row?.item.description), /^Sign In · The addresses of "Test Site" changed: was http/u);
    await window.run("procore.refreshSession");
    await window.run("procore.openInProcore", company.node);
    await window.run("procore.signIn");
    const question = window.person.messages.at(-1);
    assert.match(question?.text ?? "", /addresses of "Test Site" changed/u);
    for (const origin of [site.sandbox.baseUrl, elsewhere.origin]) assert.ok(question?.detail.includes(origin));
    assert.deepEqual(elsewhere.hits, []);
    assert.deepEqual(site.sandbox.control.requests(), []);

    window.person.answer(/addresses of "Test Site" changed/u, "Use New Addresses");
    window.person.absent = true;
    await window.run("procore.signIn");
    assert.equal(elsewhere.hits.length, 1);
  });

  const hostileAddresses: readonly (readonly [string, string])[] = [
    ["a command of the editor", "vscode://procore.evil/run"],
    ["a script", "javascript:alert(1)"],
    ["a file", "file:///etc/passwd"],
    ["a command link", "command:workbench.action.closeWindow"],
    ["another host", "https://evil.test"],
    ["a host that only looks like Procore's", "https://procore.com.evil.test"],
    ["a user name that looks like Procore's host", "https://app.procore.com@evil.test"],
    ["plain http to Procore", "http://app.procore.com"],
    ["another port of this machine", "http://127.0.0.1:1"],
  ];
  for (const [name, address] of hostileAddresses) {
    it(`Open in Procore does not open ${name}`, async () => {
      await signIn(window, site);
      const company = await firstCompany();
      const before = window.person.opened.length;
      const body = JSON.stringify({ web_base_url: address });
      const headers = { "Content-Type": "application/json" };
      site.sandbox.control.inject({
        path: "/rest/v1.0/company_base_url",
        fault: { kind: "reply", status: 200, headers, body },
      });
      await window.run("procore.openInProcore", company.node);
      assert.equal(window.person.opened.length, before);
      assert.match(window.person.messages.at(-1)?.text ?? "", /web_base_url/u);
      // Without the lie it opens: the refusal above was for the address.
      await window.run("procore.openInProcore", company.node);
      assert.match(String(window.person.opened.at(-1)), /^http:\/\/127\.0\.0\.1:\d+\/\d+\/company\/home\/list$/u);
    });
  }

  it("a workspace cannot add an environment, name a proxy or choose what carries requests", async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const settings = path.join(folder.uri.fsPath, ".vscode");
    await mkdir(settings, { recursive: true });
    const entry = { ...environmentAt("Workspace Site", elsewhere.origin), id: "workspace-site" };
    // A setting that a workspace may decide tells when the file was read.
    const text = JSON.stringify({
      "procore.environments": [entry],
      "procore.network.transport": "vscode",
      "http.proxy": elsewhere.origin,
      "http.proxyStrictSSL": false,
      "http.noProxy": ["*"],
      "http.proxyAuthorization": "Basic bm9ib2R5",
      "editor.tabSize": 7,
    });
    const before = networkSettings();
    await writeFile(path.join(settings, "settings.json"), text);
    try {
      const tabSize = async (): Promise<unknown> =>
        vscode.workspace.getConfiguration("editor", folder.uri).get("tabSize");
      await until("the workspace's settings are read", tabSize, (size) => size === 7);
      assert.deepEqual(networkSettings(), before);
      assert.deepEqual([before.transport, before.proxy, before.noProxy], ["auto", undefined, []]);
      const done = window.run("procore.signIn");
      const pick = await window.person.pick("Sign in to Procore");
      const labels = pick.items.map(({ label }) => label);
      pick.escape();
      await done;
      assert.ok(labels.includes("Test Site"), labels.join());
      assert.ok(!labels.some((label) => label.includes("Workspace Site")), labels.join());
    } finally {
      await removeFolder(settings);
    }
  });
});
