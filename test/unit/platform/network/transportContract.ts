import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { inspect } from "node:util";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { type NetworkCause, ProcoreError } from "../../../../src/core/errors.ts";
import type { TransportRequest } from "../../../../src/core/http/transport.ts";
import type { ClosableTransport, ContractOptions } from "../../../../src/platform/network/contract.ts";
import { standingClock } from "../../core/http/scriptedTransport.ts";
import { bodyOf, type LoopbackServer, serve, serveBytes } from "./loopbackServer.ts";

/** What a contract test may ask of a transport. */
export type ContractTestOptions = ContractOptions & {
  readonly headersTimeoutMs?: number;
  readonly bodyTimeoutMs?: number;
};

export const marker = "MARKED-token-0123456789";

/** Lets the event loop turn until something holds; mocha's own limit ends it otherwise. */
export async function turnUntil(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

/** Lets the event loop turn so often: far less time than any timer of a connection, and enough for what is due. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** The failure with which something rejects; fails when it does not, or when a marked value is anywhere in it. */
export async function failureOf(promise: Promise<unknown>, cause: NetworkCause): Promise<ProcoreError> {
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

/** A GET that carries a marked token. */
export const get = (url: string): TransportRequest => ({
  method: "GET",
  url,
  headers: { authorization: `Bearer ${marker}` },
});

/** What every transport promises, whatever carries it; the same tests run on each of them, also in a real VS Code. */
export function itKeepsTheContract(create: (options: ContractTestOptions) => ClosableTransport): void {
  let server: LoopbackServer | undefined;
  const transports: ClosableTransport[] = [];
  const make = (options: Partial<ContractTestOptions> = {}): ClosableTransport => {
    const transport = create({ clock: standingClock().clock, ...options });
    transports.push(transport);
    return transport;
  };
  const use = (started: LoopbackServer): LoopbackServer => (server = started);
  const address = (place = "/"): string => `${server?.origin}${place}`;

  afterEach(async () => {
    await server?.stop();
    server = undefined;
    await Promise.all(transports.splice(0).map((transport) => transport.close()));
  });

  // The editor's fetch adds these three and lets nobody take them away.
  const added = ["accept", "accept-language", "sec-fetch-mode"];
  for (const method of ["GET", "POST", "PATCH", "DELETE"]) {
    it(`sends a ${method} as it is`, async () => {
      let seen = "";
      use(
        await serve(async (request, response) => {
          const { host, connection: _connection, ...headers } = request.headers;
          assert.equal(host, new URL(address()).host);
          const own = Object.entries(headers).filter(([name]) => name in sent || !added.includes(name));
          seen = JSON.stringify([request.method, request.url, Object.fromEntries(own), await bodyOf(request)]);
          response.end("ok");
        }),
      );
      const hasBody = method !== "GET" && method !== "DELETE";
      const sent: Record<string, string> = { "user-agent": "procore-explorer/1.2.3", authorization: "Bearer abc" };
      const url = address("/a%2Fb?c=d&c=%20");
      await make()({ method, url, headers: sent, ...(hasBody ? { body: "größe" } : {}) });
      const length = hasBody ? { "content-length": "7" } : {};
      const arrived = JSON.parse(seen) as [string, string, Record<string, string>, string];
      assert.deepEqual([arrived[0], arrived[1], arrived[3]], [method, "/a%2Fb?c=d&c=%20", hasBody ? "größe" : ""]);
      assert.deepEqual(sorted(arrived[2]), sorted({ ...sent, "accept-encoding": "gzip, br", ...length }));
    });
  }

  for (const status of [200, 204, 304, 401, 404, 429, 500, 503]) {
    it(`gives a ${status} as a reply`, async () => {
      const isEmpty = status === 204 || status === 304;
      use(
        await serve((_request, response) => {
          response.writeHead(status, { "X-Twice": ["a", "b"], "Content-Type": "text/plain" });
          response.end(isEmpty ? undefined : "größe");
        }),
      );
      const reply = await make()(get(address()));
      assert.deepEqual(
        [reply.status, reply.headers["x-twice"], reply.headers["content-type"], reply.body],
        [status, "a, b", "text/plain", isEmpty ? "" : "größe"],
      );
    });
  }

  for (const status of [301, 302, 303, 307, 308]) {
    it(`follows no ${status}`, async () => {
      use(await serve((_request, response) => void response.writeHead(status, { location: "/elsewhere" }).end()));
      const reply = await make()({ ...get(address()), method: "POST", body: "x" });
      assert.deepEqual([reply.status, reply.headers["location"], server?.opened()], [status, "/elsewhere", 1]);
    });
  }

  it("gives back no cookie that it was given", async () => {
    const cookies: (string | undefined)[] = [];
    use(
      await serve((request, response) => {
        cookies.push(request.headers.cookie);
        response.setHeader("set-cookie", ["a=1", "b=2"]).end();
      }),
    );
    const transport = make();
    assert.equal((await transport(get(address()))).headers["set-cookie"], "a=1, b=2");
    await transport(get(address()));
    assert.deepEqual(cookies, [undefined, undefined]);
  });

  for (const [coding, compress] of [
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
  ] as const) {
    it(`undoes ${coding}, and refuses what becomes too large by it`, async () => {
      const body = compress(Buffer.from("x".repeat(100_000)));
      use(
        await serve((_request, response) => {
          response.writeHead(200, { "content-encoding": coding, "content-length": body.length }).end(body);
        }),
      );
      const transport = make();
      const reply = await transport(get(address()));
      assert.equal(reply.body.length, 100_000);
      assert.deepEqual([reply.headers["content-encoding"], reply.headers["content-length"]], [undefined, undefined]);
      await failureOf(transport({ ...get(address()), maxBodyBytes: 50_000 }), "replyTooLarge");
    });

    it(`refuses ${coding} that is none`, async () => {
      use(
        await serve((_request, response) => {
          response.writeHead(200, { "content-encoding": coding }).end(`${marker}${"x".repeat(64)}`);
        }),
      );
      await failureOf(make()(get(address())), "unreadable");
    });
  }

  it("sends at most eight at once to an origin, in their order, and each once", async () => {
    const came: string[] = [];
    const held: (() => void)[] = [];
    let most = 0;
    let running = 0;
    use(
      await serve((request, response) => {
        came.push(request.url ?? "");
        running += 1;
        most = Math.max(most, running);
        held.push(() => {
          running -= 1;
          response.end("ok");
        });
      }),
    );
    const transport = make();
    const all = Array.from({ length: 40 }, (_unused, index) => transport(get(address(`/${index}`))));
    const end = { came: false };
    const ended = Promise.all(all).finally(() => (end.came = true));
    await turnUntil(() => running === 8);
    // A ninth would come now.
    await turns(1_000);
    while (!end.came) {
      held.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await ended;
    assert.equal(most, 8);
    assert.equal(new Set(came).size, 40);
    assert.equal(came.length, 40);
  });

  it("lets one connection's requests not wait for another's", async () => {
    use(await serve((request, response) => void (request.url === "/free" ? response.end("ok") : undefined)));
    const transport = make();
    const stop = new AbortController();
    const held = Array.from({ length: 9 }, () => transport({ ...get(address()), connectionId: "one" }, stop.signal));
    const free = await transport({ ...get(address("/free")), connectionId: "two" });
    assert.equal(free.body, "ok");
    stop.abort();
    await Promise.allSettled(held);
  });

  it("stops at once when it is told to, while the server holds its answer", async () => {
    let arrived = (): void => undefined;
    const request = new Promise<void>((resolve) => (arrived = resolve));
    use(await serve(() => arrived()));
    const stop = new AbortController();
    const waiting = make()(get(address()), stop.signal);
    await request;
    const reason = new Error("enough");
    stop.abort(reason);
    await assert.rejects(waiting, (error) => error === reason);
    await turnUntil(() => server?.sockets.size === 0);
  });

  it("stops at once while a body is on its way", async () => {
    const stop = new AbortController();
    use(
      await serve((_request, response) => {
        response.writeHead(200).write("half");
        setImmediate(() => stop.abort());
      }),
    );
    await assert.rejects(make()(get(address()), stop.signal), { name: "AbortError" });
    await turnUntil(() => server?.sockets.size === 0);
  });

  it("stops at once while all connections are busy, and before it began", async () => {
    let came = 0;
    use(await serve(() => void (came += 1)));
    const transport = make();
    const holding = new AbortController();
    const held = Array.from({ length: 8 }, () => transport(get(address()), holding.signal));
    await turnUntil(() => came === 8);
    const stop = new AbortController();
    const waiting = transport(get(address()), stop.signal);
    stop.abort();
    await assert.rejects(waiting, { name: "AbortError" });
    await assert.rejects(transport(get(address()), stop.signal), { name: "AbortError" });
    holding.abort();
    await Promise.allSettled(held);
    assert.equal(came, 8);
  });

  const answered = (headers: string, body: string) => (socket: Socket) =>
    void socket.end(`HTTP/1.1 200 OK\r\n${headers}\r\n\r\n${body}`);
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
    { name: "a body that stops half-way", cause: "reset", answer: answered("Content-Length: 100", marker) },
    {
      name: "chunks that stop half-way",
      cause: "reset",
      answer: answered("Transfer-Encoding: chunked", `ff\r\n${marker}`),
    },
    {
      name: "chunks that are none",
      cause: "other",
      answer: answered("Transfer-Encoding: chunked", `zz${marker}\r\n`),
    },
    { name: "a length that is none", cause: "other", answer: answered(`Content-Length: ${marker}`, "x") },
    {
      name: "two lengths that differ",
      cause: "reset",
      answer: answered("Content-Length: 1\r\nContent-Length: 2", "xy"),
    },
    { name: "something that is no HTTP", cause: "other", answer: (socket) => socket.end(`${marker}\r\n\r\n`) },
    {
      name: "a megabyte of headers",
      cause: "replyTooLarge",
      answer: answered(`X-Long: ${"x".repeat(1_048_576)}`, ""),
    },
  ];
  for (const { name, cause, answer } of byBytes) {
    it(`says ${cause} for ${name}, asks once, and has nothing of the reply in the error`, async () => {
      use(await serveBytes((socket) => void socket.once("data", () => answer(socket))));
      await failureOf(make()(get(address())), cause);
      assert.equal(server?.opened(), 1);
    });
  }

  it("takes no more of a body than was announced", async () => {
    use(
      await serveBytes((socket) => void socket.once("data", () => answered("Content-Length: 4", "bodybody")(socket))),
    );
    assert.equal((await make()(get(address()))).body, "body");
  });

  const long = "x".repeat(20_000);
  for (const kind of ["announced", "unannounced"] as const) {
    it(`refuses a body that is too large, ${kind}, and drops its connection`, async () => {
      use(
        await serve((_request, response) => {
          response.writeHead(200, kind === "announced" ? { "content-length": "20000" } : {});
          response.write(long.slice(0, 15_000));
        }),
      );
      await failureOf(make({ maxBodyBytes: 10_000 })(get(address())), "replyTooLarge");
      await turnUntil(() => server?.sockets.size === 0);
    });
  }

  it("takes a body of exactly the limit", async () => {
    use(await serve((_request, response) => void response.end(long)));
    assert.equal((await make({ maxBodyBytes: 20_000 })(get(address()))).body.length, 20_000);
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
    it(`says timeout when nothing more comes of the ${place.slice(1)}`, async () => {
      const { clock, advance } = standingClock();
      use(
        await serve((request, response) => {
          if (request.url === "/body") response.writeHead(200).write("half");
        }),
      );
      const end = { came: false };
      const failing = failureOf(
        make({ clock, headersTimeoutMs: 30, bodyTimeoutMs: 30 })(get(address(place))),
        "timeout",
      ).finally(() => (end.came = true));
      // One transport has timers of its own, the other goes by the clock; nothing here depends on how slow they are.
      while (!end.came) {
        await new Promise((resolve) => setImmediate(resolve));
        advance(1);
      }
      await failing;
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
    await failureOf(make({ clock, totalTimeoutMs: 1_000 })(get(address())), "timeout");
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
    for (const value of [`Bearer ${marker}\r\nhost: evil.test`, `${marker}\0`, `${marker} größe →`]) {
      await failureOf(make()({ method: "GET", url: address(), headers: { authorization: value } }), "other");
    }
    assert.equal(server?.opened(), 0);
  });

  it("lets the requests of a connection that was removed end, also those that wait, 8 at once as before", async () => {
    const answers: (() => void)[] = [];
    use(await serve((_request, response) => void answers.push(() => response.end("late"))));
    const transport = make();
    const send = () => transport({ ...get(address()), connectionId: "one" });
    const running = Array.from({ length: 9 }, send);
    await turnUntil(() => answers.length === 8);
    transport.forget("one");
    const later = send();
    // Another connection's request comes through meanwhile; those two do not.
    const other = transport({ ...get(address()), connectionId: "two" });
    await turnUntil(() => answers.length === 9);
    answers.splice(8)[0]?.();
    assert.equal((await other).body, "late");
    assert.equal(answers.length, 8);
    for (const answer of answers.splice(0)) answer();
    await turnUntil(() => answers.length === 2);
    for (const answer of answers.splice(0)) answer();
    const bodies = (await Promise.all([...running, later])).map(({ body }) => body);
    assert.deepEqual(bodies, Array(10).fill("late"));
    const anew = send();
    await turnUntil(() => answers.length === 1);
    answers[0]?.();
    assert.equal((await anew).body, "late");
  });

  it("refuses requests after it was closed, and lets the running ones end", async () => {
    let answer = (): void => undefined;
    use(
      await serve((_request, response) => {
        answer = () => void response.end("late");
      }),
    );
    const transport = make();
    const running = transport(get(address()));
    await turnUntil(() => server?.sockets.size === 1);
    let closed = false;
    const closing = transport.close().then(() => (closed = true));
    await failureOf(transport(get(address())), "other");
    assert.equal(closed, false);
    await turnUntil(() => {
      answer();
      return closed;
    });
    assert.equal((await running).body, "late");
    await closing;
  });
}

const sorted = (headers: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(headers).toSorted(([one], [other]) => (one < other ? -1 : 1));
