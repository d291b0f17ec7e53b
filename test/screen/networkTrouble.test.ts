import assert from "node:assert/strict";
import { createServer as createTlsServer, type Server } from "node:https";
import { createServer } from "node:net";
import type { Subscription } from "../../src/core/events.ts";
import { identityOf } from "../fakes/certificates.ts";
import { openWorkbench, type Workbench } from "../harness/screen.ts";
import { until } from "../harness/until.ts";
import {
  acceptAndRead,
  countOf,
  environmentAt,
  settingsFor,
  signIn,
  startSite,
  toEnvironments,
  toIdBox,
  untilStep,
  type Site,
} from "./people.ts";

const host = "127.0.0.2";

/** A server that no program trusts, and that counts the requests it gets all the same. */
async function startUntrusted(): Promise<{ readonly server: Server; readonly port: number; hits(): number }> {
  let hits = 0;
  const server = createTlsServer({ ...(await identityOf("self-signed")) }, (_incoming, outgoing) => {
    hits += 1;
    outgoing.end("{}");
  });
  return { server, port: await listen(server), hits: () => hits };
}

function listen(server: Pick<Server, "listen" | "address" | "once">): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("The server has no port"));
      else resolve(address.port);
    });
  });
}

/** A port where nobody listens. */
async function findFreePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, host, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe("a network that fails before the browser opens", function () {
  this.timeout(120_000);
  let site: Site;
  let untrusted: Awaited<ReturnType<typeof startUntrusted>>;
  let closedPort: number;
  let workbench: Workbench;
  let fault: Subscription | undefined;
  before(async () => {
    site = await startSite("Captive portal");
    untrusted = await startUntrusted();
    closedPort = await findFreePort();
    const others = [
      environmentAt("Nobody there", `http://${host}:${closedPort}`),
      environmentAt("No such name", "https://login.nonexistent.invalid"),
      environmentAt("Own certificate", `https://127.0.0.1:${untrusted.port}`),
    ].map((environment) => ({ environment }));
    workbench = await openWorkbench({ settings: settingsFor(site, ...others) });
  });
  after(async () => {
    await workbench?.dispose();
    await site?.sandbox.close();
    await new Promise((resolve) => untrusted?.server.close(resolve));
  });
  beforeEach(() => {
    const html = "<!doctype html><title>Hotel Wi-Fi</title><p>Please accept our terms</p>";
    fault = site.sandbox.control.inject({
      path: "/oauth/token",
      times: 100,
      fault: { kind: "reply", status: 200, headers: { "content-type": "text/html" }, body: html },
    });
  });
  afterEach(() => fault?.dispose());

  const rows: readonly (readonly [label: string, said: () => RegExp])[] = [
    ["Nobody there", () => new RegExp(`^${host}:${closedPort} refused the connection`, "u")],
    ["No such name", () => /^The address of login\.nonexistent\.invalid could not be found/u],
    ["Own certificate", () => new RegExp(`^The certificate of 127\\.0\\.0\\.1:${untrusted.port} is not trusted`, "u")],
    ["Captive portal", () => new RegExp(`^${site.host} answered with a web page \\("Hotel Wi-Fi"\\)`, "u")],
  ];
  for (const [label, said] of rows) {
    it(`is told in the box: ${label}`, async () => {
      await toIdBox(workbench, label);
      await workbench.fill("an-id");
      await workbench.accept();
      await untilStep(workbench, 3);
      await workbench.fill("a-secret");
      const words = await acceptAndRead(workbench, said());
      assert.doesNotMatch(words, /Error:|\n\s+at |a-secret|E[A-Z]{5,}/u);
      const box = await workbench.quickInput();
      assert.match(box?.title ?? "", /\(3\/4\)$/u);
      assert.equal(box?.value, "a-secret");
      assert.deepEqual(await workbench.notifications(), []);
      assert.equal(await workbench.dialog(), undefined);
      assert.equal(workbench.page.context().pages().length, 1);
      await workbench.escape();
    });
  }

  it("sends nothing to a server whose certificate is not trusted", () => {
    assert.equal(untrusted.hits(), 0);
  });

  it("lets the same box go on when it is mended", async () => {
    await toIdBox(workbench, "Captive portal");
    await workbench.fill(site.sandbox.clientId);
    await workbench.accept();
    await untilStep(workbench, 3);
    await workbench.fill(site.sandbox.clientSecret);
    await acceptAndRead(workbench, /answered with a web page/u);
    fault?.dispose();
    const popup = await workbench.nextPopup(() => workbench.accept());
    await popup.close();
    await untilStep(workbench, 4);
    await workbench.escape();
  });

  it("is told of a known connection too, and its session stays", async () => {
    fault?.dispose();
    await signIn(workbench, site);
    await workbench.untilRow("Ironbridge & Vale Builders");
    fault = site.sandbox.control.inject({ path: "/oauth/token", times: 100, fault: { kind: "reset" } });
    await toEnvironments(workbench);
    await workbench.chooseItem(/^Captive portal · /u);
    const { message } = await workbench.untilQuickInput(new RegExp(`^The connection to ${site.host} broke off`, "u"));
    assert.doesNotMatch(message, /\n|Error:|ECONN/u);
    await workbench.escape();
    await workbench.untilStatus(/^Captive portal 1h 2\dm$/u);
    assert.equal(workbench.page.context().pages().length, 1);
    assert.equal(countOf(site, "POST /oauth/revoke"), 0);
  });

  // The last one: the keyboard is in the settings afterwards.
  it("leads to the proxy's setting by a button of the box, which stays with what was typed", async () => {
    await toIdBox(workbench, "No such name");
    await workbench.fill("an-id");
    await workbench.accept();
    await untilStep(workbench, 3);
    await workbench.fill("a-secret");
    await acceptAndRead(workbench, /set http\.proxy\. Button above: Open Proxy Settings\.$/u);
    await workbench.quickInputButton("Open Proxy Settings");
    await until(
      "the proxy's setting",
      () => workbench.page.locator(".settings-editor:visible").allInnerTexts(),
      (texts) => texts.some((text) => /Http:\s*Proxy\b/u.test(text)),
    );
    const box = await workbench.quickInput();
    assert.match(box?.title ?? "", /\(3\/4\)$/u);
    assert.equal(box?.value, "a-secret");
  });
});
