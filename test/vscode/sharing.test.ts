import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { minuteMs } from "../../src/core/clock.ts";
import { reopenAsProduction } from "../fakes/asProduction.ts";
import { openWindow, type ExtensionWindow } from "../fakes/extensionWindow.ts";
import { signIn, type Site } from "../fakes/site.ts";
import { until } from "../harness/until.ts";
import { eachInAWindow } from "./eachInAWindow.ts";

type Change = "added" | "removed" | "changed";

describe("sessions for other extensions", () => {
  let window: ExtensionWindow;
  let site: Site;
  let events: string[];
  let listening: { dispose(): void } | undefined;

  // What a test changed is taken back before its window ends.
  beforeEach(() => {
    events = [];
  });
  afterEach(async () => {
    listening?.dispose();
    await share(undefined);
  });
  eachInAWindow((opened) => ({ window, site } = opened));

  const share = async (value: boolean | undefined): Promise<void> =>
    await vscode.workspace
      .getConfiguration("procore")
      .update("shareProductionSessions", value, vscode.ConfigurationTarget.Global);

  function listen(): void {
    const kinds: readonly Change[] = ["added", "removed", "changed"];
    listening = window.provider.onDidChangeSessions((event) => {
      for (const kind of kinds) for (const { account } of event[kind] ?? []) events.push(`${kind} ${account.label}`);
    });
  }

  const asked = (scopes: readonly string[] | undefined, account?: vscode.AuthenticationSessionAccountInformation) =>
    Promise.resolve(window.provider.getSessions(scopes, account === undefined ? {} : { account }));
  const newest = (): string => site.sandbox.state().tokens.at(-1)?.accessToken ?? "";
  const label = (): string => `maya.okafor@sandbox.example · Test Site · app ${site.sandbox.clientId.slice(0, 8)}…`;
  const sent = (): readonly string[] => site.sandbox.control.requests().map(({ path }) => path);

  it("are listed for VS Code without a secret and without a request", async () => {
    assert.deepEqual(await asked(undefined), []);
    await signIn(window, site);
    await window.close({ folder: "keep" });
    window = await openWindow({ folder: window.folder });
    site.sandbox.control.clearRequests();
    const [session, ...more] = await asked(undefined);
    assert.deepEqual(more, []);
    assert.equal(session?.accessToken, "");
    assert.equal(session?.account.label, label());
    assert.equal(session?.account.id, (await window.connections())[0]?.["id"]);
    assert.deepEqual(session?.scopes, []);
    assert.deepEqual(window.secrets.calls, []);
    assert.deepEqual(sent(), []);
  });

  it("are handed out with their token, whatever scopes are asked for: Procore has none", async () => {
    await signIn(window, site);
    for (const scopes of [[], ["read", "write"]]) {
      const [session] = await asked(scopes);
      assert.equal(session?.accessToken, newest());
      assert.deepEqual(session?.scopes, []);
    }
    const [session] = await asked([]);
    assert.deepEqual(
      (await asked([], session?.account)).map(({ id }) => id),
      [session?.id],
    );
    assert.deepEqual(await asked([], { id: "another", label: "another" }), []);
    assert.deepEqual(await asked(undefined, { id: "another", label: "another" }), []);
  });

  it("are renewed first when they have ended, and that is told", async () => {
    await signIn(window, site);
    listen();
    window.controls.advanceClock(2 * 60 * minuteMs);
    const before = newest();
    assert.equal((await asked(undefined))[0]?.accessToken, "", "VS Code's own question renews nothing");
    assert.equal(newest(), before);
    const [session] = await asked([]);
    assert.notEqual(session?.accessToken, before);
    assert.equal(session?.accessToken, newest());
    assert.deepEqual(events, [`changed ${label()}`]);
    await asked([]);
    await window.rows();
    assert.deepEqual(events, [`changed ${label()}`], "nothing changed since");
  });

  it("tell of sign-in and sign-out, and of nothing else", async () => {
    listen();
    await signIn(window, site);
    // Who signed in is known a moment later.
    assert.equal(events[0], `added unknown user${label().slice(label().indexOf(" · "))}`);
    assert.deepEqual(events.slice(1), [`changed ${label()}`]);
    await window.run("procore.refreshSession");
    assert.deepEqual(events.slice(2), [`changed ${label()}`]);
    await window.run("procore.signOut");
    assert.deepEqual(events.slice(3), [`removed ${label()}`]);
    assert.deepEqual(await asked(undefined), []);
    assert.deepEqual(await asked([]), []);
  });

  it("say why there is none when the server is away, instead of asking for a sign-in", async () => {
    await signIn(window, site);
    window.controls.advanceClock(2 * 60 * minuteMs);
    site.sandbox.control.inject({ path: "/oauth/token", fault: { kind: "reset" } });
    await assert.rejects(asked([]), /broke off/u);
    assert.equal((await asked([]))[0]?.accessToken, newest());
  });

  it("are gone when Procore no longer accepts them", async () => {
    await signIn(window, site);
    listen();
    site.sandbox.control.endTokens();
    window.controls.advanceClock(2 * 60 * minuteMs);
    assert.deepEqual(await asked([]), []);
    assert.deepEqual(events, [`removed ${label()}`]);
  });

  it("are told apart by their labels, by which VS Code keeps a person's consent", async () => {
    await signIn(window, site);
    const file = path.join(window.folder, "connections.json");
    const stored = JSON.parse(await readFile(file, "utf8")) as { readonly connections: readonly object[] };
    const twin = { ...stored.connections[0], id: "0b3c1a52-5a0e-4b7b-9a53-2f8d1c1e7a10" };
    listen();
    await writeFile(file, JSON.stringify({ ...stored, connections: [...stored.connections, twin] }));
    await until(
      "the other one is seen",
      async () => events,
      (seen) => seen.length > 0,
    );
    const labels = (await asked(undefined)).map(({ account }) => account.label);
    assert.equal(labels.length, 2);
    assert.equal(labels[1], `${label()} · 0b3c1a52`);
    assert.notEqual(labels[0], labels[1]);
  });

  it("are two for two users of one app", async () => {
    await signIn(window, site);
    const done = window.run("procore.signIn", { choose: "environment" });
    (await window.person.pick("Sign in to Procore")).choose("Test Site");
    await (await window.person.box("Client ID")).enter(site.sandbox.clientId);
    await (await window.person.box("Client secret")).enter(site.sandbox.clientSecret);
    const [, second] = site.sandbox.control.users;
    const code = site.sandbox.control.issueCode({ userId: second?.id ?? "" });
    await (await window.person.box("Authorization code")).enter(code);
    await done;
    const sessions = await asked([]);
    assert.equal(new Set(sessions.map(({ account }) => account.label)).size, 2);
    assert.equal(new Set(sessions.map(({ accessToken }) => accessToken)).size, 2);
    assert.equal(new Set(sessions.map(({ account }) => account.id)).size, 2);
  });

  for (const kind of ["production"] as const) {
    it(`of ${kind} are withheld until the user's own settings say otherwise`, async () => {
      await signIn(window, site);
      window = await reopenAsProduction(window, kind);
      assert.deepEqual(await asked(undefined), []);
      assert.deepEqual(await asked([]), []);
      assert.deepEqual(window.secrets.calls, [], "no token was read for it");
      listen();
      await share(true);
      await until(
        "the change is told",
        async () => events,
        (seen) => seen.length > 0,
      );
      assert.deepEqual(events, [`added ${label()}`]);
      assert.equal((await asked([]))[0]?.accessToken, newest());
      await share(false);
      await until(
        "the change is told",
        async () => events,
        (seen) => seen.length > 1,
      );
      assert.deepEqual(events.slice(1), [`removed ${label()}`]);
      assert.deepEqual(await asked([]), []);
    });
  }

  it("are made by the sign-in dialogue", async () => {
    listen();
    const made = Promise.resolve(window.provider.createSession([], {}));
    (await window.person.pick("Sign in to Procore")).choose("Test Site");
    await (await window.person.box("Client ID")).enter(site.sandbox.clientId);
    await (await window.person.box("Client secret")).enter(site.sandbox.clientSecret);
    await (await window.person.box("Authorization code")).enter(site.sandbox.control.issueCode());
    const session = await made;
    assert.equal(session.accessToken, newest());
    assert.equal(session.account.label, label());
    assert.match(events[0] ?? "", /^added /u);
    // Tokens tell their end in seconds: another second, another session.
    window.controls.advanceClock(minuteMs);
    const again = Promise.resolve(window.provider.createSession([], { account: session.account }));
    await (await window.person.box("Authorization code")).enter(site.sandbox.control.issueCode());
    assert.equal((await again).id, session.id);
    assert.equal((await again).accessToken, newest());
  });

  it("are not given to who asked for one when another window signs in and the dialogue is closed", async () => {
    await signIn(window, site);
    await window.run("procore.signOut");
    const file = path.join(window.folder, "connections.json");
    const stored = JSON.parse(await readFile(file, "utf8")) as { readonly connections: readonly object[] };
    listen();
    const given = Promise.resolve(window.provider.createSession([], {}));
    const pick = await window.person.pick("Sign in to Procore");
    const session = { kind: "active", expiresAt: window.controls.clock.now() + 60 * minuteMs, renewable: true };
    const connections = stored.connections.map((connection) => ({ ...connection, session }));
    await writeFile(file, JSON.stringify({ ...stored, connections }));
    await until(
      "the other window's sign-in is seen",
      async () => events,
      (seen) => seen.length > 0,
    );
    pick.escape();
    await assert.rejects(given, /Nobody signed in/u);
  });

  it("are not made by a dialogue that nobody answers, nor for production", async () => {
    const given = Promise.resolve(window.provider.createSession([], {}));
    (await window.person.pick("Sign in to Procore")).escape();
    await assert.rejects(given, /Nobody signed in/u);
    await signIn(window, site);
    window = await reopenAsProduction(window);
    const [connection] = await window.connections();
    const account = { id: String(connection?.["id"]), label: label() };
    const made = Promise.resolve(window.provider.createSession([], { account }));
    await assert.rejects(made, /not shared/u);
    assert.deepEqual(
      window.person.messages.map(({ buttons }) => buttons),
      [["Open Settings"]],
    );
    assert.deepEqual(sent().filter((path) => path === "/oauth/token").length, 2, "nobody signed in for nothing");
  });

  it("are signed out by the Accounts menu", async () => {
    await signIn(window, site);
    const [session] = await asked(undefined);
    await window.provider.removeSession(session?.id ?? "");
    assert.equal(
      site.sandbox.state().tokens.every(({ revoked }) => revoked),
      true,
    );
    assert.equal(window.contextKeys.get("procore.state"), "signedOut");
    await assert.rejects(Promise.resolve(window.provider.removeSession("no such session")));
  });
});
