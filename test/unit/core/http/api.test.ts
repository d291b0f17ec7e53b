import assert from "node:assert/strict";
import { type Failure, type Instead, ProcoreError } from "../../../../src/core/errors.ts";
import { type ApiRequest, createApi } from "../../../../src/core/http/api.ts";
import { Pacer } from "../../../../src/core/http/pacing/pacer.ts";
import type { RequestWait } from "../../../../src/core/http/pacing/wait.ts";
import type { RateLimit } from "../../../../src/core/http/rateLimit.ts";
import type { Reply } from "../../../../src/core/http/transport.ts";
import { companyId } from "../../../../src/core/procore/ids.ts";
import { FakeClock } from "../../../fakes/fakeClock.ts";
import {
  connectionTo,
  countingTokens,
  jsonReply,
  rawCompanyId,
  recordingLog,
  scriptedTransport,
  type Step,
} from "./scriptedTransport.ts";

const me: ApiRequest = { method: "GET", path: ["rest", "v1.0", "me"] };
const ok = jsonReply(200, { id: 1 });
const connection = connectionTo();
const host = "sandbox.procore.com";
const at = Date.UTC(2026, 10, 22, 12);
const webPage = (title: string): Instead => ({ kind: "webPage", title });
const redirected = (to: string): Failure => ({
  kind: "unexpectedReply",
  host,
  expected: "a reply of its own, without a redirect to another address",
  instead: { kind: "redirect", host: to },
});
const redirect = (location: string, status = 302): Reply => ({ status, headers: { location }, body: "" });
const challenge = 'Bearer realm="Procore", error="invalid_token", error_description="The access token expired"';
const emptyUnauthorized: Reply = {
  status: 401,
  headers: { "content-type": "text/html", "www-authenticate": challenge },
  body: "",
};

/** Half of the longest delay each time. */
const random = (): number => 0.5;
const noon = Date.UTC(2026, 10, 22, 12);

function apiOver(...steps: readonly Step[]) {
  const { transport, requests } = scriptedTransport(...steps);
  const clock = new FakeClock(noon);
  const { tokens, rejected } = countingTokens();
  const { log, entries } = recordingLog();
  const limits: RateLimit[] = [];
  const waits: (RequestWait | undefined)[] = [];
  const pacer = new Pacer({
    clock,
    random,
    onRateLimit: (_id, limit) => void limits.push(limit),
    onWait: (_id, wait) => void waits.push(wait),
  });
  const api = createApi({ transport, tokens, clock, random, userAgent: "test/1", log, pacer });
  return { api, requests, rejected, entries, limits, waits, clock };
}

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ProcoreError, `not a ProcoreError: ${String(error)}`);
  return error.failure;
}

describe("createApi", () => {
  describe("for a service account", () => {
    const service = {
      ...connection,
      grant: { kind: "clientCredentials", companyId: companyId(12), companyName: undefined },
    } as const;
    const companies = [
      { name: "names its company where a person needs none", sender: service, request: me, sent: "12" },
      {
        name: "names the company that is asked about",
        sender: service,
        request: { ...me, companyId: companyId(7) },
        sent: "7",
      },
      { name: "a person's /me stays without", sender: connection, request: me, sent: undefined },
    ];
    for (const { name, sender, request, sent } of companies) {
      it(name, async () => {
        const { api, requests } = apiOver(ok);
        await api.send(sender, request);
        assert.equal(requests[0]?.headers["procore-company-id"], sent);
      });
    }

    it("refuses a company ID that could start another header, before a token is asked for", async () => {
      const { api, requests } = apiOver(ok);
      const grant = { ...service.grant, companyId: rawCompanyId("1\r\nX: y") };
      assert.equal((await failureOf(api.send({ ...service, grant }, me))).kind, "network");
      assert.deepEqual(requests, []);
    });
  });

  it("adds token, company and manners to a request", async () => {
    const { api, requests } = apiOver(jsonReply(200, []));
    const path = ["rest", "v1.1", "projects"];
    await api.send(connection, { method: "GET", path, query: { company_id: "7" }, companyId: companyId(7) });
    assert.deepEqual(requests, [
      {
        method: "GET",
        url: `https://${host}/rest/v1.1/projects?company_id=7`,
        headers: {
          accept: "application/json",
          authorization: "Bearer token-1",
          "user-agent": "test/1",
          "procore-company-id": "7",
        },
        connectionId: connection.id,
      },
    ]);
  });

  const partly: readonly (readonly [name: string, status: number, body: unknown, message: string])[] = [
    ["a sync", 200, { entities: [{ id: 1 }], errors: [{ origin_id: "x", errors: ["taken"] }] }, "x: taken"],
    ["a batch", 207, { success: [], failed: [{ id: "b", code: "LOCKED" }] }, "b: LOCKED"],
    ["a batch of new ones", 201, { failures: [{ id: "b", message: "No" }] }, "b: No"],
    ["many answers", 207, { errors: [{ id: "b", message: "No" }] }, "b: No"],
  ];
  for (const [name, status, body, message] of partly) {
    it(`takes no success for whole that tells of failures: ${name}`, async () => {
      const { api, requests } = apiOver(jsonReply(status, body, { "x-request-id": "r-1" }));
      const failure = await failureOf(api.send(connection, me));
      assert.ok(failure.kind === "http");
      assert.deepEqual([failure.status, failure.message, failure.requestId], [status, message, "r-1"]);
      assert.equal(requests.length, 1);
    });
  }

  it("finds the words of a long answer, and of a very long one says that there are some", async () => {
    for (const [rows, message] of [
      [2_000, "x: taken"],
      [20_000, ""],
    ] as const) {
      const entities = Array.from({ length: rows }, (_, id) => ({ id, name: "n".repeat(60) }));
      const { api } = apiOver(jsonReply(200, { entities, errors: [{ origin_id: "x", errors: ["taken"] }] }));
      const failure = await failureOf(api.send(connection, me));
      assert.equal(failure.kind === "http" && failure.message, message);
    }
  });

  const whole: readonly (readonly [name: string, status: number, body: unknown])[] = [
    ["a sync without failures", 200, { entities: [{ id: 1 }], errors: [] }],
    ["a batch without failures", 207, { success: [{ id: "a", errors: ["old"] }], failed: [], failures: [] }],
    ["a record with such fields", 200, { id: 1, failures: [{ id: 2 }], errors: ["old"], success: [], failed: ["x"] }],
    ["a list of such records", 200, [{ id: 1, entities: [], errors: ["old"] }]],
    ["a record in an envelope", 200, { data: { entities: [], errors: ["old"] } }],
  ];
  for (const [name, status, body] of whole) {
    it(`takes for whole: ${name}`, async () => {
      const { api } = apiOver(jsonReply(status, body));
      assert.equal((await api.send(connection, me)).status, status);
    });
  }

  it("renews the token and repeats once after a 401 with an empty body", async () => {
    const { api, requests, rejected } = apiOver(emptyUnauthorized, ok);
    assert.equal((await api.send(connection, me)).status, 200);
    assert.deepEqual(rejected, ["token-1"]);
    assert.deepEqual(
      requests.map(({ headers }) => headers["authorization"]),
      ["Bearer token-1", "Bearer token-2"],
    );
  });

  it("ends at the second 401 with the challenge's words", async () => {
    const { api, requests } = apiOver(emptyUnauthorized, emptyUnauthorized);
    const failure = await failureOf(api.send(connection, me));
    assert.deepEqual(failure, {
      kind: "http",
      status: 401,
      message: "The access token expired",
      code: "invalid_token",
      host,
      at,
    });
    assert.equal(requests.length, 2);
  });

  const failures: readonly { name: string; reply: Reply; failure: Failure; sends?: number }[] = [
    {
      name: "403 for an app that is not installed",
      reply: jsonReply(403, { errors: ["App is NOT connected to this company"] }, { "x-request-id": "r-1" }),
      failure: { kind: "appNotConnected", requestId: "r-1" },
    },
    {
      name: "another 403",
      reply: jsonReply(403, { errors: ["App is not connected to this company, or so."] }),
      failure: { kind: "http", status: 403, message: "App is not connected to this company, or so", host },
    },
    {
      name: "404 with an id",
      reply: jsonReply(404, { errors: "Not found" }, { "x-request-id": "r-2" }),
      failure: { kind: "http", status: 404, message: "Not found", host, requestId: "r-2" },
    },
    {
      name: "502 in HTML",
      reply: { status: 502, headers: { "content-type": "text/html" }, body: "<html><title>Bad</title>" },
      failure: { kind: "http", status: 502, message: "Bad", host },
      sends: 4,
    },
    {
      name: "a web filter's page",
      reply: { status: 403, headers: { "content-type": "text/html" }, body: "<html><h1>Blocked &amp; logged</h1>" },
      failure: {
        kind: "http",
        status: 403,
        message: "Blocked & logged",
        host,
        instead: webPage("Blocked & logged"),
      },
    },
    {
      name: "a network that wants a sign-in",
      reply: { status: 511, headers: { "content-type": "text/html" }, body: "<html><title>Hello</title>" },
      failure: { kind: "http", status: 511, message: "Hello", host, instead: { kind: "networkSignIn" } },
    },
    {
      name: "a request id in the body alone",
      reply: jsonReply(500, { error: { message: "Oops", request_id: "0b1c2d3e-0000-4000-8000-000000000001" } }),
      failure: {
        kind: "http",
        status: 500,
        message: "Oops",
        host,
        requestId: "0b1c2d3e-0000-4000-8000-000000000001",
      },
      sends: 4,
    },
    {
      name: "both ids: the header's counts",
      reply: jsonReply(404, { message: "No", request_id: "r-body" }, { "x-request-id": "r-head" }),
      failure: { kind: "http", status: 404, message: "No", host, requestId: "r-head" },
    },
    {
      name: "the stable code",
      reply: jsonReply(403, { error: { message: "No access", details: [{ code: "TOOL_OFF" }] } }),
      failure: { kind: "http", status: 403, message: "No access: TOOL_OFF", code: "TOOL_OFF", host },
    },
    {
      name: "a captive portal",
      reply: { status: 200, headers: { "content-type": "text/html" }, body: "<title>Hotel Wi-Fi</title>" },
      failure: { kind: "unexpectedReply", host, expected: "JSON", instead: webPage("Hotel Wi-Fi") },
    },
    {
      name: "a portal that calls itself JSON",
      reply: { status: 200, headers: { "content-type": "application/json" }, body: "<html>" },
      failure: { kind: "unexpectedReply", host, expected: "JSON", instead: webPage("") },
    },
    {
      name: "an empty success",
      reply: { status: 204, headers: {}, body: "" },
      failure: { kind: "unexpectedReply", host, expected: "JSON" },
    },
    { name: "429 that says nothing", reply: jsonReply(429, {}), failure: { kind: "rateLimited" }, sends: 4 },
    {
      name: "a redirect to another host",
      reply: redirect("https://evil.test/rest/v1.0/me"),
      failure: redirected("evil.test"),
    },
    {
      name: "a redirect to a host that holds a token, which lower case would hide from nobody",
      reply: redirect("https://BcGKnhSlvVpji1_vQ_eUlzkIRMYYnWoX.evil.test/"),
      failure: redirected("another host"),
    },
    {
      name: "a redirect to another scheme",
      reply: redirect(`http://${host}/`),
      failure: redirected(host),
    },
    {
      name: "a redirect to another port",
      reply: redirect(`//${host}:8443/`),
      failure: redirected(`${host}:8443`),
    },
    {
      name: "a redirect to nowhere",
      reply: { status: 302, headers: {}, body: "" },
      failure: { kind: "unexpectedReply", host, expected: "a redirect with an address" },
    },
  ];
  for (const { name, reply, failure, sends = 1 } of failures) {
    it(`tells of ${name}`, async () => {
      const { api, requests, clock } = apiOver(...Array.from({ length: sends }, () => reply));
      const failed = failureOf(api.send(connection, me));
      await clock.advance(5_000);
      const told = await failed;
      assert.ok("at" in told);
      assert.deepEqual(told, { ...failure, at: told.at });
      assert.equal(requests.length, sends);
    });
  }

  it("takes a 407 for the proxy's, which only a proxy sends", async () => {
    const { api } = apiOver({ status: 407, headers: {}, body: "" });
    const failure = await failureOf(api.send(connection, me));
    assert.deepEqual(failure, { kind: "network", cause: "proxyAuthentication", host });
  });

  it("comes back at the later of Retry-After and X-Rate-Limit-Reset, by this machine's clock", async () => {
    const reset = (afterSeconds: number): string => String(noon / 1_000 + afterSeconds);
    const cases = [
      { headers: { "retry-after": "900" }, retryAt: noon + 900_000 },
      { headers: { "x-rate-limit-reset": reset(2_000) }, retryAt: noon + 2_000_000 },
      { headers: { "retry-after": "900", "x-rate-limit-reset": reset(2_000) }, retryAt: noon + 2_000_000 },
      { headers: { "retry-after": "3000", "x-rate-limit-reset": reset(2_000) }, retryAt: noon + 3_000_000 },
      // The server's clock is an hour ahead.
      {
        headers: { date: "Sun, 22 Nov 2026 13:00:00 GMT", "x-rate-limit-reset": reset(4_600) },
        retryAt: noon + 1_000_000,
      },
    ];
    for (const { headers, retryAt } of cases) {
      const { api } = apiOver(jsonReply(429, {}, headers));
      assert.deepEqual(await failureOf(api.send(connection, me)), { kind: "rateLimited", retryAt, at });
    }
  });

  it("follows redirects on its own origin, with the token", async () => {
    const { api, requests } = apiOver(redirect("/rest/v1.0/you?a=1"), redirect(`https://${host}/x`, 308), ok);
    await api.send(connection, me);
    assert.deepEqual(
      requests.map(({ url }) => new URL(url).pathname),
      ["/rest/v1.0/me", "/rest/v1.0/you", "/x"],
    );
    assert.ok(requests.every(({ headers }) => headers["authorization"] === "Bearer token-1"));
  });

  it("gives up after five redirects", async () => {
    const { api, requests } = apiOver(...Array.from({ length: 9 }, () => redirect("/again")));
    assert.equal((await failureOf(api.send(connection, me))).kind, "unexpectedReply");
    assert.equal(requests.length, 6);
  });

  it("sends nothing for ids that could change the request", async () => {
    const { api, requests } = apiOver();
    const wrong: readonly ApiRequest[] = [
      { method: "GET", path: ["rest", ".."] },
      { ...me, companyId: rawCompanyId("1\r\nhost: evil.test") },
    ];
    for (const request of wrong) assert.equal((await failureOf(api.send(connection, request))).kind, "network");
    assert.equal(requests.length, 0);
  });

  it("hands on the rate limit of every reply", async () => {
    const headers = { "x-rate-limit-limit": "600", "x-rate-limit-remaining": "3", "x-rate-limit-reset": "1795348800" };
    const { api, limits } = apiOver(
      jsonReply(200, [], headers),
      jsonReply(404, [], { ...headers, "x-rate-limit-remaining": "2" }),
    );
    await api.send(connection, me);
    await failureOf(api.send(connection, me));
    assert.equal(limits.length, 2);
    assert.deepEqual(limits[0], { limit: 600, remaining: 3, resetAt: 1_795_348_800_000 });
  });

  it("logs the method, the path without ids, status, time and request id, and nothing else", async () => {
    const { api, entries, clock } = apiOver(async (): Promise<Reply> => {
      await clock.advance(42);
      return jsonReply(200, [], { "x-request-id": "r-9", "set-cookie": "session=secret" });
    });
    const path = ["rest", "v2.0", "companies", "1234", "projects", "ab-12", "budget_views"];
    await api.send(connection, { method: "GET", path, query: { q: "secret" } });
    const pathTemplate = "/rest/v2.0/companies/{id}/projects/{id}/budget_views";
    assert.deepEqual(entries, [
      { method: "GET", pathTemplate, status: 200, durationMs: 42, sizeBytes: 2, requestId: "r-9" },
    ]);
  });

  it("logs why no reply came, and lets the failure rise as it is", async () => {
    const broken = new ProcoreError({ kind: "network", cause: "certificate", host });
    const { api, entries } = apiOver(broken);
    await assert.rejects(api.send(connection, me), (error) => error === broken);
    assert.deepEqual(entries, [
      { method: "GET", pathTemplate: "/rest/v1.0/me", failure: "network/certificate", durationMs: 0 },
    ]);
  });

  it("rejects with the signal's reason", async () => {
    const stop = new AbortController();
    const { api, entries } = apiOver((): Reply => {
      stop.abort();
      throw stop.signal.reason;
    });
    await assert.rejects(api.send(connection, me, stop.signal), { name: "AbortError" });
    assert.equal(entries[0]?.failure, "cancelled");
  });
});
