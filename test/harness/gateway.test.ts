import assert from "node:assert/strict";
import { createServer, request, type Server } from "node:http";
import { startGateway, type Gateway } from "./gateway.ts";

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return address.port;
}

describe("the gateway before VS Code's server", () => {
  let editor: Server;
  let sandbox: Server;
  let sandboxPort: number;
  let gateway: Gateway;
  let origin: string;

  beforeEach(async () => {
    editor = createServer((incoming, outgoing) => outgoing.end(`editor ${incoming.url ?? ""}`));
    editor.on("upgrade", (_incoming, socket) => {
      socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
      socket.pipe(socket);
    });
    sandbox = createServer((incoming, outgoing) => {
      if (incoming.url === "/go") outgoing.writeHead(302, { location: "/there?x=1" }).end();
      else outgoing.end(`sandbox ${incoming.method ?? ""} ${incoming.url ?? ""} ${incoming.headers.host ?? ""}`);
    });
    sandboxPort = await listening(sandbox);
    gateway = await startGateway(await listening(editor));
    origin = `http://127.0.0.1:${gateway.port}`;
  });
  afterEach(async () => {
    await gateway.close();
    for (const server of [editor, sandbox]) server.close();
  });

  it("passes everything else on to the editor", async () => {
    assert.equal(await (await fetch(`${origin}/?folder=/a`)).text(), "editor /?folder=/a");
    assert.equal(await (await fetch(`${origin}/proxy/x`)).text(), "editor /proxy/x");
  });

  it("answers the key that seals the browser's secrets, always the same", async () => {
    const keys = await Promise.all(
      ["/mint-key", "/stable-1/mint-key"].map(async (path) => {
        const reply = await fetch(origin + path, { method: "POST" });
        return Buffer.from(await reply.arrayBuffer());
      }),
    );
    assert.equal(keys[0]?.length, 32);
    assert.deepEqual(keys[0], keys[1]);
  });

  it("takes the prefix off the path and keeps the browser's host", async () => {
    const reply = await fetch(`${origin}/proxy/${sandboxPort}/a/b?c=%20d`, { method: "POST" });
    assert.equal(await reply.text(), `sandbox POST /a/b?c=%20d 127.0.0.1:${gateway.port}`);
  });

  it("puts the prefix before a redirect of the server behind it", async () => {
    const reply = await fetch(`${origin}/proxy/${sandboxPort}/go`, { redirect: "manual" });
    assert.equal(reply.headers.get("location"), `/proxy/${sandboxPort}/there?x=1`);
  });

  it("says which port nobody answers on", async () => {
    await new Promise((resolve) => sandbox.close(resolve));
    const reply = await fetch(`${origin}/proxy/${sandboxPort}/`);
    assert.equal(reply.status, 502);
    assert.match(await reply.text(), new RegExp(`port ${sandboxPort}`, "u"));
  });

  it("relays web sockets in both directions", async () => {
    const echoed = await new Promise<string>((resolve, reject) => {
      const headers = { connection: "Upgrade", upgrade: "echo" };
      const opening = request(`${origin}/socket`, { headers });
      opening.on("error", reject);
      opening.on("upgrade", (_reply, socket) => {
        socket.on("data", (chunk: Buffer) => {
          socket.destroy();
          resolve(chunk.toString());
        });
        socket.write("hello");
      });
      opening.end();
    });
    assert.equal(echoed, "hello");
  });
});
