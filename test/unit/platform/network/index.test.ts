import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer as createHttpsServer } from "node:https";
import { connect, type Socket } from "node:net";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { inspect, promisify } from "node:util";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { type NetworkCause, ProcoreError } from "../../../../src/core/errors.ts";
import type { TransportRequest } from "../../../../src/core/http/transport.ts";
import {
  type ClosableTransport,
  createUndiciTransport,
  type UndiciTransportOptions,
} from "../../../../src/platform/network/index.ts";
import { standingClock } from "../../core/http/scriptedTransport.ts";
import { bodyOf, listen, type LoopbackServer, serve, serveBytes } from "./loopbackServer.ts";

const fixtures = path.join(import.meta.dirname, "../../../fixtures/tls");
const marker = "MARKED-token-0123456789";

describe("createUndiciTransport", () => {
  let server: LoopbackServer | undefined;
  const transports: ClosableTransport[] = [];

  const make = (options: Partial<UndiciTransportOptions> = {}): ClosableTransport => {
    const transport = createUndiciTransport({ clock: standingClock().clock, ...options });
    transports.push(transport);
    return transport;
  };
  const use = (started: LoopbackServer): LoopbackServer => (server = started);
  const get = (url: string): TransportRequest => ({
    method: "GET",
    url,
    headers: { authorization: `Bearer ${marker}` },
  });

  afterEach(async () => {
    await server?.stop();
    server = undefined;
    await Promise.all(transports.splice(0).map((transport) => transport.close()));
  });

  async function failureOf(promise: Promise<unknown>, cause: NetworkCause): Promise<ProcoreError> {
    const error: unknown = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof ProcoreError, inspect(error));
    assert.equal(error.failure.kind === "network" ? error.failure.cause : error.failure.kind, cause, inspect(error));
    const everything = inspect(error, { depth: Infinity, showHidden: true, getters: true, maxStringLength: null });
    assert.ok(!everything.includes("MARKED"), everything);
    return error;
  }

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

  for (const status of [200, 204, 304, 401, 404, 429, 500, 503]) {
    it(`gives a ${status} as a reply`, async () => {
      use(
        await serve((_request, response) => {
          response.writeHead(status, { "X-Twice": ["a", "b"], "Content-Type": "text/plain" });
          response.end(status === 204 || status === 304 ? undefined : "größe");
        }),
      );
      const reply = await make()(get(`${server?.origin}/`));
      assert.equal(reply.status, status);
      assert.equal(reply.headers["x-twice"], "a, b");
      assert.equal(reply.headers["content-type"], "text/plain");
      assert.equal(reply.body, status === 204 || status === 304 ? "" : "größe");
    });
  }

  it("follows no redirect", async () => {
    use(await serve((_request, response) => void response.writeHead(302, { location: "/elsewhere" }).end()));
    const reply = await make()(get(`${server?.origin}/`));
    assert.deepEqual([reply.status, reply.headers["location"], server?.opened()], [302, "/elsewhere", 1]);
  });

  for (const [coding, compress] of [
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
  ] as const) {
    it(`undoes ${coding}, and refuses what becomes too large by it`, async () => {
      const body = compress(Buffer.from("x".repeat(100_000)));
      use(await serve((_request, response) => void response.writeHead(200, { "content-encoding": coding }).end(body)));
      const transport = make();
      const reply = await transport(get(`${server?.origin}/`));
      assert.equal(reply.body.length, 100_000);
      assert.equal(reply.headers["content-encoding"], undefined);
      await failureOf(transport({ ...get(`${server?.origin}/`), maxBodyBytes: 50_000 }), "replyTooLarge");
    });
  }

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

  it("stops at once when it is told to, while the server holds its answer", async () => {
    let arrived = (): void => undefined;
    const request = new Promise<void>((resolve) => (arrived = resolve));
    use(await serve(() => arrived()));
    const stop = new AbortController();
    const waiting = make()(get(`${server?.origin}/`), stop.signal);
    await request;
    const reason = new Error("enough");
    stop.abort(reason);
    await assert.rejects(waiting, (error) => error === reason);
  });

  it("stops at once while a body is on its way", async () => {
    const stop = new AbortController();
    use(
      await serve((_request, response) => {
        response.writeHead(200).write("half");
        setImmediate(() => stop.abort());
      }),
    );
    await assert.rejects(make()(get(`${server?.origin}/`), stop.signal), { name: "AbortError" });
  });

  it("stops at once while all connections are busy, and before it began", async () => {
    use(await serve(() => undefined));
    const transport = make();
    const holding = new AbortController();
    const held = Array.from({ length: 8 }, () => transport(get(`${server?.origin}/`), holding.signal));
    const stop = new AbortController();
    const waiting = transport(get(`${server?.origin}/`), stop.signal);
    stop.abort();
    await assert.rejects(waiting, { name: "AbortError" });
    await assert.rejects(transport(get(`${server?.origin}/`), stop.signal), { name: "AbortError" });
    holding.abort();
    await Promise.allSettled(held);
  });

  const byBytes: readonly { name: string; cause: NetworkCause; answer: (socket: Socket) => void }[] = [
    { name: "a reset before headers", cause: "reset", answer: (socket) => socket.resetAndDestroy() },
    { name: "an end before headers", cause: "reset", answer: (socket) => socket.end() },
    {
      name: "a reset after headers",
      cause: "reset",
      answer: (socket) => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", () => socket.resetAndDestroy());
      },
    },
    {
      name: "a body that stops half-way",
      cause: "reset",
      answer: (socket) => socket.end(`HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n${marker}`),
    },
    {
      name: "chunks that stop half-way",
      cause: "reset",
      answer: (socket) => socket.end(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n${marker}`),
    },
    {
      name: "chunks that are none",
      cause: "other",
      answer: (socket) => socket.end(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz${marker}\r\n`),
    },
    { name: "something that is no HTTP", cause: "other", answer: (socket) => socket.end(`${marker}\r\n\r\n`) },
    {
      name: "a megabyte of headers",
      cause: "replyTooLarge",
      answer: (socket) => socket.end(`HTTP/1.1 200 OK\r\nX-Long: ${"x".repeat(1_048_576)}\r\n\r\n`),
    },
  ];
  for (const { name, cause, answer } of byBytes) {
    it(`says ${cause} for ${name}, with nothing of the reply in the error`, async () => {
      use(await serveBytes((socket) => void socket.once("data", () => answer(socket))));
      await failureOf(make()(get(`${server?.origin}/`)), cause);
      assert.equal(server?.opened(), 1);
    });
  }

  const long = "x".repeat(20_000);
  for (const kind of ["announced", "unannounced"] as const) {
    it(`refuses a body that is too large, ${kind}, and drops its connection`, async () => {
      use(
        await serve((_request, response) => {
          response.writeHead(200, kind === "announced" ? { "content-length": "20000" } : {});
          response.write(long.slice(0, 15_000));
        }),
      );
      await failureOf(make({ maxBodyBytes: 10_000 })(get(`${server?.origin}/`)), "replyTooLarge");
      await until(() => server?.sockets.size === 0);
    });
  }

  it("takes a body of exactly the limit", async () => {
    use(await serve((_request, response) => void response.end(long)));
    assert.equal((await make({ maxBodyBytes: 20_000 })(get(`${server?.origin}/`))).body.length, 20_000);
  });

  it("says refused for a port where nobody listens", async () => {
    const gone = await serve(() => undefined);
    await gone.stop();
    const error = await failureOf(make()(get(`${gone.origin}/`)), "refused");
    assert.deepEqual(error.failure, {
      kind: "network",
      cause: "refused",
      host: `127.0.0.1:${gone.port}`,
      code: "ECONNREFUSED",
    });
  });

  for (const place of ["/headers", "/body"]) {
    it(`says timeout when nothing more comes of the ${place.slice(1)}`, async function () {
      // undici's timers tick slowly; nothing here depends on how slowly.
      this.timeout(20_000);
      use(
        await serve((request, response) => {
          if (request.url === "/body") response.writeHead(200).write("half");
        }),
      );
      await failureOf(make({ headersTimeoutMs: 30, bodyTimeoutMs: 30 })(get(`${server?.origin}${place}`)), "timeout");
    });
  }

  it("says timeout for a body that trickles on for ever, by the clock", async () => {
    const { clock, advance } = standingClock();
    use(
      await serve((_request, response) => {
        response.writeHead(200).write("a");
        setImmediate(() => advance(1_000));
      }),
    );
    await failureOf(make({ clock, totalTimeoutMs: 1_000 })(get(`${server?.origin}/`)), "timeout");
  });

  const refused = [
    "http://192.0.2.1/",
    "http://procore.test/",
    "ftp://127.0.0.1/",
    "https://a:b@127.0.0.1/",
    "nowhere",
    "file:///etc/hosts",
  ];
  for (const url of refused) {
    it(`does not send to ${url}`, async () => void (await failureOf(make()(get(url)), "notAllowed")));
  }

  it("refuses a header that could start another one, without repeating it", async () => {
    use(await serve((_request, response) => void response.end()));
    const headers = { authorization: `Bearer ${marker}\r\nhost: evil.test` };
    await failureOf(make()({ method: "GET", url: `${server?.origin}/`, headers }), "other");
    assert.equal(server?.opened(), 0);
  });

  describe("over TLS", () => {
    const before = process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    afterEach(() => {
      if (before === undefined) delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
      else process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = before;
    });

    async function selfSigned(): Promise<{ readonly hits: () => number }> {
      let hits = 0;
      const key = readFileSync(path.join(fixtures, "test-only-self-signed.key.pem"));
      const cert = readFileSync(path.join(fixtures, "test-only-self-signed.cert.pem"));
      const https = createHttpsServer({ key, cert }, (_request, response) => {
        hits += 1;
        response.end();
      });
      https.on("tlsClientError", () => undefined);
      use(await listen(https, "https"));
      return { hits: () => hits };
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
      const { hits } = await selfSigned();
      const index = path.join(import.meta.dirname, "../../../../src/platform/network/index.ts");
      const script = `
        import { createUndiciTransport } from ${JSON.stringify(pathToFileURL(index).href)};
        const clock = { now: () => 0, sleep: () => new Promise(() => undefined) };
        const transport = createUndiciTransport({ clock });
        const { status } = await transport({ method: "GET", url: ${JSON.stringify(server?.origin)}, headers: {} });
        await transport.close();
        console.log(status);`;
      const NODE_EXTRA_CA_CERTS = path.join(fixtures, "test-only-self-signed.cert.pem");
      const run = promisify(execFile);
      const options = { env: { ...process.env, NODE_EXTRA_CA_CERTS } };
      const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], options);
      assert.deepEqual([stdout.trim(), hits()], ["200", 1]);
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
    await until(() => server?.sockets.size === 0);
    await failureOf(transport(get(`${server?.origin}/`)), "other");
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

/** Lets the event loop turn until something holds; mocha's own limit ends it otherwise. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
