import assert from "node:assert/strict";
import { access, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { createTokenEndpoint } from "../../../src/core/oauth/tokenEndpoint.ts";
import { LocalSandbox } from "../../../src/localSandbox/localSandbox.ts";
import { createUndiciTransport } from "../../../src/platform/network/index.ts";
import { startSandbox, parseSandboxState } from "../../../src/sandbox/index.ts";
import { FakeClock } from "../../fakes/fakeClock.ts";
import { removeFolder } from "../../harness/removeFolder.ts";

describe("LocalSandbox", () => {
  const clock = new FakeClock();
  const transport = createUndiciTransport({ clock });
  let folder = "";
  let file = "";
  let windows: LocalSandbox[] = [];
  let troubles: unknown[] = [];

  /** A window of the editor; all share one folder. */
  function openWindow(): LocalSandbox {
    const window = new LocalSandbox({
      file,
      clock,
      load: async () => ({ startSandbox, parseSandboxState }),
      tokenEndpoint: createTokenEndpoint({ transport, clock, userAgent: "test", log: () => undefined }),
      externalAuthority: async (origin) => new URL(origin).host,
      onTrouble: (error) => troubles.push(error),
    });
    windows.push(window);
    return window;
  }
  const get = (origin: string) => ({ method: "GET", url: `${origin}/oauth/token/info`, headers: {} });

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "procore-explorer-"));
    file = path.join(folder, "local-sandbox.json");
    windows = [];
    troubles = [];
  });
  afterEach(async () => {
    for (const window of windows) await window.stop();
    await removeFolder(folder);
    assert.deepEqual(troubles, []);
  });
  after(async () => await transport.close());

  it("runs once, however often it is started", async () => {
    const window = openWindow();
    const [one, other] = await Promise.all([window.start(), window.start()]);
    assert.equal(one.origin, other.origin);
    assert.equal(window.current?.origin, one.origin);
  });

  it("is found by another window", async () => {
    const { origin } = await openWindow().start();
    const other = openWindow();
    await other.load();
    assert.equal(other.current?.origin, origin);
    assert.equal((await other.start()).origin, origin);
  });

  it("goes on after its window was closed, at the same port with the same keys", async () => {
    const first = openWindow();
    const app = await first.start();
    first.dispose();
    const second = openWindow();
    await second.load();
    const serving = second.serving(transport);
    assert.equal((await serving(get(app.origin))).status, 401);
    assert.equal(second.current?.origin, app.origin);
    assert.ok(second.current?.clientSecret.equals(app.clientSecret));
  });

  it("is forgotten when it is stopped, by whichever window", async () => {
    const host = openWindow();
    const { origin } = await host.start();
    const other = openWindow();
    await other.load();
    await other.stop();
    await host.load();
    assert.equal(host.current, undefined);
    await assert.rejects(access(file));
    await assert.rejects(transport(get(origin)));
  });

  it("does not come back by a request once it was stopped", async () => {
    const window = openWindow();
    const { origin } = await window.start();
    await window.stop();
    await assert.rejects(window.serving(transport)(get(origin)));
    assert.equal(window.current, undefined);
  });

  it("moves to another port when another program took its own", async () => {
    const first = openWindow();
    const { origin } = await first.start();
    const kept = await readFile(file, "utf8");
    await first.stop();
    await writeFile(file, kept);
    const stranger = await listen(Number(new URL(origin).port));
    try {
      const second = openWindow();
      await second.load();
      assert.notEqual((await second.start()).origin, origin);
    } finally {
      stranger.close();
    }
  });

  it("starts anew when what was kept is broken", async () => {
    await writeFile(file, `{"v":1,"origin":"http://127.0.0.1:9","clientId":"a","clientSecret":"b","state":{"v":9}}`);
    const window = openWindow();
    await window.load();
    assert.notEqual((await window.start()).origin, "http://127.0.0.1:9");
  });
});

async function listen(port: number): Promise<Server> {
  const server = createServer((_request, response) => response.end("something else"));
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  assert.equal((server.address() as AddressInfo).port, port);
  return server;
}
