import assert from "node:assert/strict";
import { inspect } from "node:util";
import { ProcoreError } from "../../../src/core/errors.ts";
import { createApi } from "../../../src/core/http/api.ts";
import type { HttpLogEntry } from "../../../src/core/http/httpLog.ts";
import { Pacer } from "../../../src/core/http/pacing/pacer.ts";
import { createTokenEndpoint } from "../../../src/core/oauth/tokenEndpoint.ts";
import { createProcoreClient } from "../../../src/core/procore/procoreClient.ts";
import { companyId } from "../../../src/core/procore/ids.ts";
import { withoutSecrets } from "../../../src/core/redact.ts";
import { Secret } from "../../../src/core/secret.ts";
import { createUndiciTransport, type ClosableTransport } from "../../../src/platform/network/index.ts";
import type { Fault } from "../../../src/sandbox/index.ts";
import { FakeClock } from "../../fakes/fakeClock.ts";
import { Marks } from "../../fakes/marks.ts";
import { sampleConnection } from "../../fakes/sampleConnection.ts";
import { closeBench, openBench, signIn, type Bench, type TokenBody } from "../sandbox/client.ts";

const code = "CANARY-code-0123456789-abcdefghijklmnopqrstuvwxyz";

describe("security rule 1: no secret hangs on an error, however deep", () => {
  let bench: Bench;
  let transport: ClosableTransport;
  let tokens: TokenBody;
  let marks: Marks;
  let logged: HttpLogEntry[];

  beforeEach(async () => {
    bench = await openBench();
    transport = createUndiciTransport({ clock: new FakeClock() });
    tokens = await signIn(bench.sandbox);
    marks = new Marks();
    marks.add("the access token", tokens.access_token);
    marks.add("the refresh token", tokens.refresh_token);
    marks.add("the client secret", bench.sandbox.clientSecret);
    marks.add("the code", code);
    logged = [];
  });

  afterEach(async () => {
    await transport.close();
    await closeBench(bench);
  });

  /** Every call of the product, by name. */
  function calls(): Readonly<Record<string, () => Promise<unknown>>> {
    const { baseUrl, clientId, clientSecret } = bench.sandbox;
    const accessToken = new Secret(tokens.access_token);
    const deps = {
      transport,
      clock: bench.clock,
      userAgent: "test/1",
      log: (entry: HttpLogEntry) => void logged.push(entry),
    };
    const endpoint = createTokenEndpoint(deps);
    const same = async (): Promise<Secret> => accessToken;
    // What is retried is retried at once: the clock of the test does not move.
    const random = (): number => 0;
    const tokenSource = { accessToken: same, replaceToken: same };
    const pacer = new Pacer({ ...deps, random });
    const api = createApi({ ...deps, random, tokens: tokenSource, pacer });
    const procore = createProcoreClient({ api });
    const app = { environmentLabel: "Test", loginOrigin: baseUrl, clientId, clientSecret: new Secret(clientSecret) };
    const connection = sampleConnection({ origins: { login: baseUrl, api: baseUrl, web: baseUrl } });
    return {
      exchange: () => endpoint.exchangeCode(app, new Secret(code)),
      refresh: () => endpoint.refresh(app, new Secret(tokens.refresh_token)),
      "client credentials": () => endpoint.clientCredentials(app),
      revoke: () => endpoint.revoke(app, accessToken),
      me: () => procore.me(connection),
      companies: () => procore.companies(connection),
      projects: () => procore.projects(connection, { companyId: companyId(1), page: 1 }),
      "web address": () => procore.companyWebOrigin(connection, companyId(1)),
    };
  }

  const all = (): string => [tokens.access_token, tokens.refresh_token, bench.sandbox.clientSecret, code].join(" ");
  const faults: readonly (readonly [name: string, fault: () => Fault])[] = [
    ["a reset", () => ({ kind: "reset" })],
    [
      "half a token reply",
      () => ({ kind: "reply", status: 200, body: `{"access_token":"${tokens.access_token}","ref` }),
    ],
    [
      "a token reply of a wrong type",
      () => ({
        kind: "reply",
        status: 200,
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ access_token: { of: all() }, token_type: all(), refresh_token: [all()] }),
      }),
    ],
    ...[302, 400, 401, 403, 422, 429, 500].map(
      (status) =>
        [
          `${status} that quotes everything`,
          (): Fault => ({
            kind: "reply",
            status,
            headers: { "Content-Type": "application/json", Location: `/?token=${tokens.access_token}` },
            body: JSON.stringify({
              error: "invalid_request",
              error_description: all(),
              message: all(),
              errors: [all()],
            }),
          }),
        ] as const,
    ),
  ];

  for (const [name, fault] of faults) {
    it(`after ${name}`, async () => {
      for (const [call, run] of Object.entries(calls())) {
        const rule = bench.sandbox.control.inject({ path: /./u, times: 9, fault: fault() });
        const error: unknown = await run().then(
          () => undefined,
          (reason: unknown) => reason,
        );
        rule.dispose();
        // Any JSON is an answer to a revocation (RFC 7009 section 2.2).
        if (error === undefined && call === "revoke") continue;
        assert.ok(error instanceof ProcoreError, `${call} does not fail with a foreseen failure: ${inspect(error)}`);
        const text = inspect(error, { depth: Infinity, showHidden: true, getters: true, maxStringLength: null });
        assert.deepEqual(marks.findIn(`${text} ${error.stack ?? ""}`, call), []);
      }
      assert.deepEqual(marks.findIn(inspect(logged, { depth: Infinity }), "the log"), []);
      assert.ok(logged.length >= 8);
    });
  }

  it("what others threw keeps name, code and words, and nothing else", () => {
    const inner = Object.assign(new TypeError(`cannot write ${tokens.access_token}`), { value: tokens.refresh_token });
    const outer = Object.assign(new Error("locked", { cause: inner }), { code: "ELOCKED", data: [code] });
    const copy = withoutSecrets(outer);
    const text = inspect(copy, { depth: Infinity, showHidden: true });
    assert.deepEqual(marks.findIn(text, "the copy"), []);
    assert.match(text, /locked/u);
    assert.match(text, /ELOCKED/u);
    assert.match(text, /TypeError\]?: cannot write \[hidden\]/u);
    assert.equal(withoutSecrets("a text"), undefined);
  });
});
