import assert from "node:assert/strict";
import { minuteMs } from "../../../src/core/clock.ts";
import {
  callApi,
  closeBench,
  openBench,
  postForm,
  readJson,
  refresh,
  signIn,
  startedAt,
  type Bench,
} from "./client.ts";

describe("Local Sandbox: /oauth/revoke and /oauth/token/info", () => {
  let bench: Bench;
  beforeEach(async () => (bench = await openBench()));
  afterEach(() => closeBench(bench));

  const revoke = (token: string, secret = bench.sandbox.clientSecret): Promise<Response> =>
    postForm(`${bench.sandbox.baseUrl}/oauth/revoke`, {
      token,
      client_id: bench.sandbox.clientId,
      client_secret: secret,
    });
  const info = (token: string): Promise<Response> => callApi(bench.sandbox, "/oauth/token/info", token);

  for (const which of ["access_token", "refresh_token"] as const) {
    it(`ends both tokens when the ${which} is revoked while the access token lives`, async () => {
      const pair = await signIn(bench.sandbox);
      const reply = await revoke(pair[which]);
      assert.deepEqual([reply.status, await reply.text()], [200, "{}"]);
      assert.equal((await info(pair.access_token)).status, 401);
      assert.equal((await refresh(bench.sandbox, pair.refresh_token)).status, 400);
    });
  }

  it("answers 200 for an expired access token and does nothing: its refresh token goes on", async () => {
    const pair = await signIn(bench.sandbox);
    await bench.clock.advance(91 * minuteMs);
    assert.equal((await revoke(pair.access_token)).status, 200);
    assert.equal((await refresh(bench.sandbox, pair.refresh_token)).status, 200);
  });

  it("answers 200 for an unknown token, 403 without the right credentials", async () => {
    const pair = await signIn(bench.sandbox);
    assert.equal((await revoke("unknown")).status, 200);
    const refused = await revoke(pair.access_token, "wrong");
    assert.equal(refused.status, 403);
    assert.equal((await readJson(refused))["error"], "unauthorized_client");
    assert.equal((await info(pair.access_token)).status, 200);
  });

  it("tells about a token in Procore's keys and Doorkeeper's", async () => {
    const user = bench.sandbox.control.users[2];
    const pair = await signIn(bench.sandbox, user?.id);
    await bench.clock.advance(2_500);
    assert.deepEqual(await readJson(await info(pair.access_token)), {
      resource_owner_id: Number(user?.id),
      scope: ["public"],
      scopes: ["public"],
      expires_in: 5_397,
      expires_in_seconds: 5_397,
      application: { uid: bench.sandbox.clientId },
      created_at: startedAt / 1_000,
    });
  });

  const ends: readonly [name: string, end: () => unknown, words: string][] = [
    ["reached its end", () => bench.clock.advance(90 * minuteMs), "The access token expired"],
    ["was made to expire", () => bench.sandbox.control.expireAccessTokens(), "The access token expired"],
    ["was cut off", () => bench.sandbox.control.endTokens(), "The access token was revoked"],
  ];
  for (const [name, end, words] of ends) {
    it(`says so of a token that ${name}: info with a body, the API with none`, async () => {
      const { access_token } = await signIn(bench.sandbox);
      await end();
      const reply = await info(access_token);
      assert.equal(reply.status, 401);
      assert.deepEqual(await readJson(reply), {
        error: "invalid_token",
        error_description: words,
        state: "unauthorized",
      });
      const api = await callApi(bench.sandbox, "/rest/v1.0/companies", access_token);
      assert.deepEqual([api.status, api.headers.get("Content-Type"), await api.text()], [401, "text/html", ""]);
      const challenge = `Bearer realm="Doorkeeper", error="invalid_token", error_description="${words}"`;
      assert.equal(api.headers.get("WWW-Authenticate"), challenge);
    });
  }

  it("ends the tokens of one user only, when asked so", async () => {
    const [first, second] = bench.sandbox.control.users;
    const one = await signIn(bench.sandbox, first?.id);
    const two = await signIn(bench.sandbox, second?.id);
    bench.sandbox.control.endTokens(first?.id);
    assert.deepEqual([(await info(one.access_token)).status, (await info(two.access_token)).status], [401, 200]);
  });
});
