import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { removeFolder } from "../../../harness/removeFolder.ts";

const entry = path.join(import.meta.dirname, "../../../../src/platform/network/createNetwork.ts");

describe("the network bundle", () => {
  it("leaves the process's dispatchers as they were, and works", async function () {
    this.timeout(60_000);
    const folder = await mkdtemp(path.join(tmpdir(), "network-bundle-"));
    try {
      const outfile = path.join(folder, "network.cjs");
      await build({ entryPoints: [entry], outfile, bundle: true, platform: "node", format: "cjs", target: "node22" });
      const script = `
        const slots = () => ["1", "2"].map((version) => Symbol.for("undici.globalDispatcher." + version) in globalThis);
        const before = slots();
        const { createNetwork } = require(${JSON.stringify(outfile)});
        const clock = { now: () => 0, sleep: () => new Promise(() => undefined) };
        const server = require("node:http").createServer((request, response) => response.end("hello"));
        server.listen(0, "127.0.0.1", async () => {
          let transport;
          const around = (sender) => (transport = sender);
          const settings = { current: () => ({ transport: "auto", noProxy: [] }), onDidChange: () => ({ dispose() {} }) };
          const told = { log() {}, onRateLimit() {}, onTransportUse() {} };
          const network = createNetwork({ ...told, clock, around, settings, userAgent: "test", tokens: {} });
          const url = "http://127.0.0.1:" + server.address().port;
          const reply = await transport({ method: "GET", url, headers: {} });
          await network.close();
          server.close();
          console.log(JSON.stringify({ before, after: slots(), body: reply.body }));
        });`;
      const { stdout } = await promisify(execFile)(process.execPath, ["-e", script]);
      assert.deepEqual(JSON.parse(stdout), { before: [false, false], after: [false, false], body: "hello" });
    } finally {
      await removeFolder(folder);
    }
  });
});
