import assert from "node:assert/strict";
import { parseSandboxState, startSandbox, type SandboxOptions } from "../../../src/sandbox/index.ts";
import { FakeClock } from "../../fakes/fakeClock.ts";
import { callApi, closeBench, companyAt, openBench, refresh, signIn, startedAt } from "./client.ts";

const clock = new FakeClock(startedAt);

describe("Local Sandbox: start, state and stop", () => {
  it("goes on from a kept state: same port, client, codes, tokens, data and connections", async () => {
    const first = await openBench({ seed: 9, companies: 4, projects: 30 });
    const pair = await signIn(first.sandbox);
    const code = first.sandbox.control.issueCode();
    first.sandbox.control.setConnected(companyAt(first.sandbox, 1), "disconnected");
    const kept = parseSandboxState(JSON.parse(JSON.stringify(first.sandbox.state())));
    await closeBench(first);

    const second = await openBench({ state: kept });
    try {
      assert.equal(second.sandbox.baseUrl, first.sandbox.baseUrl);
      assert.deepEqual(
        [second.sandbox.clientId, second.sandbox.clientSecret],
        [first.sandbox.clientId, first.sandbox.clientSecret],
      );
      assert.deepEqual(second.sandbox.control.companies(), first.sandbox.control.companies());
      assert.deepEqual(second.sandbox.state(), kept);
      assert.equal(second.sandbox.state().codes[0]?.code, code);
      assert.equal((await callApi(second.sandbox, "/rest/v1.0/me", pair.access_token)).status, 200);
      assert.equal((await refresh(second.sandbox, pair.refresh_token)).status, 200);
    } finally {
      await closeBench(second);
    }
  });

  it("lets an option win over the kept state", async () => {
    const first = await openBench();
    const state = first.sandbox.state();
    const second = await openBench({ state, port: 0, disconnected: [] });
    assert.notEqual(second.sandbox.port, first.sandbox.port);
    assert.deepEqual(second.sandbox.state().disconnected, []);
    await closeBench(first);
    await closeBench(second);
  });

  it("tells of every change worth keeping", async () => {
    const bench = await openBench();
    let changes = 0;
    bench.sandbox.onDidChangeState(() => changes++);
    const counted = async (act: () => unknown): Promise<number> => {
      changes = 0;
      await act();
      return changes;
    };
    const pair = await signIn(bench.sandbox);
    assert.ok((await counted(() => bench.sandbox.control.issueCode())) > 0);
    assert.ok((await counted(() => refresh(bench.sandbox, pair.refresh_token))) > 0);
    assert.ok(
      (await counted(() => bench.sandbox.control.setConnected(companyAt(bench.sandbox, 0), "disconnected"))) > 0,
    );
    assert.ok((await counted(() => bench.sandbox.control.endTokens())) > 0);
    assert.equal(await counted(() => callApi(bench.sandbox, "/rest/v1.0/me", pair.access_token)), 0);
    await closeBench(bench);
  });

  it("keeps its state small over many refreshes", async () => {
    const bench = await openBench();
    let pair = await signIn(bench.sandbox);
    for (let round = 0; round < 250; round++) {
      const body: unknown = await (await refresh(bench.sandbox, pair.refresh_token)).json();
      assert.ok(
        typeof body === "object" && body !== null && "refresh_token" in body && typeof body.refresh_token === "string",
      );
      pair = { ...pair, refresh_token: body.refresh_token };
    }
    assert.ok(bench.sandbox.state().tokens.length <= 201);
    await closeBench(bench);
  });

  it("has the same client ID for the same seed, and another secret each time", async () => {
    const [one, two, other] = await Promise.all([openBench(), openBench(), openBench({ seed: 2 })]);
    assert.equal(one.sandbox.clientId, two.sandbox.clientId);
    assert.notEqual(one.sandbox.clientSecret, two.sandbox.clientSecret);
    assert.notEqual(one.sandbox.clientId, other.sandbox.clientId);
    await Promise.all([one, two, other].map(closeBench));
  });

  it("rejects with Node's code for a busy port, and closes twice without complaint", async () => {
    const bench = await openBench();
    await assert.rejects(startSandbox({ clock, port: bench.sandbox.port }), { code: "EADDRINUSE" });
    await closeBench(bench);
    await bench.sandbox.close();
  });

  it("leaves the process's own Request and Response alone", async () => {
    const bench = await openBench();
    await signIn(bench.sandbox);
    // @hono/node-server would put classes derived from them in their places.
    assert.equal(Object.getPrototypeOf(globalThis.Request), Function.prototype);
    assert.doesNotMatch(String(globalThis.Response), /Cache/);
    await closeBench(bench);
  });

  it("serves other loopback addresses", async () => {
    for (const [host, base] of [
      ["127.0.0.2", "http://127.0.0.2:"],
      ["localhost", "http://localhost:"],
    ] as const) {
      const bench = await openBench({ host });
      assert.ok(bench.sandbox.baseUrl.startsWith(base));
      assert.equal((await fetch(bench.sandbox.baseUrl)).status, 200);
      await closeBench(bench);
    }
  });

  const refused: readonly [name: string, options: Omit<SandboxOptions, "clock">][] = [
    ["a host of the network", { host: "0.0.0.0" }],
    ["a name that only looks like loopback", { host: "127.0.0.1.evil.test" }],
    ["a port out of range", { port: 70_000 }],
    ["a part of a company", { companies: 1.5 }],
    ["a negative latency", { latencyMs: -1 }],
    ["a limit of nothing", { rateLimit: { limit: 0, windowSeconds: 10 } }],
    ["an unknown disconnected company", { disconnected: ["7"] }],
  ];
  for (const [name, options] of refused) {
    it(`refuses ${name}`, async () => {
      await assert.rejects(startSandbox({ clock, ...options }), RangeError);
    });
  }

  it("refuses a state it cannot read, naming the part but never its value", () => {
    const good = {
      v: 1,
      host: "127.0.0.1",
      port: 1,
      clientId: "a",
      clientSecret: "b",
      seed: 1,
      companies: 1,
      disconnected: [],
      codes: [],
      tokens: [],
    };
    assert.deepEqual(parseSandboxState(good), good);
    const wrong: readonly [value: unknown, part: RegExp][] = [
      [{ ...good, v: 2 }, /v is not/],
      [{ ...good, port: "1" }, /port is not/],
      [{ ...good, tokens: [{ accessToken: 5 }] }, /tokens\.0\.accessToken is not/],
      ["SECRET", /its shape is not/],
      [undefined, /its shape is not/],
    ];
    for (const [value, part] of wrong) assert.throws(() => parseSandboxState(value), part);
    assert.throws(
      () => parseSandboxState({ ...good, codes: [{ code: "SECRET" }] }),
      (error) => error instanceof Error && !error.message.includes("SECRET"),
    );
  });
});
