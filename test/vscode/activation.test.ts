import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeWindow, openWindow, type ExtensionWindow } from "../fakes/extensionWindow.ts";
import { closeSites, openSite, signIn, type Site } from "../fakes/site.ts";
import { allowInBrowser } from "../fakes/browserPerson.ts";

/** What fetch and undici keep for the whole process, and any extension could spoil for all others. */
const processWide = () => ({
  dispatchers: ["1", "2"].map((version) =>
    Object.getOwnPropertyDescriptor(globalThis, Symbol.for(`undici.globalDispatcher.${version}`)),
  ),
  fetch: [globalThis.fetch, globalThis.Request, globalThis.Response, globalThis.Headers],
});

function assertUntouched(before: ReturnType<typeof processWide>): void {
  const after = processWide();
  assert.deepEqual(
    after.dispatchers.map((slot, index) => slot?.value === before.dispatchers[index]?.value),
    [true, true],
  );
  assert.deepEqual(
    after.fetch.map((member, index) => member === before.fetch[index]),
    [true, true, true, true],
  );
}

describe("activation", () => {
  let window: ExtensionWindow;
  let site: Site;

  afterEach(async () => {
    await closeWindow();
    await closeSites();
  });

  it("paints a known connection without a secret, a request, or the bundles of explorer, network and sandbox", async () => {
    const earlier = await openWindow();
    site = await openSite(earlier);
    await signIn(earlier, site);
    await earlier.close({ folder: "keep" });
    site.sandbox.control.clearRequests();

    window = await openWindow({ folder: earlier.folder, bundles: "anew" });
    assert.match(window.status.text, /^\$\(key\) Test Site 1h (29|30)m$/u);
    assert.equal(window.contextKeys.get("procore.state"), "signedIn");
    assert.deepEqual(window.secrets.calls, []);
    assert.deepEqual(window.loadedBundles(), ["extension.js"]);
    assert.deepEqual(site.sandbox.control.requests(), []);
    assert.deepEqual(window.logLines, []);

    // Rows that nobody has seen need no refresh: the other features may ask for one at any time.
    await window.run("procore.refreshExplorer");
    assert.deepEqual(window.loadedBundles(), ["extension.js"]);

    // The view is opened: now all are needed, so what was counted above could have been seen.
    assert.equal((await window.rows()).length, 3);
    assert.match(window.secrets.calls.join(), /^get procore\.(session|key)\.[0-9a-f-]{36}$/u);
    assert.deepEqual(window.loadedBundles(), ["explorer.js", "extension.js", "network.js", "sessions.js"]);
    assert.equal(site.sandbox.control.requests().length, 1);
  });

  it("leaves the process as it was, also after a sign-in loaded network and sandbox", async () => {
    const before = processWide();
    window = await openWindow({ bundles: "anew" });
    assertUntouched(before);

    const done = window.run("procore.signIn");
    (await window.person.pick("Sign in to Procore")).choose("Local Sandbox");
    const code = await window.person.box("Authorization code");
    await code.enter(await allowInBrowser(window.person.opened[0]));
    await done;
    assert.equal((await window.rows()).length, 3);
    const all = ["explorer.js", "extension.js", "network.js", "sandbox.js", "sessions.js", "signIn.js"];
    assert.deepEqual(window.loadedBundles(), all);
    assertUntouched(before);
    // The editor's own fetch still works; 401 is what the API says without a token.
    const [connection] = await window.connections();
    const reply = await fetch(`${originOf(connection)}/rest/v1.0/me`);
    assert.equal(reply.status, 401);
    window.person.answer(/^Stop the Local Sandbox/u, "Stop");
    await window.run("procore.stopLocalSandbox");
  });
});

describe("commands", () => {
  it("are registered when they are contributed, and contributed when they are registered", async () => {
    const extension = vscode.extensions.getExtension("procore-explorer.procore-explorer");
    await extension?.activate();
    const manifest: unknown = extension?.packageJSON;
    const contributed = [...JSON.stringify(manifest).matchAll(/\{"command":"(procore\.[^"]+)","title"/gu)];
    const all = await vscode.commands.getCommands(true);
    // The editor makes some for the view of its own accord, such as procore.explorer.focus.
    const registered = all.filter((id) => id.startsWith("procore.") && !id.startsWith("procore.explorer."));
    assert.deepEqual(registered.toSorted(), contributed.map((match) => match[1] ?? "").toSorted());
  });
});

function originOf(connection: Readonly<Record<string, unknown>> | undefined): string {
  const origins = connection?.["origins"];
  assert.ok(typeof origins === "object" && origins !== null && "api" in origins);
  return String(origins.api);
}
