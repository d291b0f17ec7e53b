import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { type NetworkCause, ProcoreError } from "../../../../../src/core/errors.ts";
import { type ApiRequest, createApi } from "../../../../../src/core/http/api.ts";
import { Pacer } from "../../../../../src/core/http/pacing/pacer.ts";
import { planRetry } from "../../../../../src/core/http/pacing/retry.ts";
import { waitText } from "../../../../../src/core/http/pacing/wait.ts";
import type { TokenSource } from "../../../../../src/core/session.ts";
import { FakeClock } from "../../../../fakes/fakeClock.ts";
import {
  connectionTo,
  countingTokens,
  jsonReply,
  recordingLog,
  scriptedTransport,
  type Step,
} from "../scriptedTransport.ts";

const noon = Date.UTC(2026, 10, 22, 12);
const me: ApiRequest = { method: "GET", path: ["rest", "v1.0", "me"] };
const ok = jsonReply(200, { id: 1 });
const connection = connectionTo();
const network = (cause: NetworkCause): ProcoreError =>
  new ProcoreError({ kind: "network", cause, host: "sandbox.procore.com" });

function apiOver(steps: readonly Step[], options: { readonly tokens?: TokenSource; readonly random?: number } = {}) {
  const { transport, requests } = scriptedTransport(...steps);
  const clock = new FakeClock(noon);
  const sentAt: number[] = [];
  const said: string[] = [];
  const { log, entries } = recordingLog();
  const random = (): number => options.random ?? 0.5;
  const pacer = new Pacer({
    clock,
    random,
    onWait: (_id, wait) => void said.push(wait === undefined ? "goes on" : waitText(wait, clock.now())),
  });
  const api = createApi({
    transport: (request, signal) => {
      sentAt.push(clock.now() - noon);
      return transport(request, signal);
    },
    tokens: options.tokens ?? countingTokens().tokens,
    clock,
    random,
    userAgent: "test/1",
    log,
    pacer,
  });
  return { api, clock, requests, sentAt, said, entries };
}

describe("reads that are sent again", () => {
  const passing: readonly (readonly [name: string, step: Step])[] = [
    ...[408, 500, 502, 503, 504, 520].map((status) => [`${status}`, jsonReply(status, {})] as const),
    ["429 without a time", jsonReply(429, {})],
    ["a connection that broke off", network("reset")],
  ];
  for (const [name, step] of passing) {
    it(`after ${name}: three times at most, later each time, and it is told`, async () => {
      const { api, clock, sentAt, entries } = apiOver([step, step, step, step]);
      const failed = assert.rejects(api.send(connection, me), ProcoreError);
      await clock.advance(60_000);
      await failed;
      const gaps = sentAt.slice(1).map((at, index) => at - (sentAt[index] ?? 0));
      // A limit holds up the connection, and each window a little longer by chance.
      const isLimit = name.startsWith("429");
      assert.deepEqual(
        gaps,
        [250, 500, 1_000].map((ms) => (isLimit ? Math.ceil(ms * 1.05) + 25 : ms)),
      );
      assert.deepEqual(
        entries.map(({ retry }) => retry),
        [undefined, 1, 2, 3],
      );
    });
    it(`after ${name}: the first good reply is the answer`, async () => {
      const { api, clock, requests, said } = apiOver([step, ok], { random: 0.99 });
      const reply = api.send(connection, me);
      await clock.advance(60_000);
      assert.equal((await reply).status, 200);
      assert.equal(requests.length, 2);
      const wait = name.startsWith("429")
        ? "Waiting 1 s for Procore's rate limit"
        : "The request failed. Trying again in 1 s";
      assert.deepEqual(said, [wait, "goes on"]);
      assert.equal(clock.sleeperCount, 0);
    });
  }

  for (const status of [400, 401, 403, 404, 409, 422, 501]) {
    it(`not after ${status}`, async () => {
      const { api, requests } = apiOver([jsonReply(status, {}), jsonReply(status, {})]);
      await assert.rejects(api.send(connection, me), ProcoreError);
      assert.equal(requests.length, status === 401 ? 2 : 1, "a 401 renews the token and repeats once");
    });
  }

  const lasting: readonly NetworkCause[] = [
    "hostNotFound",
    "refused",
    "timeout",
    "certificate",
    "certificateExpired",
    "certificateHost",
    "tls",
    "tlsVersion",
    "proxyUnreachable",
    "proxyAuthentication",
    "proxyRefused",
    "replyTooLarge",
    "notAllowed",
    "other",
  ];
  for (const cause of lasting) {
    it(`not after network/${cause}`, async () => {
      const { api, requests } = apiOver([network(cause)]);
      await assert.rejects(api.send(connection, me), ProcoreError);
      assert.equal(requests.length, 1);
    });
  }

  for (const status of [429, 503]) {
    it(`after ${status} at the server's own time`, async () => {
      const { api, clock, sentAt, said, entries } = apiOver([jsonReply(status, {}, { "retry-after": "8" }), ok], {
        random: 0,
      });
      const reply = api.send(connection, me);
      await clock.advance(9_000);
      assert.equal((await reply).status, 200);
      assert.deepEqual(sentAt, [0, 8_025]);
      const words = status === 503 ? "Waiting 9 s, as the server asks" : "Waiting 9 s for Procore's rate limit";
      assert.equal(said[0], words);
      assert.deepEqual(
        entries.map(({ retry, queuedMs }) => [retry, queuedMs]),
        [
          [undefined, undefined],
          [1, 8_025],
        ],
      );
    });
  }

  it("keeps request id and time of a 429 when the queue refuses to send again", async () => {
    const resetsAt = String(noon / 1_000 + 2_400);
    const hour = { "x-rate-limit-limit": "600", "x-rate-limit-remaining": "0", "x-rate-limit-reset": resetsAt };
    const { api, clock } = apiOver([
      jsonReply(429, {}, { "retry-after": "1", "x-request-id": "r-429" }),
      // Another request's answer tells meanwhile that the hour is used up.
      jsonReply(200, {}, hour),
    ]);
    const failed = api.send(connection, me).catch((error: unknown) => error);
    await api.send(connection, me);
    await clock.advance(2_000);
    const error = await failed;
    assert(error instanceof ProcoreError && error.failure.kind === "rateLimited");
    assert.equal(error.failure.requestId, "r-429");
  });

  it("the log counts the repeat after a 401 as well, and its wait once", async () => {
    const { api, entries } = apiOver([jsonReply(401, {}), ok]);
    await api.send(connection, me);
    assert.deepEqual(
      entries.map(({ retry }) => retry),
      [undefined, 1],
    );
  });

  it("a 503 for a long time fails alone", async () => {
    const { api, clock, requests } = apiOver([jsonReply(503, {}, { "retry-after": "900" }), ok]);
    await assert.rejects(api.send(connection, me), ProcoreError);
    await api.send(connection, me);
    assert.equal(requests.length, 2);
    assert.equal(clock.sleeperCount, 0);
  });

  it("a write is sent once, whatever comes", async () => {
    for (const step of [jsonReply(503, {}), jsonReply(429, {}, { "retry-after": "1" }), network("reset")]) {
      for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
        const { api, clock, requests } = apiOver([step]);
        // The type has only reads today; the rule must not hang on that.
        const write = { ...me, method } as unknown as ApiRequest;
        const failed = assert.rejects(api.send(connection, write), ProcoreError);
        await clock.advance(60_000);
        await failed;
        assert.equal(requests.length, 1);
      }
    }
    assert.equal(
      planRetry("POST", { kind: "thrown", error: network("reset") }, { retry: 0, random: () => 0 }),
      undefined,
    );
  });

  it("a token call that broke off is not repeated", async () => {
    for (const failing of ["accessToken", "replaceToken"] as const) {
      let calls = 0;
      const { tokens } = countingTokens();
      const broken = async (): Promise<never> => {
        calls += 1;
        throw network("reset");
      };
      const { api, clock } = apiOver([jsonReply(401, {})], { tokens: { ...tokens, [failing]: broken } });
      const failed = assert.rejects(api.send(connection, me), ProcoreError);
      await clock.advance(60_000);
      await failed;
      assert.equal(calls, 1, failing);
    }
  });

  it("a cancel ends the wait at once and leaves nothing behind", async () => {
    for (const step of [jsonReply(502, {}), jsonReply(429, {}, { "retry-after": "60" }), network("reset")]) {
      const { api, clock, requests, said } = apiOver([step, ok]);
      const stop = new AbortController();
      const stopped = assert.rejects(api.send(connection, me, stop.signal), { name: "AbortError" });
      await clock.advance(1);
      stop.abort();
      await stopped;
      await clock.advance(0);
      assert.equal(requests.length, 1);
      assert.equal(said.at(-1), "goes on");
      assert.equal(clock.sleeperCount, 0);
      assert.equal(getEventListeners(stop.signal, "abort").length, 0);
    }
  });
});
