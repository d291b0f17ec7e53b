import assert from "node:assert/strict";
import { request, type IncomingHttpHeaders } from "node:http";
import { callApi, closeBench, openBench, readJson, refresh, signIn, tokenBody, type Bench } from "./client.ts";

/** What fetch will not send: any `Host`, and any request target. */
function send(
  bench: Bench,
  host: string,
  target = "/rest/v1.0/me",
): Promise<{ status: number | undefined; headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: "127.0.0.1", port: bench.sandbox.port, path: target, headers: { Host: host }, agent: false },
      (reply) => {
        reply.resume();
        resolve({ status: reply.statusCode, headers: reply.headers });
      },
    );
    outgoing.on("error", reject);
    outgoing.end();
  });
}

const causeCode = (error: unknown): unknown => {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause ? cause.code : undefined;
};

describe("Local Sandbox: who may call", () => {
  let bench: Bench;
  beforeEach(async () => (bench = await openBench()));
  afterEach(() => closeBench(bench));

  const hosts: readonly [host: (port: number) => string, status: number][] = [
    [(port) => `127.0.0.1:${port}`, 401],
    [(port) => `localhost:${port}`, 401],
    [(port) => `LOCALHOST:${port}`, 401],
    [(port) => `[::1]:${port}`, 401],
    [() => "evil.test", 421],
    [(port) => `evil.test:${port}`, 421],
    [(port) => `127.0.0.1.evil.test:${port}`, 421],
    [(port) => `127.0.0.1:${port === 65_535 ? 1 : port + 1}`, 421],
    [() => "127.0.0.1", 421],
  ];
  for (const [host, status] of hosts) {
    it(`answers ${status} to the host ${host(1).replace(/:[12]$/, (port) => (port === ":1" ? ":PORT" : ":OTHER"))}`, async () => {
      assert.equal((await send(bench, host(bench.sandbox.port))).status, status);
    });
  }

  it("looks at the host in an absolute target too", async () => {
    const own = `127.0.0.1:${bench.sandbox.port}`;
    assert.equal((await send(bench, own, `http://${own}/rest/v1.0/me`)).status, 401);
    assert.equal((await send(bench, own, "http://evil.test/rest/v1.0/me")).status, 421);
  });

  it("answers to an authority that was allowed", async () => {
    assert.equal((await send(bench, "127.0.0.1:8080")).status, 421);
    bench.sandbox.allowAuthority("127.0.0.1:8080");
    assert.equal((await send(bench, "127.0.0.1:8080")).status, 401);
  });

  it("has no control routes and no CORS header", async () => {
    for (const path of ["/control", "/_control", "/sandbox", "/requests"]) {
      const reply = await fetch(`${bench.sandbox.baseUrl}${path}`, { headers: { Origin: "https://evil.test" } });
      assert.equal(reply.status, 404);
      assert.deepEqual(
        Array.from(reply.headers.keys()).filter((name) => name.startsWith("access-control")),
        [],
      );
    }
  });

  it("refuses a body that is far too long", async () => {
    const reply = await fetch(`${bench.sandbox.baseUrl}/oauth/token`, { method: "POST", body: "x".repeat(300_000) });
    assert.equal(reply.status, 413);
  });
});

describe("Local Sandbox: faults and log", () => {
  let bench: Bench;
  let token: string;
  beforeEach(async () => {
    bench = await openBench();
    token = (await signIn(bench.sandbox)).access_token;
    bench.sandbox.control.clearRequests();
  });
  afterEach(() => closeBench(bench));

  const me = (): Promise<Response> => callApi(bench.sandbox, "/rest/v1.0/me", token);

  it("sends a reply just as given, as often as asked, to the path only", async () => {
    const body = "<html>Service Unavailable</html>";
    const headers = { "Content-Type": "text/html", "Retry-After": "7" };
    bench.sandbox.control.inject({
      path: "/rest/v1.0/me",
      times: 2,
      fault: { kind: "reply", status: 503, headers, body },
    });
    assert.equal((await callApi(bench.sandbox, "/rest/v1.0/companies", token)).status, 200);
    for (let round = 0; round < 2; round++) {
      const reply = await me();
      assert.deepEqual([reply.status, reply.headers.get("Retry-After"), await reply.text()], [503, "7", body]);
      assert.equal(reply.headers.get("x-request-id"), null);
    }
    assert.equal((await me()).status, 200);
  });

  it("finds paths by pattern and method, and a rule can be taken back", async () => {
    const fault = { kind: "reply", status: 500 } as const;
    const rule = bench.sandbox.control.inject({ path: /^\/rest\//g, method: "get", times: Infinity, fault });
    assert.deepEqual([(await me()).status, (await me()).status], [500, 500]);
    rule.dispose();
    assert.equal((await me()).status, 200);
  });

  it("cuts the connection before the server acted: the refresh token still works", async () => {
    const pair = await signIn(bench.sandbox);
    bench.sandbox.control.inject({ path: "/oauth/token", fault: { kind: "reset" } });
    await assert.rejects(refresh(bench.sandbox, pair.refresh_token), (error) => causeCode(error) === "ECONNRESET");
    assert.equal((await refresh(bench.sandbox, pair.refresh_token)).status, 200);
  });

  it("cuts the connection after the server acted: the refresh token is spent", async () => {
    const pair = await signIn(bench.sandbox);
    bench.sandbox.control.inject({ path: "/oauth/token", when: "after", fault: { kind: "reset" } });
    await assert.rejects(refresh(bench.sandbox, pair.refresh_token), (error) => causeCode(error) === "ECONNRESET");
    assert.equal((await readJson(await refresh(bench.sandbox, pair.refresh_token)))["error"], "invalid_grant");
  });

  it("can lose the answer of a refresh behind a gateway's page", async () => {
    const pair = await signIn(bench.sandbox);
    const fault = {
      kind: "reply",
      status: 200,
      headers: { "Content-Type": "text/html" },
      body: "<html></html>",
    } as const;
    bench.sandbox.control.inject({ path: "/oauth/token", when: "after", fault });
    assert.equal(await (await refresh(bench.sandbox, pair.refresh_token)).text(), "<html></html>");
    assert.equal((await refresh(bench.sandbox, pair.refresh_token)).status, 400);
  });

  it("changes its own answer: it acts at once, and answers when and what it is told", async () => {
    const pair = await signIn(bench.sandbox);
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const acted = new Promise<void>((resolve) => {
      const change = async (answer: Response): Promise<Response> => {
        resolve();
        await released;
        return Response.json({ ...(await readJson(answer)), expires_in: 2 }, { headers: answer.headers });
      };
      bench.sandbox.control.inject({ path: "/oauth/token", fault: { kind: "changed", change } });
    });
    const held = refresh(bench.sandbox, pair.refresh_token);
    await acted;
    assert.equal((await refresh(bench.sandbox, pair.refresh_token)).status, 400);
    assert.deepEqual(
      bench.sandbox.control.requests().map(({ status }) => status),
      [200, undefined, 400],
    );
    release();
    const answered = await held;
    assert.equal(answered.headers.get("Cache-Control"), "no-store");
    const { expires_in: life, refresh_token: next } = await readJson(answered);
    assert.equal(life, 2);
    assert.equal((await refresh(bench.sandbox, String(next))).status, 200);
  });

  it("leaves a hanging request until the sandbox closes, and closes at once", async () => {
    bench.sandbox.control.inject({ path: "/rest/v1.0/me", fault: { kind: "hang" } });
    const hanging = assert.rejects(me());
    while (bench.sandbox.control.requests().length === 0) await new Promise(setImmediate);
    await bench.sandbox.close();
    await hanging;
  });

  it("logs names, never values", async () => {
    await fetch(`${bench.sandbox.baseUrl}/rest/v1.0/me?company_id=SECRET1&x=SECRET2`, {
      headers: { Authorization: "Bearer SECRET3", Cookie: "SECRET4" },
    });
    await fetch(`${bench.sandbox.baseUrl}/oauth/token`, {
      method: "POST",
      body: new URLSearchParams({ code: "SECRET5" }),
    });
    const [first, second] = bench.sandbox.control.requests();
    assert.deepEqual(
      [first?.method, first?.path, first?.queryNames, first?.status],
      ["GET", "/rest/v1.0/me", ["company_id", "x"], 401],
    );
    assert.ok(first?.headerNames.includes("authorization"));
    assert.deepEqual([second?.method, second?.path, second?.status], ["POST", "/oauth/token", 400]);
    assert.doesNotMatch(JSON.stringify(bench.sandbox.control.requests()), /SECRET/);
    bench.sandbox.control.clearRequests();
    assert.deepEqual(bench.sandbox.control.requests(), []);
  });

  it("hands out a pair after a fault is over", async () => {
    bench.sandbox.control.inject({ path: "/oauth/token", fault: { kind: "reply", status: 502 } });
    const pair = await signIn(bench.sandbox).catch(() => signIn(bench.sandbox));
    await tokenBody(await refresh(bench.sandbox, pair.refresh_token));
  });
});

describe("Local Sandbox: latency", () => {
  it("waits by its clock before it answers", async () => {
    const bench = await openBench({ latencyMs: 250 });
    try {
      let isAnswered = false;
      const reply = fetch(bench.sandbox.baseUrl).then((response) => {
        isAnswered = true;
        return response;
      });
      while (bench.sandbox.control.requests().length === 0) await new Promise(setImmediate);
      await bench.clock.advance(249);
      assert.equal(isAnswered, false);
      await bench.clock.advance(1);
      assert.equal((await reply).status, 200);
    } finally {
      await closeBench(bench);
    }
  });
});
