import assert from "node:assert/strict";
import { get as httpGet } from "node:http";
import * as vscode from "vscode";
import { createFetchTransport } from "../../src/platform/network/fetchTransport.ts";
import { createUndiciTransport } from "../../src/platform/network/index.ts";
import { networkSettings } from "../../src/platform/settings.ts";
import { startSandbox, type RunningSandbox } from "../../src/sandbox/index.ts";
import { closeWindow, openWindow, type ExtensionWindow } from "../fakes/extensionWindow.ts";
import { type ForwardProxy, startForwardProxy } from "../fakes/forwardProxy.ts";
import { closeSites, environmentAt, setEnvironments, signIn, type Site } from "../fakes/site.ts";
import { startTlsOrigin, type TlsOrigin } from "../fakes/tlsOrigin.ts";
import { standingClock } from "../unit/core/http/scriptedTransport.ts";
import { itKeepsTheProxyContract } from "../unit/platform/network/proxyContract.ts";
import { itKeepsTheContract } from "../unit/platform/network/transportContract.ts";
import { minuteMs } from "../../src/core/clock.ts";
import { until } from "../harness/until.ts";

describe("undici in the extension host", () => itKeepsTheContract(createUndiciTransport));

describe("the editor's fetch", () =>
  itKeepsTheContract((options) =>
    createFetchTransport({ ...options, env: process.env, fetch: () => globalThis.fetch }),
  ));

const host = "api.procore.test";
const origin = `https://${host}`;
/** Plain http, which the editor sends in absolute form. */
const plainHost = "plain.procore.test";

/** Writes user settings; undefined takes one away. */
async function setUser(settings: Readonly<Record<string, unknown>>): Promise<void> {
  const configuration = vscode.workspace.getConfiguration();
  for (const [name, value] of Object.entries(settings)) {
    await configuration.update(name, value, vscode.ConfigurationTarget.Global);
  }
}

const taken = {
  "http.proxy": undefined,
  "http.proxyStrictSSL": undefined,
  "http.proxySupport": undefined,
  "http.systemCertificates": undefined,
  "procore.network.transport": undefined,
};

/**
 * The `fetch` of VS Code 1.105 stays with the first proxy that it met until this setting has another value than at its
 * last request through a proxy; newer ones follow http.proxy.
 */
async function letFetchMeetAnotherProxy(): Promise<void> {
  const other = await startForwardProxy();
  await setUser({ "http.proxy": other.url, "http.systemCertificates": true });
  await assert.rejects(fetch(origin));
  await other.close();
}

for (const kind of ["undici", "the editor's fetch"] as const) {
  describe(`${kind} with http.proxy as the only way out`, () =>
    itKeepsTheProxyContract(async (address) => {
      await letFetchMeetAnotherProxy();
      await setUser({ "http.proxy": address, "http.systemCertificates": false });
      const common = { clock: standingClock().clock, env: process.env };
      const transport =
        kind === "undici"
          ? createUndiciTransport({ ...common, settings: networkSettings })
          : createFetchTransport({ ...common, fetch: () => globalThis.fetch });
      return {
        transport,
        async close() {
          await transport.close();
          await setUser(taken);
        },
      };
    }));
}

/** A Local Sandbox behind TLS, under a name that only the proxy resolves. */
describe("proxies in user settings", () => {
  let window: ExtensionWindow;
  let sandbox: RunningSandbox;
  let server: TlsOrigin;
  let proxy: ForwardProxy;
  let site: Site;

  beforeEach(async () => {
    window = await openWindow();
    sandbox = await startSandbox({
      clock: window.controls.clock,
      onUnexpectedError: (error) => assert.fail(String(error)),
    });
    for (const name of [host, plainHost]) sandbox.allowAuthority(name);
    server = await startTlsOrigin("procore-test", sandbox.port);
    proxy = await startForwardProxy({ names: { [host]: server.port, [plainHost]: sandbox.port } });
    site = { label: "Test Site", sandbox };
    await setEnvironments([environmentAt(site.label, origin)]);
    await letFetchMeetAnotherProxy();
    // Without the system's certificates both transports trust what Node trusts, with NODE_EXTRA_CA_CERTS.
    await setUser({ "http.proxy": proxy.url, "http.systemCertificates": false });
  });
  afterEach(async () => {
    await setUser(taken);
    await closeWindow();
    await closeSites();
    await proxy.close();
    await server.close();
    await sandbox.close();
  });

  const useLines = (): readonly string[] => window.logLines.filter((line) => / go through /u.test(line));

  for (const transport of ["auto", "undici", "vscode"] as const) {
    it(`${transport}: sign-in, companies and sign-out go through http.proxy, which sees no more than the host`, async () => {
      await setUser({ "procore.network.transport": transport });
      await signIn(window, site);
      assert.equal((await window.rows()).length, 3);
      await window.run("procore.signOut");
      assert.deepEqual([...new Set(proxy.asked)], [`CONNECT ${host}:443`]);
      assert.ok(sandbox.control.requests().some(({ path }) => path === "/oauth/revoke"));
      assert.ok(!/Bearer|oauth|rest\//u.test(proxy.seen()));
      const expected =
        transport === "vscode"
          ? /vscode: procore\.network\.transport says so$/u
          : new RegExp(`undici: through the proxy ${proxy.address} \\(http\\.proxy\\)$`, "u");
      assert.ok(useLines().length > 0);
      for (const line of useLines()) assert.match(line, expected);
    });
  }

  for (const transport of ["undici", "vscode"] as const) {
    it(`${transport}: goes through a proxy that wants the password in http.proxy, which is told nowhere`, async () => {
      proxy.behave({ kind: "wantsPassword", credentials: "anna:MARKED-right" });
      const address = proxy.url.replace("://", "://anna:MARKED-right@");
      await setUser({ "http.proxy": address, "procore.network.transport": transport });
      await signIn(window, site);
      assert.equal((await window.rows()).length, 3);
      assert.ok(proxy.asked.length > 0);
      assert.deepEqual(
        window.logLines.filter((line) => line.includes("MARKED")),
        [],
      );
    });
  }

  it("the editor's own fetch and http are served as before, after our bundles were loaded and used", async () => {
    const editors = async (): Promise<unknown> => {
      const secure = await fetch(`${origin}/rest/v1.0/me`);
      const plain = await new Promise((resolve, reject) => {
        httpGet(`http://${plainHost}/rest/v1.0/me`, (reply) => resolve(reply.resume().statusCode)).on("error", reject);
      });
      return [secure.status, await secure.text(), plain];
    };
    const said = await editors();
    const fetchBefore = globalThis.fetch;
    await window.close();
    window = await openWindow({ bundles: "anew" });
    await signIn(window, site);
    assert.ok(window.loadedBundles().includes("network.js"));
    const count = proxy.asked.length;
    assert.deepEqual(await editors(), said);
    assert.equal(globalThis.fetch, fetchBefore);
    // Both went through the proxy: one by CONNECT or a tunnel that is open, one in absolute form.
    assert.ok(
      proxy.asked.slice(count).some((line) => line === `GET http://${plainHost}/rest/v1.0/me`),
      proxy.asked.join(),
    );
  });

  for (const [name, manner, words] of [
    [
      "refuses",
      { kind: "refuses", status: 403 },
      /^The proxy 127\.0\.0\.1:\d+ .*makes no connection to api\.procore\.test/u,
    ],
    ["wants a password", { kind: "refuses", status: 407 }, /^The proxy 127\.0\.0\.1:\d+ .*password/u],
    ["hangs up", { kind: "hangsUp" }, /^The proxy 127\.0\.0\.1:\d+ .*could not be reached/u],
  ] as const) {
    it(`a proxy that ${name} is told in the credential step, and nothing reaches the host`, async () => {
      proxy.behave(manner);
      const done = window.run("procore.signIn");
      (await window.person.pick("Sign in to Procore")).choose(site.label);
      await (await window.person.box("Client ID")).enter(sandbox.clientId);
      const box = await window.person.box("Client secret");
      await box.enter(sandbox.clientSecret);
      assert.match(box.message, words);
      assert.match(box.message, / Button above: Open Proxy Settings\.$/u);
      assert.equal(server.bytesSeen(), 0);
      box.press("Open Proxy Settings");
      assert.ok(box.isOpen);
      assert.equal(box.value, sandbox.clientSecret);
      // The proxy serves again: the same box goes on.
      proxy.behave({ kind: "serves" });
      await box.enter(sandbox.clientSecret);
      (await window.person.box("Authorization code")).escape();
      await done;
      assert.ok(server.bytesSeen() > 0);
    });
  }

  it("what failed leads on where keys are tried outside a box, too, and in the code box", async () => {
    const { person, run } = window;
    proxy.behave({ kind: "refuses", status: 403 });
    const done = run("procore.signIn");
    (await person.pick("Sign in to Procore")).choose(site.label);
    await (await person.box("Client ID")).enter(`${sandbox.clientId} ${sandbox.clientSecret}`);
    const secretBox = await person.box("Client secret");
    assert.match(secretBox.message, /makes no connection to .* Button above: Open Proxy Settings\.$/u);
    assert.deepEqual(secretBox.buttons.slice(1), ["Open Proxy Settings", "Where do I find this?", "I have no app yet"]);
    proxy.behave({ kind: "serves" });
    await secretBox.enter(sandbox.clientSecret);
    const box = await person.box("Authorization code");
    // The tunnel is open by now: what breaks off is behind the proxy.
    sandbox.control.inject({ path: "/oauth/token", fault: { kind: "reset" } });
    const code = sandbox.control.issueCode();
    await box.enter(code);
    assert.match(box.message, /broke off\. Try again\. Button above: Diagnose Connection\.$/u);
    assert.deepEqual(box.buttons.slice(1, 3), ["Diagnose Connection", "Open the browser again"]);
    assert.equal(box.value, code);
    await box.enter(code);
    await done;
    assert.equal(window.contextKeys.get("procore.state"), "signedIn");
  });

  for (const transport of ["undici", "vscode"] as const) {
    it(`${transport}: a proxy that hangs is told in the credential step when the time is up`, async () => {
      await setUser({ "procore.network.transport": transport });
      proxy.behave({ kind: "hangs" });
      const done = window.run("procore.signIn");
      (await window.person.pick("Sign in to Procore")).choose(site.label);
      await (await window.person.box("Client ID")).enter(sandbox.clientId);
      const box = await window.person.box("Client secret");
      const entered = box.enter(sandbox.clientSecret);
      await until(
        "the proxy was asked",
        async () => proxy.asked.length,
        (count) => count > 0,
      );
      window.controls.advanceClock(minuteMs);
      await entered;
      assert.match(box.message, /did not answer in time/u);
      assert.equal(server.bytesSeen(), 0);
      box.escape();
      await done;
    });
  }

  it("auto goes on with the editor's fetch where undici found no way, and says so", async () => {
    proxy.behave({ kind: "refuses", status: 403, times: 1 });
    await signIn(window, site);
    const [first, ...more] = useLines();
    assert.match(
      first ?? "",
      /to api\.procore\.test go through vscode: undici found no way: The proxy 127\.0\.0\.1:\d+/u,
    );
    assert.equal(more.length, 1);
    assert.match(more[0] ?? "", /of connection [\w-]+ go through undici: through the proxy/u);
    const sent = sandbox.control.requests().filter(({ path }) => path === "/oauth/token");
    assert.equal(sent.length, 2, "the keys were tried and the code was exchanged, once each");
  });

  it("a setting that names no proxy is told by its name, without the password in it", async () => {
    await setUser({ "http.proxy": "http://anna:MARKED#1@proxy:1" });
    const done = window.run("procore.signIn");
    (await window.person.pick("Sign in to Procore")).choose(site.label);
    await (await window.person.box("Client ID")).enter(sandbox.clientId);
    const box = await window.person.box("Client secret");
    await box.enter(sandbox.clientSecret);
    assert.match(box.message, /http\.proxy does not name a proxy/u);
    box.escape();
    await done;
    assert.ok(!`${box.message}${window.logLines.join()}`.includes("MARKED"));
  });

  it("a proxy that is set while the window is open is used from the next request on", async () => {
    await signIn(window, site);
    const [company] = await window.rows();
    const other = await startForwardProxy({ names: { [host]: server.port } });
    await setUser({ "http.proxy": other.url });
    assert.ok((await window.rows(company)).length > 0);
    assert.deepEqual([...new Set(other.asked)], [`CONNECT ${host}:443`]);
    await other.close();
  });
});

describe("a certificate that nobody vouches for (security rule 5)", () => {
  let window: ExtensionWindow;
  let server: TlsOrigin;
  let proxy: ForwardProxy;

  beforeEach(async () => {
    window = await openWindow();
    server = await startTlsOrigin("self-signed", (_request, response) => void response.end());
    proxy = await startForwardProxy({ names: { localhost: server.port, [host]: server.port } });
  });
  afterEach(async () => {
    await setUser(taken);
    await closeWindow();
    await closeSites();
    await proxy.close();
    await server.close();
  });

  for (const transport of ["undici", "vscode"] as const) {
    for (const way of ["direct", "by proxy"] as const) {
      it(`${transport}, ${way}: ends the sign-in before a byte was sent, whatever http.proxyStrictSSL says`, async () => {
        if (way === "by proxy") await letFetchMeetAnotherProxy();
        await setUser({
          "http.proxyStrictSSL": false,
          "procore.network.transport": transport,
          ...(way === "direct" ? {} : { "http.proxy": proxy.url, "http.systemCertificates": false }),
        });
        const address = way === "direct" ? `https://127.0.0.1:${server.port}` : origin;
        await setEnvironments([environmentAt("Test Site", address)]);
        const done = window.run("procore.signIn");
        (await window.person.pick("Sign in to Procore")).choose("Test Site");
        await (await window.person.box("Client ID")).enter("some-client-id");
        const box = await window.person.box("Client secret");
        await box.enter("some-client-secret");
        assert.match(box.message, /^The certificate of [\w.:]+ is not trusted/u);
        // The way to this machine itself is not looked at.
        const lead = way === "direct" ? "Where do I find this?" : "Diagnose Connection";
        assert.equal(box.buttons[1], lead);
        if (way === "by proxy") {
          box.press(lead);
          const reports = async () =>
            vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === "procore-report");
          const [report] = await until("the report", reports, (found) => found.length > 0);
          assert.equal(report?.uri.query, "environment/test-site");
          assert.ok(box.isOpen);
          assert.equal(box.value, "some-client-secret");
        }
        box.escape();
        await done;
        assert.equal(server.bytesSeen(), 0);
        assert.equal(proxy.asked.length > 0, way === "by proxy");
      });
    }
  }
});
