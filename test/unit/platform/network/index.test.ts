import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { createServer as createHttpsServer } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import {
  type ClosableTransport,
  createUndiciTransport,
  type UndiciTransportOptions,
} from "../../../../src/platform/network/index.ts";
import { type Identity, identityOf } from "../../../fakes/certificates.ts";
import { removeFolder } from "../../../harness/removeFolder.ts";
import { standingClock } from "../../core/http/scriptedTransport.ts";
import { bodyOf, listen, type LoopbackServer, serve, serveBytes } from "./loopbackServer.ts";
import { failureOf, get, itKeepsTheContract, turnUntil } from "./transportContract.ts";

describe("createUndiciTransport", () => {
  describe("as every transport", () => itKeepsTheContract(createUndiciTransport));

  let server: LoopbackServer | undefined;
  const transports: ClosableTransport[] = [];

  const make = (options: Partial<UndiciTransportOptions> = {}): ClosableTransport => {
    const transport = createUndiciTransport({ clock: standingClock().clock, ...options });
    transports.push(transport);
    return transport;
  };
  const use = (started: LoopbackServer): LoopbackServer => (server = started);

  afterEach(async () => {
    await server?.stop();
    server = undefined;
    await Promise.all(transports.splice(0).map((transport) => transport.close()));
  });

  it("sends method, path, headers and body, and nothing that identifies undici", async () => {
    let seen = "";
    use(
      await serve(async (request, response) => {
        const { host: _host, connection: _connection, ...headers } = request.headers;
        seen = JSON.stringify([request.method, request.url, headers, await bodyOf(request)]);
        response.end("ok");
      }),
    );
    const headers = { "user-agent": "test/1", "content-type": "text/plain" };
    await make()({ method: "POST", url: `${server?.origin}/a%2Fb?c=d&c=%20`, headers, body: "größe" });
    const sent = { ...headers, "accept-encoding": "gzip, br", "content-length": "7" };
    assert.deepEqual(JSON.parse(seen), ["POST", "/a%2Fb?c=d&c=%20", sent, "größe"]);
  });

  it("keeps connections alive, at most eight of them", async () => {
    let most = 0;
    let running = 0;
    use(
      await serve((_request, response) => {
        running += 1;
        most = Math.max(most, running);
        setImmediate(() => {
          running -= 1;
          response.end("ok");
        });
      }),
    );
    const transport = make();
    await Promise.all(Array.from({ length: 40 }, () => transport(get(`${server?.origin}/`))));
    assert.ok(most > 1 && most <= 8, `${most} at once`);
    assert.ok((server?.opened() ?? 0) <= 8, `${server?.opened()} connections`);
  });

  describe("over TLS", () => {
    const before = process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    afterEach(() => {
      if (before === undefined) delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
      else process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = before;
    });

    async function selfSigned(): Promise<{ readonly hits: () => number; readonly identity: Identity }> {
      let hits = 0;
      const identity = await identityOf("self-signed");
      const https = createHttpsServer({ ...identity }, (_request, response) => {
        hits += 1;
        response.end();
      });
      https.on("tlsClientError", () => undefined);
      use(await listen(https, "https"));
      return { hits: () => hits, identity };
    }

    for (const environment of [undefined, "0"]) {
      it(`refuses a self-signed certificate (NODE_TLS_REJECT_UNAUTHORIZED=${environment ?? ""})`, async () => {
        const { hits } = await selfSigned();
        if (environment !== undefined) process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = environment;
        const error = await failureOf(make()(get(`${server?.origin}/`)), "certificate");
        assert.equal(error.failure.kind === "network" && error.failure.code, "DEPTH_ZERO_SELF_SIGNED_CERT");
        assert.equal(hits(), 0);
      });
    }

    it("takes a certificate that NODE_EXTRA_CA_CERTS names", async function () {
      this.timeout(60_000);
      const { hits, identity } = await selfSigned();
      const index = path.join(import.meta.dirname, "../../../../src/platform/network/index.ts");
      const script = `
        import { createUndiciTransport } from ${JSON.stringify(pathToFileURL(index).href)};
        const clock = { now: () => 0, sleep: () => new Promise(() => undefined) };
        const transport = createUndiciTransport({ clock });
        const { status } = await transport({ method: "GET", url: ${JSON.stringify(server?.origin)}, headers: {} });
        await transport.close();
        console.log(status);`;
      const folder = await mkdtemp(path.join(tmpdir(), "pe-"));
      try {
        const NODE_EXTRA_CA_CERTS = path.join(folder, "server.pem");
        await writeFile(NODE_EXTRA_CA_CERTS, identity.cert);
        const options = { env: { ...process.env, NODE_EXTRA_CA_CERTS } };
        const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], options);
        assert.deepEqual([stdout.trim(), hits()], ["200", 1]);
      } finally {
        await removeFolder(folder);
      }
    });

    it("says tls where nobody speaks it", async () => {
      use(await serveBytes((socket) => void socket.once("data", () => socket.end("HTTP/1.1 400 Bad\r\n\r\n"))));
      await failureOf(make()(get(`https://127.0.0.1:${server?.port}/`)), "tls");
    });
  });

  it("refuses requests after it was closed, and lets go of its connections", async () => {
    use(await serve((_request, response) => void response.end("ok")));
    const transport = make();
    await transport(get(`${server?.origin}/`));
    await transport.close();
    await turnUntil(() => server?.sockets.size === 0);
    await failureOf(transport(get(`${server?.origin}/`)), "other");
  });

  it("closes the connections of a connection that was removed, and no others", async () => {
    let answer: (() => void) | undefined;
    use(
      await serve((request, response) => {
        if (request.url === "/slow") answer = () => void response.end("late");
        else response.end("ok");
      }),
    );
    const transport = make();
    const send = (connectionId: string, path = "/") => transport({ ...get(`${server?.origin}${path}`), connectionId });
    await Promise.all([send("idle"), send("other")]);
    const running = send("running", "/slow");
    await turnUntil(() => answer !== undefined && server?.sockets.size === 3);
    for (const id of ["idle", "running", "never seen"]) transport.forget(id);
    await turnUntil(() => server?.sockets.size === 2);
    answer?.();
    assert.equal((await running).body, "late");
    await turnUntil(() => server?.sockets.size === 1);
    assert.equal((await send("other")).body, "ok");
    assert.equal(server?.opened(), 3);
  });

  it("closes them after the last request of that connection, also one that waited for its turn", async () => {
    const answers: (() => void)[] = [];
    use(await serve((_request, response) => void answers.push(() => response.end("late"))));
    const transport = make();
    const running = Array.from({ length: 9 }, () =>
      transport({ ...get(`${server?.origin}/`), connectionId: "removed" }),
    );
    await turnUntil(() => answers.length === 8);
    transport.forget("removed");
    for (const answer of answers.splice(0)) answer();
    await turnUntil(() => answers.length === 1);
    answers[0]?.();
    await Promise.all(running);
    await turnUntil(() => server?.sockets.size === 0);
  });

  it("leaves other connections to the server alone", async () => {
    use(await serve((_request, response) => void response.end("ok")));
    const other = connect(server?.port ?? 0, "127.0.0.1");
    await new Promise((resolve) => other.once("connect", resolve));
    await make()(get(`${server?.origin}/`));
    assert.equal(other.destroyed, false);
    other.destroy();
  });
});
