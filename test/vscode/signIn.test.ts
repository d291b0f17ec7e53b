import assert from "node:assert/strict";
import type { ExtensionWindow } from "../fakes/extensionWindow.ts";
import { signIn, type Site } from "../fakes/site.ts";
import { until } from "../harness/until.ts";
import type { ScriptedBox } from "../fakes/scriptedInputs.ts";
import { eachInAWindow } from "./eachInAWindow.ts";

describe("signing in", () => {
  let window: ExtensionWindow;
  let site: Site;

  eachInAWindow((opened) => ({ window, site } = opened));

  /** Goes on to the code box; `done` resolves when the command has ended. */
  async function toCodeBox(): Promise<{ readonly box: ScriptedBox; readonly done: Promise<void> }> {
    const { person, run } = window;
    const done = run("procore.signIn");
    (await person.pick("Sign in to Procore")).choose(site.label);
    await (await person.box("Client ID")).enter(site.sandbox.clientId);
    await (await person.box("Client secret")).enter(site.sandbox.clientSecret);
    return { box: await person.box("Authorization code"), done };
  }

  it("goes from the environment to the companies, and tells every part of the screen", async () => {
    assert.equal(window.contextKeys.get("procore.state"), "noConnection");
    assert.equal(window.contextKeys.get("procore.signedInAs"), "nobody");
    await signIn(window, site);

    const query = `response_type=code&client_id=${site.sandbox.clientId}&redirect_uri=urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob`;
    assert.deepEqual(window.person.opened, [`${site.sandbox.baseUrl}/oauth/authorize?${query}`]);
    assert.equal(window.contextKeys.get("procore.state"), "signedIn");
    assert.equal(window.contextKeys.get("procore.signedInAs"), "person");
    assert.equal(window.contextKeys.get("procore.signInPending"), false);
    assert.match(window.status.text, /^\$\(key\) Test Site 1h (29|30)m$/u);
    const rows = await window.rows();
    assert.deepEqual(
      rows.map(({ label }) => label),
      site.sandbox.control.companies().map(({ name }) => name),
    );
    const [connection] = await window.connections();
    const [user] = site.sandbox.control.users;
    assert.equal(JSON.stringify(connection?.["user"]), JSON.stringify({ id: user?.id, login: user?.login }));
    assert.deepEqual(window.person.messages, []);
    assert.deepEqual(window.person.copied, []);
  });

  it("takes ID and secret pasted together", async () => {
    const { person, run } = window;
    const done = run("procore.signIn");
    (await person.pick("Sign in to Procore")).choose(site.label);
    const { clientId, clientSecret } = site.sandbox;
    await (await person.box("Client ID")).enter(JSON.stringify({ client_id: clientId, client_secret: clientSecret }));
    await (await person.box("Authorization code")).enter(site.sandbox.control.issueCode());
    await done;
    assert.equal(window.contextKeys.get("procore.state"), "signedIn");
  });

  it("goes on with its own keys when another sign-in was begun while they were tried", async () => {
    const { person, run } = window;
    const { clientId, clientSecret, control } = site.sandbox;
    const gate: { open?: () => void } = {};
    const opened = new Promise<void>((resolve) => (gate.open = resolve));
    const fault = { kind: "changed", change: async <T>(answer: T) => (await opened, answer) } as const;
    control.inject({ path: "/oauth/token", fault });
    const done = run("procore.signIn");
    (await person.pick("Sign in to Procore")).choose(site.label);
    await (await person.box("Client ID")).enter(JSON.stringify({ client_id: clientId, client_secret: clientSecret }));
    const other = run("procore.signIn", { choose: "service-account" });
    (await person.pick("Which environment is the service account in?")).choose(site.label);
    const company = await person.box("Company ID");
    gate.open?.();
    const box = await person.box("Authorization code");
    assert.equal(box.title, `Sign in to Procore: ${site.label}`);
    company.escape();
    await other;
    await box.enter(control.issueCode());
    await done;
    assert.equal(window.contextKeys.get("procore.signedInAs"), "person");
  });

  for (const keys of ["good", "refused"] as const) {
    it(`ends by Cancel Sign In while ${keys} keys are tried: no browser, no box, nothing stored`, async () => {
      const { person, run } = window;
      const { clientId, clientSecret, control } = site.sandbox;
      const earlier = await toCodeBox();
      earlier.box.escape();
      await earlier.done;
      await until("a sign-in waits", async () => window.contextKeys.get("procore.signInPending"), Boolean);
      const gate: { open?: () => void } = {};
      const opened = new Promise<void>((resolve) => (gate.open = resolve));
      const fault = { kind: "changed", change: async <T>(answer: T) => (await opened, answer) } as const;
      control.inject({ path: "/oauth/token", fault });
      control.clearRequests();
      const done = run("procore.signIn");
      (await person.pick("Sign in to Procore")).choose(site.label);
      const pasted = { client_id: clientId, client_secret: keys === "good" ? clientSecret : "refused" };
      const idBox = await person.box("Client ID");
      await idBox.enter(JSON.stringify(pasted));
      await until("the keys are tried", async () => control.requests().length, Boolean);
      person.absent = true;
      await run("procore.cancelSignIn");
      gate.open?.();
      await done;
      assert.deepEqual(person.opened.length, 1, "the earlier sign-in's page alone");
      assert.equal(window.contextKeys.get("procore.signInPending"), false);
      assert.deepEqual(person.messages, []);
      assert.deepEqual(await window.connections(), []);
      assert.doesNotMatch(window.logLines.join("\n"), /Could not|Unexpected/u);
    });
  }

  it("tries the keys before the browser opens, and says which host refused them", async () => {
    const { person, run } = window;
    const done = run("procore.signIn");
    (await person.pick("Sign in to Procore")).choose(site.label);
    await (await person.box("Client ID")).enter(site.sandbox.clientId);
    const box = await person.box("Client secret");
    assert.equal(box.masked, true);
    await box.enter("not-the-secret-of-this-app");
    assert.match(box.message, /^Test Site \(127\.0\.0\.1:\d+\) does not accept this client ID and secret\./u);
    assert.deepEqual(person.opened, []);
    assert.match(
      window.logLines.join("\n"),
      /Could not try client ID and secret\ncredentialsRejected: .*Request ID: /u,
    );
    await box.enter(site.sandbox.clientSecret);
    (await person.box("Authorization code")).escape();
    await done;
  });

  it("keeps the box open after a refused code, and offers a new one", async () => {
    const { box, done } = await toCodeBox();
    await box.enter("a-code-that-nobody-issued");
    assert.match(box.message, /does not accept this code\. Likely causes: part of it is missing/u);
    assert.equal(box.buttons.includes("Get a new code"), true);
    assert.match(window.logLines.join("\n"), /Could not exchange an authorization code\ncodeRejected: .*Request ID: /u);
    window.controls.advanceClock(12 * 60_000);
    await box.enter("another-code-that-nobody-issued");
    assert.match(box.message, /the browser was opened 12 minutes ago/u);
    box.press("Get a new code");
    await box.enter(site.sandbox.control.issueCode());
    await done;
    assert.equal(window.person.opened.length, 2);
    assert.equal(window.contextKeys.get("procore.state"), "signedIn");
  });

  it("keeps code and box when the network fails, and repeats nothing by itself", async () => {
    const { box, done } = await toCodeBox();
    const code = site.sandbox.control.issueCode();
    site.sandbox.control.inject({ path: "/oauth/token", fault: { kind: "reset" } });
    site.sandbox.control.clearRequests();
    await box.enter(code);
    assert.match(box.message, /^The connection to 127\.0\.0\.1:\d+ broke off\. Try again\.$/u);
    assert.equal(box.value, code);
    assert.equal(site.sandbox.control.requests().length, 1);
    await box.enter(code);
    await done;
    assert.equal(window.contextKeys.get("procore.state"), "signedIn");
  });

  it("waits for its code when the box is closed, and comes back with what was typed", async () => {
    const { box, done } = await toCodeBox();
    box.type("half-a-code");
    box.escape();
    await done;
    assert.equal(window.status.text, "$(key) Enter authorization code");
    await until("the context key", async () => window.contextKeys.get("procore.signInPending"), Boolean);

    const again = window.run("procore.enterAuthorizationCode");
    const second = await window.person.box("Authorization code");
    assert.equal(second.value, "half-a-code");
    assert.equal(window.person.opened.length, 1);
    second.escape();
    await again;

    const menu = window.run("procore.showSessionMenu");
    (await window.person.pick("waits for its authorization code")).choose("Cancel Sign In");
    await menu;
    await until("the context key", async () => window.contextKeys.get("procore.signInPending") === false, Boolean);
    assert.equal(window.contextKeys.get("procore.state"), "noConnection");
  });

  it("tells a refused code in its box alone, whether that is closed or the sign-in is cancelled", async () => {
    for (const end of ["escape", "cancel"] as const) {
      const { box, done } = await toCodeBox();
      await box.enter("0123456789abcdef0123456789abcdef0123456789a");
      assert.match(box.message, /does not accept this code/u);
      // The editor closes the box when the command asks for it.
      if (end === "cancel") await window.run("procore.cancelSignIn");
      box.escape();
      await done;
      await window.run("procore.cancelSignIn");
      assert.deepEqual(window.person.messages, []);
    }
  });

  it("takes the secret that was mended, not the one that an earlier attempt was begun with", async () => {
    await signIn(window, site);
    await window.run("procore.signOut");
    const first = window.run("procore.signIn");
    (await window.person.box("Authorization code")).escape();
    await first;
    await window.run("procore.cancelSignIn");
    const opened = window.person.opened.length;
    const editing = window.run("procore.editCredentials");
    await (await window.person.box("Client ID")).enter(site.sandbox.clientId);
    await (await window.person.box("Client secret")).enter(site.sandbox.clientSecret);
    await editing;
    const again = window.run("procore.signIn");
    (await window.person.box("Authorization code")).escape();
    await again;
    assert.equal(window.person.opened.length, opened + 1);
  });

  it("comes back with the secret that was typed for a connection whose own cannot be read", async () => {
    await signIn(window, site);
    await window.run("procore.signOut");
    window.secrets.fail("get");
    const first = window.run("procore.signIn");
    const box = await window.person.box("Client secret");
    box.type("half-a-secret");
    box.escape();
    await first;
    const again = window.run("procore.signIn");
    const second = await window.person.box("Client secret");
    assert.equal(second.value, "half-a-secret");
    window.secrets.mend();
    await second.enter(site.sandbox.clientSecret);
    (await window.person.box("Authorization code")).escape();
    await again;
  });

  it("says that the redirect URI was copied, for the error page that wants it", async () => {
    window.person.answer(/^What does the error page say/u, "Copy Redirect URI");
    const { box, done } = await toCodeBox();
    box.press("I see an error page");
    await until(
      "the confirmation",
      async () => window.person.notices.at(-1),
      (it) => it === "Redirect URI copied",
    );
    assert.deepEqual(window.person.copied, ["urn:ietf:wg:oauth:2.0:oob"]);
    box.escape();
    await done;
  });

  it("of the Local Sandbox blames no client ID for an error page", async () => {
    const done = window.run("procore.signIn", { choose: "local-sandbox" });
    const box = await window.person.box("Authorization code");
    box.press("I see an error page");
    const isAsked = (text: string | undefined): boolean => text === "What does the error page say?";
    await until("the question", async () => window.person.messages.at(-1)?.text, isAsked);
    const { detail, buttons } = window.person.messages.at(-1) ?? {};
    assert.equal(detail, "Denied: Deny was chosen instead of Allow.\n\nThen choose Open the browser again.");
    assert.deepEqual(buttons, []);
    box.escape();
    await done;
  });

  it("is cancelled by a command, too", async () => {
    const { box, done } = await toCodeBox();
    box.escape();
    await done;
    await until("the context key", async () => window.contextKeys.get("procore.signInPending"), Boolean);
    await window.run("procore.cancelSignIn");
    await until("the context key", async () => window.contextKeys.get("procore.signInPending") === false, Boolean);
    assert.equal(window.contextKeys.get("procore.state"), "noConnection");
  });

  const portals: readonly (readonly [string, readonly string[]])[] = [
    ["Development Sandbox", ["https://developers.procore.com/developers"]],
    ["Monthly Sandbox", ["https://developers.procore.com/developers"]],
    ["Federal", ["https://developers.procoregov.com/"]],
    // Nobody knows which portal has its app.
    ["an environment of one's own", []],
  ];
  for (const [label, opened] of portals)
    it(`leads to the portal that has the keys: ${label}`, async () => {
      const { person, run } = window;
      person.answer(/^You find both in Procore's Developer Portal/u, "Open Developer Portal");
      const done = run("procore.signIn");
      (await person.pick("Sign in to Procore")).choose(label.startsWith("an ") ? site.label : label);
      const box = await person.box("Client ID");
      box.press("Where do I find this?");
      await until("the words", async () => person.messages.length, Boolean);
      assert.deepEqual(person.messages[0]?.buttons, [
        ...(opened.length === 0 ? [] : ["Open Developer Portal"]),
        "Show Steps",
      ]);
      box.escape();
      await done;
      assert.deepEqual(person.opened, opened);
    });

  it("says so when the browser does not open, and copies the link", async () => {
    window.person.browser = "fails";
    const { box, done } = await toCodeBox();
    assert.match(box.message, /^The browser did not open\./u);
    box.press("Copy link");
    await box.enter(site.sandbox.control.issueCode());
    await done;
    assert.deepEqual(window.person.copied, window.person.opened);
  });

  it("says in the box that the clipboard is refused, and keeps what was typed", async () => {
    const { box, done } = await toCodeBox();
    box.type("half-a-code");
    window.person.clipboardAccess = "refused";
    for (const [button, words] of [
      ["Paste from clipboard", /^The clipboard could not be read/u],
      ["Copy link", /^Nothing was copied/u],
    ] as const) {
      box.press(button);
      await until(
        button,
        async () => box.message,
        (message) => words.test(message),
      );
    }
    assert.deepEqual([box.isOpen, box.value, window.person.messages], [true, "half-a-code", []]);
    await box.enter(site.sandbox.control.issueCode());
    await done;
    assert.equal(window.contextKeys.get("procore.state"), "signedIn");
  });

  it("keeps the session when Procore does not say who signed in", async () => {
    site.sandbox.control.inject({ path: "/rest/v1.0/me", times: 4, fault: { kind: "reply", status: 500, body: "{}" } });
    await signIn(window, site);
    assert.equal(window.contextKeys.get("procore.state"), "signedIn");
    assert.equal(window.person.messages.length, 1);
    const [message] = window.person.messages;
    assert.match(message?.text ?? "", /answered 500\. The server on this machine has trouble/u);
    assert.deepEqual(message?.buttons, ["Show Log"]);
    const logged = window.logLines.find((line) => line.includes("answered 500")) ?? "";
    assert.match(logged, /http: .* answered 500.* \(.*Time: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\)/u);
    assert.equal((await window.rows()).length, 3);
  });

  it("opens Procore's status page at its own address", async () => {
    await window.run("procore.openStatusPage");
    assert.deepEqual(window.person.opened, ["https://status.procore.com"]);
  });

  it("asks before another user takes the connection's place, and revokes what is not kept", async () => {
    const [first, second] = site.sandbox.control.users;
    await signIn(window, site, { userId: first?.id ?? "" });
    await window.run("procore.signOut");
    const done = window.run("procore.signIn");
    await (
      await window.person.box("Authorization code")
    ).enter(site.sandbox.control.issueCode({ userId: second?.id ?? "" }));
    const choice = await window.person.pick(`You signed in as ${second?.login}`);
    choice.choose(`Keep ${first?.login}`);
    await done;
    assert.equal(window.contextKeys.get("procore.state"), "signedOut");
    assert.equal(
      site.sandbox.state().tokens.every(({ revoked }) => revoked),
      true,
    );
  });
});
