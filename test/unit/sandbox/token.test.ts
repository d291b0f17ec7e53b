import assert from "node:assert/strict";
import { minuteMs } from "../../../src/core/clock.ts";
import { fingerprint, type RefreshEvent } from "../../../src/sandbox/index.ts";
import {
  askForToken,
  callApi,
  closeBench,
  openBench,
  outOfBand,
  postForm,
  readJson,
  refresh,
  signIn,
  startedAt,
  tokenBody,
  type Bench,
} from "./client.ts";

describe("Local Sandbox: /oauth/token", () => {
  let bench: Bench;
  beforeEach(async () => (bench = await openBench()));
  afterEach(() => closeBench(bench));

  it("answers a code with a pair, in the documented keys and headers", async () => {
    const code = bench.sandbox.control.issueCode();
    const reply = await askForToken(bench.sandbox, { grant_type: "authorization_code", code, redirect_uri: outOfBand });
    assert.equal(reply.headers.get("Content-Type"), "application/json; charset=utf-8");
    assert.equal(reply.headers.get("Cache-Control"), "no-store");
    assert.equal(reply.headers.get("Pragma"), "no-cache");
    assert.equal(reply.headers.get("Access-Control-Allow-Origin"), null);
    const body = await tokenBody(reply);
    assert.match(body.access_token, /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/);
    assert.match(body.refresh_token, /^.{20,}$/);
    assert.deepEqual([body.token_type, body.expires_in, body.created_at], ["Bearer", 5_400, startedAt / 1_000]);
  });

  const encodings: readonly [
    name: string,
    body: (fields: Record<string, string>) => Pick<RequestInit, "body" | "headers">,
  ][] = [
    ["urlencoded", (fields) => ({ body: new URLSearchParams(fields) })],
    [
      "multipart",
      (fields) => {
        const form = new FormData();
        for (const [name, value] of Object.entries(fields)) form.set(name, value);
        return { body: form };
      },
    ],
    ["JSON", (fields) => ({ body: JSON.stringify(fields), headers: { "Content-Type": "application/json" } })],
  ];
  for (const [name, encode] of encodings) {
    for (const slash of ["", "/"]) {
      it(`reads a ${name} body at /oauth/token${slash}`, async () => {
        const { baseUrl, clientId, clientSecret, control } = bench.sandbox;
        const fields = {
          grant_type: "authorization_code",
          code: control.issueCode(),
          redirect_uri: outOfBand,
          client_id: clientId,
          client_secret: clientSecret,
        };
        assert.equal(
          (await fetch(`${baseUrl}/oauth/token${slash}`, { method: "POST", ...encode(fields) })).status,
          200,
        );
      });
    }
  }

  it("takes the credentials from HTTP Basic too", async () => {
    const { baseUrl, clientId, clientSecret } = bench.sandbox;
    const basic = (secret: string) => ({ headers: { Authorization: `Basic ${btoa(`${clientId}:${secret}`)}` } });
    const code = bench.sandbox.control.issueCode();
    const fields = { grant_type: "authorization_code", code, redirect_uri: outOfBand };
    assert.equal((await postForm(`${baseUrl}/oauth/token`, fields, basic("wrong"))).status, 401);
    assert.equal((await postForm(`${baseUrl}/oauth/token`, fields, basic(clientSecret))).status, 200);
  });

  const refusals: readonly [name: string, fields: Record<string, string>, status: number, error: string][] = [
    ["no grant type", {}, 400, "invalid_request"],
    ["another grant type", { grant_type: "password" }, 400, "unsupported_grant_type"],
    ["a grant type that is a property of every object", { grant_type: "toString" }, 400, "unsupported_grant_type"],
    ["no code", { grant_type: "authorization_code", redirect_uri: outOfBand }, 400, "invalid_request"],
    ["no redirect URI", { grant_type: "authorization_code", code: "x" }, 400, "invalid_request"],
    ["an unknown code", { grant_type: "authorization_code", code: "x", redirect_uri: outOfBand }, 400, "invalid_grant"],
    [
      "a wrong secret, before the grant",
      { grant_type: "authorization_code", code: "x", redirect_uri: outOfBand, client_secret: "no" },
      401,
      "invalid_client",
    ],
    [
      "an unknown client, before the grant",
      { grant_type: "refresh_token", refresh_token: "x", client_id: "no" },
      401,
      "invalid_client",
    ],
    [
      "client credentials of an app without a service account",
      { grant_type: "client_credentials" },
      401,
      "unauthorized_client",
    ],
    ["no refresh token", { grant_type: "refresh_token" }, 400, "invalid_request"],
    ["an unknown refresh token", { grant_type: "refresh_token", refresh_token: "x" }, 400, "invalid_grant"],
  ];
  for (const [name, fields, status, error] of refusals) {
    it(`refuses ${name} with ${status} ${error} and the same as a challenge`, async () => {
      const reply = await askForToken(bench.sandbox, fields);
      assert.equal(reply.status, status);
      assert.equal(reply.headers.get("Cache-Control"), "no-store");
      const body = await readJson(reply);
      assert.equal(body["error"], error);
      assert.equal(
        reply.headers.get("WWW-Authenticate"),
        `Bearer realm="Doorkeeper", error="${error}", error_description="${String(body["error_description"])}"`,
      );
    });
  }

  it("takes a code once; a refused exchange does not use it up", async () => {
    const fields = {
      grant_type: "authorization_code",
      code: bench.sandbox.control.issueCode(),
      redirect_uri: outOfBand,
    };
    assert.equal((await askForToken(bench.sandbox, { ...fields, client_secret: "wrong" })).status, 401);
    assert.equal((await askForToken(bench.sandbox, { ...fields, redirect_uri: "http://localhost" })).status, 400);
    assert.equal((await askForToken(bench.sandbox, fields)).status, 200);
    assert.equal((await askForToken(bench.sandbox, fields)).status, 400);
  });

  it("takes a code for ten minutes", async () => {
    const fields = { grant_type: "authorization_code", redirect_uri: outOfBand };
    const inTime = bench.sandbox.control.issueCode();
    await bench.clock.advance(10 * minuteMs - 1);
    assert.equal((await askForToken(bench.sandbox, { ...fields, code: inTime })).status, 200);
    const late = bench.sandbox.control.issueCode();
    await bench.clock.advance(10 * minuteMs);
    assert.equal((await askForToken(bench.sandbox, { ...fields, code: late })).status, 400);
  });

  it("gives one of four refreshes at once the new pair", async () => {
    const { refresh_token } = await signIn(bench.sandbox);
    const replies = await Promise.all([1, 2, 3, 4].map(() => refresh(bench.sandbox, refresh_token)));
    assert.deepEqual(
      replies.map(({ status }) => status).filter((status) => status === 200),
      [200],
    );
    const winner = replies.find(({ status }) => status === 200);
    assert.ok(winner !== undefined);
    const { access_token } = await tokenBody(winner);
    assert.equal((await callApi(bench.sandbox, "/rest/v1.0/me", access_token)).status, 200);
  });

  it("with rotation now: a refresh ends the old access token too", async () => {
    const old = await signIn(bench.sandbox);
    await tokenBody(await refresh(bench.sandbox, old.refresh_token));
    const reply = await callApi(bench.sandbox, "/rest/v1.0/me", old.access_token);
    assert.match(reply.headers.get("WWW-Authenticate") ?? "", /The access token was revoked/);
  });

  it("tells the program that started it of each refresh token that it decided on, also when the answer is lost", async () => {
    const { control } = bench.sandbox;
    const first = await signIn(bench.sandbox);
    const heard: RefreshEvent[] = [];
    control.onRefresh((event) => heard.push(event));
    control.inject({ path: "/oauth/token", fault: { kind: "reply", status: 503 } });
    control.inject({ path: "/oauth/token", when: "after", fault: { kind: "reply", status: 503 } });
    for (const status of [503, 503, 400]) {
      assert.equal((await refresh(bench.sandbox, first.refresh_token)).status, status);
    }
    assert.deepEqual(
      heard.map(({ outcome, tokenFingerprint }) => [outcome, tokenFingerprint]),
      [
        ["renewed", fingerprint(first.refresh_token)],
        ["refused", fingerprint(first.refresh_token)],
      ],
    );
    assert.ok(!JSON.stringify(heard).includes(first.refresh_token));
  });

  it("refreshes after the end of the access token, as often as asked", async () => {
    let pair = await signIn(bench.sandbox);
    for (let round = 0; round < 3; round++) {
      await bench.clock.advance(91 * minuteMs);
      pair = await tokenBody(await refresh(bench.sandbox, pair.refresh_token));
    }
    assert.equal((await callApi(bench.sandbox, "/rest/v1.0/me", pair.access_token)).status, 200);
  });
});

describe("Local Sandbox: rotation on_use", () => {
  let bench: Bench;
  beforeEach(async () => (bench = await openBench({ rotation: "on_use" })));
  afterEach(() => closeBench(bench));

  it("keeps the old pair until the new access token is first used", async () => {
    const old = await signIn(bench.sandbox);
    await tokenBody(await refresh(bench.sandbox, old.refresh_token));
    assert.equal((await callApi(bench.sandbox, "/rest/v1.0/me", old.access_token)).status, 200);
    const again = await tokenBody(await refresh(bench.sandbox, old.refresh_token));
    assert.equal((await callApi(bench.sandbox, "/rest/v1.0/me", again.access_token)).status, 200);
    assert.equal((await callApi(bench.sandbox, "/rest/v1.0/me", old.access_token)).status, 401);
    assert.equal((await refresh(bench.sandbox, old.refresh_token)).status, 400);
  });
});
