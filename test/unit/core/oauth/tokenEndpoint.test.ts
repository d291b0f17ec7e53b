import assert from "node:assert/strict";
import { inspect } from "node:util";
import { type Failure, ProcoreError } from "../../../../src/core/errors.ts";
import type { Reply } from "../../../../src/core/http/transport.ts";
import {
  type KeysVerdict,
  createTokenEndpoint,
  type OAuthApp,
  type TokenEndpoint,
  tokenCallTimeoutMs,
} from "../../../../src/core/oauth/tokenEndpoint.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { jsonReply, recordingLog, scriptedTransport, standingClock, type Step } from "../http/scriptedTransport.ts";

const host = "login-sandbox.procore.com";
const app: OAuthApp = {
  environmentLabel: "Development Sandbox",
  loginOrigin: `https://${host}`,
  clientId: "client-id",
  clientSecret: new Secret("MARKED-client-secret"),
};
const code = new Secret("MARKED-code");
const oldToken = new Secret("MARKED-old-token");
const noonSeconds = Date.UTC(2026, 10, 22, 12) / 1_000;
const pair = {
  access_token: "MARKED-access",
  token_type: "Bearer",
  expires_in: 5_400,
  refresh_token: "MARKED-refresh",
};
const success = jsonReply(200, { ...pair, created_at: noonSeconds - 2 });

/** As Doorkeeper answers: the same words in the body and in a challenge. */
const refusal = (status: number, error: string): Reply =>
  jsonReply(
    status,
    { error, error_description: "It is refused." },
    { "www-authenticate": `Bearer realm="Doorkeeper", error="${error}", error_description="It is refused."` },
  );
const bodyOnly = (status: number, error: string): Reply => jsonReply(status, { error, error_description: "No." });
const challengeOnly = (status: number, error: string): Reply => ({ ...refusal(status, error), body: "" });
const portal: Reply = { status: 200, headers: { "content-type": "text/html" }, body: "<html>MARKED-portal</html>" };

function endpointOver(...steps: readonly Step[]) {
  const { transport, requests } = scriptedTransport(...steps);
  const { clock, advance } = standingClock();
  const { log, entries } = recordingLog();
  return { endpoint: createTokenEndpoint({ transport, clock, userAgent: "test/1", log }), requests, entries, advance };
}

type Method = "checkCredentials" | "exchangeCode" | "refresh" | "clientCredentials" | "revoke" | "tokenInfo";

async function call(endpoint: TokenEndpoint, method: Method, signal?: AbortSignal): Promise<unknown> {
  if (method === "checkCredentials" || method === "clientCredentials") return endpoint[method](app, signal);
  return endpoint[method](app, method === "exchangeCode" ? code : oldToken, signal);
}

/** Everything that can be reached from an error: what a log, a report or a debugger could show of it. */
const everything = (error: unknown): string =>
  inspect(error, { depth: Infinity, showHidden: true, getters: true, maxStringLength: null, maxArrayLength: null });

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ProcoreError, `not a ProcoreError: ${everything(error)}`);
  assert.ok(!everything(error).includes("MARKED"), everything(error));
  return error.failure;
}

describe("createTokenEndpoint", () => {
  const forms: readonly { method: Method; path: string; reply: Reply; form: Record<string, string> }[] = [
    {
      method: "exchangeCode",
      path: "/oauth/token",
      reply: success,
      form: { grant_type: "authorization_code", code: "MARKED-code", redirect_uri: "urn:ietf:wg:oauth:2.0:oob" },
    },
    {
      method: "refresh",
      path: "/oauth/token",
      reply: success,
      form: {
        grant_type: "refresh_token",
        refresh_token: "MARKED-old-token",
        redirect_uri: "urn:ietf:wg:oauth:2.0:oob",
      },
    },
    { method: "clientCredentials", path: "/oauth/token", reply: success, form: { grant_type: "client_credentials" } },
    { method: "revoke", path: "/oauth/revoke", reply: jsonReply(200, {}), form: { token: "MARKED-old-token" } },
  ];
  for (const { method, path, reply, form } of forms) {
    it(`${method} posts one form with the keys in it`, async () => {
      const { endpoint, requests, entries } = endpointOver(reply);
      await call(endpoint, method);
      const [request] = requests;
      assert.ok(request);
      assert.equal(`${request.method} ${request.url}`, `POST https://${host}${path}`);
      assert.match(request.headers["content-type"] ?? "", /^application\/x-www-form-urlencoded/);
      assert.equal(request.headers["user-agent"], "test/1");
      assert.equal(request.headers["authorization"], undefined);
      const keys = { client_id: "client-id", client_secret: "MARKED-client-secret" };
      assert.deepEqual(Object.fromEntries(new URLSearchParams(request.body)), { ...form, ...keys });
      const sizeBytes = reply.body.length;
      assert.deepEqual(entries, [{ method: "POST", pathTemplate: path, status: 200, durationMs: 0, sizeBytes }]);
    });
  }

  it("reads a pair and its times", async () => {
    const { endpoint } = endpointOver(success);
    const tokens = await endpoint.exchangeCode(app, code);
    assert.equal(tokens.accessToken.reveal(), "MARKED-access");
    assert.equal(tokens.refreshToken?.reveal(), "MARKED-refresh");
    const { expiresAt, lifetimeMs, clockSkewMs } = tokens;
    assert.deepEqual(
      { expiresAt, lifetimeMs, clockSkewMs },
      { expiresAt: (noonSeconds + 5_398) * 1_000, lifetimeMs: 5_400_000, clockSkewMs: 0 },
    );
  });

  it("leaves out a refresh token that comes with a service account's token", async () => {
    const { endpoint } = endpointOver(success);
    const { accessToken, refreshToken, lifetimeMs } = await endpoint.clientCredentials(app);
    assert.deepEqual([accessToken.reveal(), refreshToken, lifetimeMs], ["MARKED-access", undefined, 5_400_000]);
  });

  const keys = { environment: "Development Sandbox", host };
  const serviceRefusals: readonly (readonly [string, Reply, Failure])[] = [
    ["wrong keys", refusal(401, "invalid_client"), { kind: "credentialsRejected", ...keys }],
    ["an app without one", refusal(401, "unauthorized_client"), { kind: "serviceAccountMissing", ...keys }],
    ["the same with 400", bodyOnly(400, "unauthorized_client"), { kind: "serviceAccountMissing", ...keys }],
    ["a host that has none", challengeOnly(400, "unsupported_grant_type"), { kind: "serviceAccountMissing", ...keys }],
    [
      "any other refusal",
      refusal(400, "invalid_grant"),
      { kind: "oauth", error: "invalid_grant", description: "It is refused", status: 400 },
    ],
  ];
  for (const [name, reply, failure] of serviceRefusals) {
    it(`tells of ${name} when a service account asks`, async () => {
      const { endpoint } = endpointOver(reply);
      assert.deepEqual(await failureOf(endpoint.clientCredentials(app)), { ...failure, at: noonSeconds * 1_000 });
    });
  }

  const date = { date: "Sun, 22 Nov 2026 13:00:00 GMT" };
  const hourMs = 3_600_000;
  const answers: readonly { name: string; reply: Reply; endsIn: number; skewMs?: number }[] = [
    {
      name: "a server that is an hour ahead",
      reply: jsonReply(200, { ...pair, created_at: noonSeconds + 3_600 }, date),
      endsIn: 9_000,
      skewMs: hourMs,
    },
    { name: "no created_at but a Date", reply: jsonReply(200, pair, date), endsIn: 9_000, skewMs: hourMs },
    { name: "no created_at and no Date", reply: jsonReply(200, pair), endsIn: 5_400 },
    {
      name: "a created_at of another unit",
      reply: jsonReply(200, { ...pair, created_at: noonSeconds * 1_000 }, date),
      endsIn: 9_000,
      skewMs: hourMs,
    },
    {
      name: "numbers as text",
      reply: jsonReply(200, { ...pair, expires_in: "60", created_at: `${noonSeconds}` }),
      endsIn: 60,
    },
    { name: "no expires_in", reply: jsonReply(200, { ...pair, expires_in: null }), endsIn: 5_400 },
    { name: "another case of bearer", reply: jsonReply(200, { ...pair, token_type: "BEARER" }), endsIn: 5_400 },
    { name: "no token type", reply: jsonReply(200, { ...pair, token_type: undefined }), endsIn: 5_400 },
    {
      name: "what nobody asked for",
      reply: jsonReply(200, { ...pair, id_token: "x", scope: ["public"], extra: { a: 1 } }),
      endsIn: 5_400,
    },
    {
      name: "another content type",
      reply: { ...jsonReply(200, pair), headers: { "content-type": "text/plain" } },
      endsIn: 5_400,
    },
  ];
  for (const { name, reply, endsIn, skewMs = 0 } of answers) {
    it(`takes an answer with ${name}`, async () => {
      const { endpoint } = endpointOver(reply);
      const tokens = await endpoint.refresh(app, oldToken);
      assert.equal(tokens.accessToken.reveal(), "MARKED-access");
      assert.equal(tokens.refreshToken?.reveal(), "MARKED-refresh");
      assert.equal(tokens.expiresAt, (noonSeconds + endsIn) * 1_000);
      assert.equal(tokens.clockSkewMs, skewMs);
    });
  }

  for (const refresh_token of [undefined, null, "", 7]) {
    it(`keeps the refresh token when the answer's is ${JSON.stringify(refresh_token)}`, async () => {
      const { endpoint } = endpointOver(
        jsonReply(200, { ...pair, refresh_token }),
        jsonReply(200, { ...pair, refresh_token }),
      );
      assert.ok((await endpoint.refresh(app, oldToken)).refreshToken?.equals(oldToken));
      assert.equal((await endpoint.exchangeCode(app, code)).refreshToken, undefined);
    });
  }

  const rejected: Failure = { kind: "credentialsRejected", environment: "Development Sandbox", host };
  const spent: Failure = { kind: "signedOut", reason: "refreshTokenSpent" };
  const strange = { kind: "unexpectedReply", host, expected: "an answer of the login service" } as const;
  const page = { ...strange, instead: { kind: "webPage", title: "" } } as const;
  const failures: readonly { name: string; method: Method; reply: Reply; failure: Failure }[] = [
    {
      name: "invalid_grant for a code",
      method: "exchangeCode",
      reply: refusal(400, "invalid_grant"),
      failure: { kind: "codeRejected" },
    },
    {
      name: "the same without a challenge",
      method: "exchangeCode",
      reply: bodyOnly(401, "invalid_grant"),
      failure: { kind: "codeRejected" },
    },
    {
      name: "the same in a challenge only",
      method: "exchangeCode",
      reply: challengeOnly(400, "invalid_grant"),
      failure: { kind: "codeRejected" },
    },
    {
      name: "invalid_client for a code",
      method: "exchangeCode",
      reply: refusal(401, "invalid_client"),
      failure: rejected,
    },
    { name: "invalid_grant for a refresh", method: "refresh", reply: refusal(400, "invalid_grant"), failure: spent },
    { name: "the same without a challenge", method: "refresh", reply: bodyOnly(400, "invalid_grant"), failure: spent },
    {
      name: "invalid_client for a refresh",
      method: "refresh",
      reply: bodyOnly(401, "invalid_client"),
      failure: rejected,
    },
    {
      name: "another error",
      method: "refresh",
      reply: refusal(400, "unsupported_grant_type"),
      failure: { kind: "oauth", error: "unsupported_grant_type", description: "It is refused", status: 400 },
    },
    {
      name: "invalid_grant from a proxy's 502",
      method: "refresh",
      reply: refusal(502, "invalid_grant"),
      failure: { kind: "http", status: 502, message: "It is refused", code: "invalid_grant", host, from: "login" },
    },
    { name: "invalid_grant in a success", method: "refresh", reply: bodyOnly(200, "invalid_grant"), failure: strange },
    {
      name: "a 503 in HTML",
      method: "refresh",
      reply: { ...portal, status: 503 },
      failure: { kind: "http", status: 503, message: "", host, from: "login" },
    },
    {
      name: "a rate limit",
      method: "refresh",
      reply: jsonReply(429, {}, { "retry-after": "5" }),
      failure: { kind: "rateLimited", retryAt: noonSeconds * 1_000 + 5_000 },
    },
    { name: "a captive portal", method: "exchangeCode", reply: portal, failure: page },
    {
      name: "a redirect",
      method: "exchangeCode",
      reply: { status: 302, headers: { location: "https://evil.test" }, body: "" },
      failure: { ...strange, instead: { kind: "redirect", host: "evil.test" } },
    },
    {
      name: "a success without tokens",
      method: "exchangeCode",
      reply: jsonReply(200, { access_token: 7, note: "MARKED" }),
      failure: strange,
    },
    {
      name: "half of an answer",
      method: "refresh",
      reply: { ...success, body: success.body.slice(0, 30) },
      failure: strange,
    },
    {
      name: "another token type",
      method: "refresh",
      reply: jsonReply(200, { ...pair, token_type: "mac" }),
      failure: strange,
    },
    {
      name: "a status that is none",
      method: "refresh",
      reply: { ...success, status: 999 },
      failure: { ...strange, expected: "an HTTP answer" },
    },
    {
      name: "wrong keys for a revocation",
      method: "revoke",
      reply: bodyOnly(403, "unauthorized_client"),
      failure: { kind: "oauth", error: "unauthorized_client", description: "No", status: 403 },
    },
    { name: "a captive portal", method: "revoke", reply: portal, failure: page },
    {
      name: "a bad token",
      method: "tokenInfo",
      reply: bodyOnly(401, "invalid_token"),
      failure: { kind: "oauth", error: "invalid_token", description: "No", status: 401 },
    },
    { name: "a captive portal", method: "tokenInfo", reply: portal, failure: { ...page, expected: "token info" } },
    {
      name: "keys that do not fit",
      method: "checkCredentials",
      reply: refusal(401, "invalid_client"),
      failure: rejected,
    },
    {
      name: "keys that do not fit, without a challenge",
      method: "checkCredentials",
      reply: bodyOnly(401, "invalid_client"),
      failure: rejected,
    },
    { name: "a captive portal", method: "checkCredentials", reply: portal, failure: page },
    { name: "a redirect", method: "checkCredentials", reply: { status: 302, headers: {}, body: "" }, failure: strange },
  ];
  for (const { name, method, reply, failure } of failures) {
    it(`${method}: ${name}; nothing secret in the error`, async () => {
      const { endpoint, requests } = endpointOver(reply);
      assert.deepEqual(await failureOf(call(endpoint, method)), { ...failure, at: noonSeconds * 1_000 });
      assert.equal(requests.length, 1);
    });
  }

  const methods: readonly Method[] = [
    "checkCredentials",
    "exchangeCode",
    "refresh",
    "clientCredentials",
    "revoke",
    "tokenInfo",
  ];
  for (const method of methods) {
    it(`${method} lets a network failure rise, and stops when it is told to`, async () => {
      const broken = new ProcoreError({ kind: "network", cause: "reset", host });
      await assert.rejects(call(endpointOver(broken).endpoint, method), (error) => error === broken);
      const stop = new AbortController();
      const waiting = call(endpointOver(() => new Promise<never>(() => undefined)).endpoint, method, stop.signal);
      stop.abort(new Error("enough"));
      await assert.rejects(waiting, /enough/);
    });

    it(`${method} gives up after its deadline`, async () => {
      const { promise, arrived } = signalOnce();
      const { endpoint, advance } = endpointOver(() => {
        arrived();
        return new Promise<never>(() => undefined);
      });
      const waiting = failureOf(call(endpoint, method));
      await promise;
      advance(tokenCallTimeoutMs);
      assert.deepEqual(await waiting, { kind: "network", cause: "timeout", host, code: "DEADLINE" });
    });
  }

  const taken = { kind: "taken" } as const;
  const notJudged = (status: number) => ({ kind: "notJudged", status }) as const;
  const verdicts: readonly (readonly [string, Reply, KeysVerdict])[] = [
    ["a refused code", refusal(400, "invalid_grant"), taken],
    ["an app without this grant", refusal(400, "unauthorized_client"), taken],
    ["a request that was not understood", bodyOnly(400, "invalid_request"), notJudged(400)],
    ["a firewall's 403", { ...portal, status: 403 }, notJudged(403)],
    ["a rate limit", { status: 429, headers: {}, body: "" }, notJudged(429)],
    ["trouble at the server", { ...portal, status: 503 }, notJudged(503)],
    ["tokens for a code that cannot exist", success, notJudged(200)],
  ];
  for (const [name, reply, verdict] of verdicts) {
    it(`checkCredentials goes on after ${name}, and says no more of the keys than was answered`, async () => {
      assert.deepEqual(await endpointOver(reply).endpoint.checkCredentials(app), verdict);
    });
  }

  for (const body of ["", "{}", " \n"]) {
    it(`revoke takes ${JSON.stringify(body)} for done`, async () => {
      await endpointOver({ status: 200, headers: {}, body }).endpoint.revoke(app, oldToken);
    });
  }

  const infos: readonly { name: string; body: object; expected: readonly unknown[] }[] = [
    {
      name: "Procore's names",
      body: { resource_owner_id: 9, scopes: ["a"], expires_in_seconds: 30, application: { uid: "u" }, created_at: 2 },
      expected: ["9", "u", ["a"], 30, 2_000],
    },
    {
      name: "Doorkeeper's names",
      body: { resource_owner_id: "9", scope: ["a"], expires_in: 30, application: { uid: "u" }, created_at: 2 },
      expected: ["9", "u", ["a"], 30, 2_000],
    },
    { name: "only its end", body: { scopes: null, expires_in: 5 }, expected: [undefined, undefined, [], 5, undefined] },
    {
      name: "only its app in it",
      body: { scopes: null, application: { uid: "u" } },
      expected: [undefined, "u", [], undefined, undefined],
    },
  ];
  for (const { name, body, expected } of infos) {
    it(`reads token info with ${name}`, async () => {
      const { endpoint, requests } = endpointOver(jsonReply(200, body));
      const info = await endpoint.tokenInfo(app, oldToken);
      const { resourceOwnerId, applicationUid, scopes, expiresInSeconds, createdAt } = info;
      assert.deepEqual([resourceOwnerId, applicationUid, scopes, expiresInSeconds, createdAt], expected);
      assert.equal(requests[0]?.url, `https://${host}/oauth/token/info`);
      assert.equal(requests[0]?.headers["authorization"], "Bearer MARKED-old-token");
    });
  }

  it("tells the transport whose call it is; a sign-in's belongs to no connection yet", async () => {
    for (const method of methods) {
      const { endpoint, requests } = endpointOver(success, success);
      const token = method === "exchangeCode" ? code : oldToken;
      for (const owner of [{}, { connectionId: "c1" }]) {
        const theirs = { ...app, ...owner };
        const isOfApp = method === "checkCredentials" || method === "clientCredentials";
        const sent = isOfApp ? endpoint[method](theirs) : endpoint[method](theirs, token);
        await sent.catch(() => undefined);
      }
      assert.deepEqual(
        requests.map(({ connectionId }) => connectionId),
        [undefined, "c1"],
      );
    }
  });

  it("takes JSON that tells neither app nor end for no token info", async () => {
    const { endpoint } = endpointOver(jsonReply(200, { scopes: null }));
    await assert.rejects(endpoint.tokenInfo(app, oldToken), ProcoreError);
  });

  it("sends nothing to an address that is no origin, and http only to this machine", async () => {
    const { endpoint, requests } = endpointOver(success);
    for (const loginOrigin of ["http://login.procore.com", "https://login.procore.com/x"]) {
      await assert.rejects(endpoint.refresh({ ...app, loginOrigin }, oldToken), ProcoreError);
    }
    assert.equal(requests.length, 0);
    await endpoint.refresh({ ...app, loginOrigin: "http://127.0.0.1:3000" }, oldToken);
    assert.equal(requests[0]?.url, "http://127.0.0.1:3000/oauth/token");
  });
});

function signalOnce() {
  let arrived = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  return { promise, arrived: () => arrived() };
}
