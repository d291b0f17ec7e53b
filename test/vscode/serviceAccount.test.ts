import assert from "node:assert/strict";
import * as vscode from "vscode";
import { minuteMs } from "../../src/core/clock.ts";
import { closeWindow, openWindow, type ExtensionWindow } from "../fakes/extensionWindow.ts";
import type { ScriptedBox } from "../fakes/scriptedInputs.ts";
import { closeSites, openSite, signIn, signInAsService, type Site } from "../fakes/site.ts";
import { until } from "../harness/until.ts";
import { eachInAWindow } from "./eachInAWindow.ts";

describe("a service account", () => {
  let window: ExtensionWindow;
  let site: Site;

  eachInAWindow((opened) => ({ window, site } = opened));

  const companies = () => site.sandbox.control.companies();
  const companyAt = (index: number): string => companies()[index]?.id ?? "";
  const requests = (path: string) => site.sandbox.control.requests().filter((request) => request.path === path);

  /** Goes on to the company box; `done` resolves when the command has ended. */
  async function toCompanyBox(): Promise<{ readonly box: ScriptedBox; readonly done: Promise<void> }> {
    const { person, run } = window;
    const done = run("procore.signIn", { choose: "service-account" });
    (await person.pick("Which environment is the service account in?")).choose(site.label);
    return { box: await person.box("Company ID"), done };
  }

  async function enterKeys(): Promise<void> {
    const { clientId, clientSecret } = site.sandbox.serviceAccount;
    await (await window.person.box("Client ID")).enter(clientId);
    await (await window.person.box("Client secret")).enter(clientSecret);
  }

  it("signs in without a browser, and every part of the screen says whose session it is", async () => {
    await signInAsService(window, site, { company: 0 });
    assert.deepEqual(window.person.opened, []);
    assert.deepEqual(window.person.messages, []);
    assert.equal(window.contextKeys.get("procore.state"), "signedIn");
    assert.equal(window.contextKeys.get("procore.signedInAs"), "serviceAccount");
    assert.match(window.status.text, /^\$\(key\) Test Site 1h (29|30)m$/u);
    assert.match(
      window.status.accessibilityInformation?.label ?? "",
      /signed in as service account of Ironbridge & Vale Builders \(local-sandbox-app-1@/u,
    );
    const rows = await window.rows();
    assert.deepEqual(
      rows.map(({ label, item }) => [label, item.collapsibleState]),
      [["Ironbridge & Vale Builders", vscode.TreeItemCollapsibleState.Expanded]],
    );
    const projects = await window.rows(rows[0]);
    assert.ok(projects.length > 100 && projects.length < 300, String(projects.length));
    const [connection] = await window.connections();
    assert.deepEqual(connection?.["grant"], {
      kind: "clientCredentials",
      companyId: companyAt(0),
      companyName: "Ironbridge & Vale Builders",
    });
    assert.equal(requests("/oauth/token").length, 1);
    const menu = window.run("procore.showSessionMenu");
    const pick = await window.person.pick("Test Site · service account of Ironbridge & Vale Builders · app");
    pick.escape();
    await menu;
  });

  it("says why it sees no projects, other than a person is told", async () => {
    await signInAsService(window, site, { company: 1 });
    const [company] = await window.rows();
    const [row] = await window.rows(company);
    assert.equal(row?.label, "No project is permitted to this service account");
    assert.equal(row.item.command?.command, "procore.openWalkthrough");
    assert.deepEqual(row.item.command?.arguments, ["serviceAccount"]);
  });

  it("takes the address of a page, and keeps what was typed when it is refused or closed", async () => {
    const first = await toCompanyBox();
    await first.box.enter("Ironbridge");
    assert.match(first.box.message, /^There is no company ID in this text\./u);
    await first.box.enter("");
    assert.match(first.box.message, /^Enter the company ID/u);
    first.box.type("12345");
    first.box.escape();
    await first.done;
    const { box, done } = await toCompanyBox();
    assert.equal(box.value, "12345");
    box.type(`https://app.procore.com/${companyAt(0)}/company/home/list`);
    assert.equal(box.message, `Found company ID ${companyAt(0)} in the address.`);
    await box.enter(box.value);
    await enterKeys();
    await done;
    assert.equal((await window.rows()).length, 1);
  });

  it("goes back step by step, to the person's list at last", async () => {
    const { box, done } = await toCompanyBox();
    await box.enter(companyAt(0));
    (await window.person.box("Client ID")).back();
    (await window.person.box("Company ID")).back();
    (await window.person.pick("Which environment is the service account in?")).back();
    (await window.person.pick("Which environment do you want to sign in to?")).escape();
    await done;
  });

  it("ends by Cancel Sign In while its company is asked: nothing is stored, and its token is revoked", async () => {
    const gate: { open?: () => void } = {};
    const opened = new Promise<void>((resolve) => (gate.open = resolve));
    const fault = { kind: "changed", change: async <T>(answer: T) => (await opened, answer) } as const;
    site.sandbox.control.inject({ path: "/rest/v1.0/me", fault });
    const { box, done } = await toCompanyBox();
    await box.enter(companyAt(0));
    await enterKeys();
    await until("the company is asked", async () => requests("/rest/v1.0/me").length, Boolean);
    await window.run("procore.cancelSignIn");
    gate.open?.();
    await done;
    await until("its token is revoked", async () => requests("/oauth/revoke").length, Boolean);
    assert.deepEqual(await window.connections(), []);
    assert.deepEqual(window.person.messages, []);
    assert.equal(window.contextKeys.get("procore.state"), "noConnection");
  });

  const wrong: readonly (readonly [string, () => string, RegExp])[] = [
    [
      "is unknown",
      () => "7",
      /^Company 7 does not know this service account \(127\.0\.0\.1:\d+ answered 404: Not Found\)/u,
    ],
    ["has not installed the app", () => companyAt(2), /^The app is not installed in company \d+\./u],
  ];
  for (const [name, company, words] of wrong) {
    it(`asks for the company again when it ${name}, stores nothing, and then needs no key again`, async () => {
      const { box, done } = await toCompanyBox();
      await box.enter(company());
      await enterKeys();
      const again = await window.person.box("Company ID");
      assert.match(again.message, words);
      assert.equal(again.value, company());
      assert.deepEqual(await window.connections(), []);
      await again.enter(companyAt(0));
      await done;
      assert.equal((await window.rows()).length, 1);
      const { tokens } = site.sandbox.state();
      assert.deepEqual(
        tokens.map(({ revoked }) => revoked),
        [true, false],
      );
    });
  }

  it("says in the box what is wrong with the keys, and keeps them when the network fails", async () => {
    const { box, done } = await toCompanyBox();
    await box.enter(companyAt(0));
    await (await window.person.box("Client ID")).enter(site.sandbox.clientId);
    const secret = await window.person.box("Client secret");
    await secret.enter("not-the-secret-of-this-app");
    assert.match(secret.message, /does not accept this client ID and secret\./u);
    await secret.enter(site.sandbox.clientSecret);
    assert.match(secret.message, /gives this app no service account\. Add Service Account Authentication/u);
    secret.back();
    await (await window.person.box("Client ID")).enter(site.sandbox.serviceAccount.clientId);
    const right = await window.person.box("Client secret");
    site.sandbox.control.inject({ path: "/oauth/token", fault: { kind: "reset" } });
    await right.enter(site.sandbox.serviceAccount.clientSecret);
    assert.match(right.message, /broke off\. Try again\.$/u);
    assert.equal(right.value, site.sandbox.serviceAccount.clientSecret);
    await right.enter(right.value);
    await done;
    assert.equal(window.contextKeys.get("procore.state"), "signedIn");
  });

  it("keeps the session when Procore does not say who it is", async () => {
    site.sandbox.control.inject({ path: "/rest/v1.0/me", times: 4, fault: { kind: "reply", status: 500, body: "{}" } });
    await signInAsService(window, site, { company: 0 });
    assert.equal(window.contextKeys.get("procore.state"), "signedIn");
    assert.match(window.person.messages[0]?.text ?? "", /answered 500/u);
    assert.match(window.status.accessibilityInformation?.label ?? "", /service account of company \d+$/u);
    await window.run("procore.refreshSession");
    assert.match(window.status.accessibilityInformation?.label ?? "", /\(local-sandbox-app-1@/u);
  });

  it("gets a new token by itself when a request needs one", async () => {
    await signInAsService(window, site, { company: 0 });
    const [company] = await window.rows();
    window.controls.advanceClock(2 * 60 * minuteMs);
    await window.run("procore.refreshExplorer", company?.node);
    assert.ok((await window.rows(company)).length > 100);
    assert.equal(requests("/oauth/token").length, 2);
    assert.match(window.status.text, /1h (29|30)m$/u);
    assert.deepEqual(window.person.messages, []);
  });

  it("is signed in again without a browser and without a question", async () => {
    await signInAsService(window, site, { company: 0 });
    await window.run("procore.signOut");
    assert.equal(window.contextKeys.get("procore.state"), "signedOut");
    assert.deepEqual(
      site.sandbox.state().tokens.map(({ revoked }) => revoked),
      [true],
    );
    await window.run("procore.signIn");
    assert.equal(window.contextKeys.get("procore.state"), "signedIn");
    assert.deepEqual(window.person.opened, []);
    assert.equal((await window.connections()).length, 1);
  });

  it("asks for the secret alone when it is not kept any more", async () => {
    await signInAsService(window, site, { company: 0 });
    await window.run("procore.signOut");
    const [connection] = await window.connections();
    await window.secrets.delete(`procore.client.${String(connection?.["id"])}`);
    const done = window.run("procore.signIn");
    await (await window.person.box("Client secret")).enter(site.sandbox.serviceAccount.clientSecret);
    await done;
    assert.equal(window.contextKeys.get("procore.state"), "signedIn");
  });

  it("stands beside a person of the same app, each with a session of its own", async () => {
    const { serviceAccount, control } = site.sandbox;
    const app = { ...site.sandbox, ...serviceAccount };
    app.control = { ...control, issueCode: () => control.issueCode({ clientId: serviceAccount.clientId }) };
    await signIn(window, { label: site.label, sandbox: app });
    await signInAsService(window, site, { company: 0 });
    await signInAsService(window, site, { company: 1 });
    assert.equal((await window.connections()).length, 3);
    await signInAsService(window, site, { company: 0 });
    assert.equal((await window.connections()).length, 3);
    assert.equal((await window.rows())[0]?.label, "Ironbridge & Vale Builders");
    const done = window.run("procore.switchConnection");
    const pick = await window.person.pick("Which connection should this window use?");
    const titles = pick.items
      .map(({ label }) => label.replace(/ · app .*$/u, ""))
      .filter((label) => / · /u.test(label));
    assert.deepEqual(titles, [
      "Test Site · maya.okafor@sandbox.example",
      "Test Site · service account of Ironbridge & Vale Builders",
      "Test Site · service account of Constructions Beauséjour ltée",
    ]);
    pick.choose("Test Site · maya");
    await done;
    assert.equal((await window.rows()).length, 3);
    await window.run("procore.signOut");
    const ends = site.sandbox.state().tokens.map(({ userId, revoked }) => [userId === undefined, revoked]);
    assert.deepEqual(ends, [
      [false, true],
      [true, true],
      [true, false],
      [true, false],
    ]);
  });

  it("keeps its session when its secret is edited, and signs in anew with another client ID", async () => {
    await signInAsService(window, site, { company: 0 });
    const { clientId, clientSecret } = site.sandbox.serviceAccount;
    const edit = window.run("procore.editCredentials");
    await (await window.person.box("Client ID")).enter(clientId);
    await (await window.person.box("Client secret")).enter(clientSecret);
    await edit;
    assert.equal(window.person.notices.at(-1), "Client secret saved");
    window.person.answer(/Another client ID is another app/u, "Sign In to the New App");
    const change = window.run("procore.editCredentials");
    await (await window.person.box("Client ID")).enter(site.sandbox.clientId);
    await (await window.person.box("Client secret")).enter(site.sandbox.clientSecret);
    const secret = await window.person.box("Client secret");
    assert.match(secret.message, /gives this app no service account/u);
    assert.deepEqual(window.person.opened, []);
    secret.escape();
    await change;
    assert.equal(window.contextKeys.get("procore.state"), "signedIn");
  });

  it("says how long its token lives on when the server could not be told of Sign Out", async () => {
    await signInAsService(window, site, { company: 0 });
    site.sandbox.control.inject({ path: "/oauth/revoke", fault: { kind: "reset" } });
    await window.run("procore.signOut");
    assert.match(
      window.person.messages.at(-1)?.text ?? "",
      /^Signed out here, but 127\.0\.0\.1:\d+ could not be told\. .* Its token ends by itself in 1h (29|30)m\.$/u,
    );
  });
});

describe("removing a connection", () => {
  for (const [name, add] of [
    ["of a person", async (window: ExtensionWindow, site: Site) => await signIn(window, site)],
    [
      "of a service account",
      async (window: ExtensionWindow, site: Site) => await signInAsService(window, site, { company: 0 }),
    ],
  ] as const) {
    it(`${name} ends it at the server and leaves nothing here, even when the keyring does not delete`, async () => {
      const window = await openWindow();
      const site = await openSite(window);
      window.person.answer(/^Remove /u, "Remove");
      try {
        await add(window, site);
        await window.run("procore.removeConnection");
        assert.deepEqual(await window.connections(), []);
        await add(window, site);
        window.secrets.fail("delete");
        await window.run("procore.removeConnection");
        assert.deepEqual(await window.connections(), []);
        assert.equal(
          site.sandbox.state().tokens.every(({ revoked }) => revoked),
          true,
        );
        assert.match(window.person.messages.at(-1)?.text ?? "", /could not be deleted/u);
      } finally {
        await closeWindow();
        await closeSites();
      }
    });
  }
});

describe("the Local Sandbox, for a service account", () => {
  afterEach(async () => await closeWindow());

  it("offers its companies, needs no key, and goes on as the same connection after a restart", async () => {
    const window = await openWindow();
    try {
      const toCompanies = async () => {
        const done = window.run("procore.signIn", { choose: "service-account" });
        (await window.person.pick("Which environment is the service account in?")).choose("Local Sandbox");
        return { pick: await window.person.pick("Which company is the service account in?"), done };
      };
      const { pick, done } = await toCompanies();
      assert.deepEqual(
        pick.items.map(({ label, description }) => `${label}: ${description}`),
        [
          "Ironbridge & Vale Builders: some projects are permitted",
          "Constructions Beauséjour ltée: no project is permitted",
          "Löwenstein Hoch- und Tiefbau AG: the app is not installed",
        ],
      );
      pick.choose("Löwenstein");
      const again = await window.person.pick("The app is not installed in company");
      again.choose("Ironbridge");
      await done;
      assert.equal(window.contextKeys.get("procore.state"), "signedIn");
      assert.equal((await window.rows()).length, 1);
      window.person.answer(/^Stop the Local Sandbox/u, "Stop");
      const [before] = await window.connections();
      await window.run("procore.stopLocalSandbox");
      await window.run("procore.startLocalSandbox");
      const follow = async () => (await window.connections())[0];
      const isNew = (it: Awaited<ReturnType<typeof follow>>): boolean =>
        JSON.stringify(it?.["origins"]) !== JSON.stringify(before?.["origins"]);
      const after = await until("the connection knows the new address", follow, isNew);
      assert.equal(after?.["clientId"], before?.["clientId"]);
      await window.run("procore.signIn");
      assert.deepEqual(window.person.opened, []);
      assert.equal((await window.connections()).length, 1);
      assert.equal((await window.rows()).length, 1);
    } finally {
      await window.run("procore.stopLocalSandbox");
    }
  });
});
