import assert from "node:assert/strict";
import * as fc from "fast-check";
import { ProcoreError } from "../../../../src/core/errors.ts";
import type { Reply, TransportRequest } from "../../../../src/core/http/transport.ts";
import { plain } from "../../../../src/core/plain.ts";
import { maskReply, maskRequest } from "../../../../src/core/sent/mask.ts";
import { recordSent } from "../../../../src/core/sent/recordSent.ts";
import type { SentRecord } from "../../../../src/core/sent/sentRecord.ts";
import type { SigningIn } from "../../../../src/core/sent/sentRecords.ts";
import { stepOf } from "../../../../src/core/sent/stepOf.ts";
import { type Field, stepsOf } from "../../../../src/core/sent/steps.ts";
import { ownCompanyId } from "../../../../src/core/session.ts";
import { runFlow, transportTo } from "../../../fakes/recordedFlow.ts";
import { closeBench, openBench } from "../../sandbox/client.ts";
import { jsonReply, standingClock } from "../http/scriptedTransport.ts";

const login = "https://login-sandbox.procore.com";
const api = "https://sandbox.procore.com";

const form = (fields: Readonly<Record<string, string>>, connectionId?: string): TransportRequest => ({
  method: "POST",
  url: `${login}/oauth/token`,
  headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded;charset=UTF-8" },
  body: new URLSearchParams(fields).toString(),
  ...(connectionId !== undefined && { connectionId }),
});
const exchange = {
  grant_type: "authorization_code",
  code: "MARKED-code",
  client_id: "app-1",
  client_secret: "MARKED-s",
};
const me: TransportRequest = {
  method: "GET",
  url: `${api}/rest/v1.0/me`,
  headers: { authorization: "Bearer MARKED-access", accept: "application/json" },
  connectionId: "c1",
};

async function recordOf(request: TransportRequest, answer: Reply | Error) {
  const heard: { readonly owner: string | SigningIn; readonly record: SentRecord }[] = [];
  const { clock } = standingClock();
  const transport = recordSent(
    async () => {
      if (answer instanceof Error) throw answer;
      return answer;
    },
    { clock, onSent: (owner, record) => heard.push({ owner, record }) },
  );
  const back: unknown = await transport(request).catch((error: unknown) => error);
  assert.equal(back, answer, "what comes back is not touched");
  return heard;
}

describe("recordSent", () => {
  it("records what the product really sends, as the table of steps describes it", async () => {
    const bench = await openBench({ companies: 2 });
    const { connection, sent } = await runFlow(bench);
    const { control } = bench.sandbox;
    const company = control.companies()[0]?.id ?? "";
    await closeBench(bench);
    const records = sent.of(connection.id);
    const shown = ([name, value]: Field): readonly [string, string] => {
      if (typeof value === "string") return [name, value];
      const values: Partial<Record<typeof value.placeholder, string>> = { company_id: company };
      return [name, values[value.placeholder] ?? "[hidden]"];
    };
    const steps = stepsOf({ ...connection, clientId: connection.clientId });
    for (const { id, request } of steps.filter((step) => step.id !== "authorize")) {
      const record = records.get(id);
      assert.ok(record !== undefined, id);
      assert.equal(record.address, `${connection.origins[request.host]}/${request.path.join("/")}`, id);
      assert.equal(record.method, request.method, id);
      assert.deepEqual(record.query, request.query.map(shown), id);
      assert.deepEqual(record.form, request.form.map(shown), id);
      const headers = new Map(record.headers);
      assert.equal(headers.has("authorization"), request.authorization === "token", id);
      assert.equal(headers.get("procore-company-id"), id === "projects" ? company : undefined, id);
      assert.equal(ownCompanyId(connection), undefined);
    }
    assert.equal(records.size, steps.length - 1, "nothing else was kept");
  });

  it("belongs to the connection, or to the sign-in by host and client ID", async () => {
    const [own] = await recordOf(form(exchange, "c1"), jsonReply(200, {}));
    assert.equal(own?.owner, "c1");
    const [signIn] = await recordOf(form(exchange), jsonReply(400, { error: "invalid_grant" }));
    assert.deepEqual(signIn?.owner, { loginOrigin: login, clientId: "app-1" });
    for (const answer of [
      jsonReply(200, { access_token: "a", refresh_token: "r" }),
      jsonReply(401, { error: "invalid_grant" }),
      jsonReply(401, { error: "unauthorized_client" }),
    ]) {
      assert.deepEqual((await recordOf(form(exchange), answer))[0]?.owner, signIn?.owner);
    }
  });

  it("keeps neither key of a sign-in whose answer does not show that it knows them: one may be a secret in the wrong box", async () => {
    const swapped = form({ ...exchange, client_id: "MARKED-secret", client_secret: "app-number-1" });
    for (const answer of [
      jsonReply(401, { error: "invalid_client", error_description: "MARKED-secret is no app, nor is app-number-1" }),
      // Doorkeeper's older form of the same refusal.
      jsonReply(400, { error: "invalid_client" }),
      jsonReply(400, { error: "invalid_request" }),
      jsonReply(403, { error: "unauthorized_client" }),
      jsonReply(429, { error: "Too many requests" }),
      { status: 200, headers: { "content-type": "text/html" }, body: "<html>A hotel's own page</html>" },
      jsonReply(200, {}),
      { status: 302, headers: { location: "https://gateway.test/" }, body: "" },
      jsonReply(503, {}),
      new ProcoreError({ kind: "network", cause: "reset", host: "h.test" }),
    ]) {
      const [heard, ...more] = await recordOf(swapped, answer);
      assert.ok(heard !== undefined && more.length === 0);
      assert.deepEqual(heard.owner, { loginOrigin: login, clientId: undefined });
      const told = JSON.stringify(heard);
      assert.ok(!told.includes("MARKED") && !told.includes("app-number-1"), told);
      assert.deepEqual(heard.record.form.slice(2), [
        ["client_id", "[hidden]"],
        ["client_secret", "[hidden]"],
      ]);
    }
  });

  it("keeps nothing that is no step of signing in and belongs to no connection", async () => {
    const revoke = { ...form({ token: "MARKED", client_id: "app-1" }), url: `${login}/oauth/revoke` };
    assert.deepEqual(await recordOf(revoke, jsonReply(200, {})), []);
    const { connectionId: _none, ...stranger } = me;
    assert.deepEqual(await recordOf(stranger, jsonReply(200, {})), []);
  });

  it("tells what kept a reply from coming", async () => {
    const error = new ProcoreError({ kind: "network", cause: "reset", host: "sandbox.procore.com" });
    const [heard] = await recordOf(me, error);
    assert.deepEqual(heard?.record.outcome, { kind: "failed", words: error.message, durationMs: 0 });
    const [other] = await recordOf(me, new Error("MARKED-access in a library's words"));
    assert.deepEqual(other?.record.outcome, { kind: "failed", words: "", durationMs: 0 });
  });

  it("never costs a reply: a record that cannot be made is none", async () => {
    const { clock } = standingClock();
    const reply = jsonReply(200, { access_token: "MARKED" });
    const transport = recordSent(async () => reply, {
      clock,
      onSent: () => {
        throw new Error("No memory left");
      },
    });
    assert.equal(await transport(me), reply);
  });

  it("holds no secret of a whole session, whatever the server echoes", async () => {
    const bench = await openBench({ companies: 2 });
    const seen: string[] = [];
    const honest = transportTo(bench.sandbox);
    const { connection, sent, secrets } = await runFlow(bench, async (request, signal) => {
      seen.push(...new URLSearchParams(request.body ?? "").values(), request.headers["authorization"] ?? "");
      const reply = await honest(request, signal);
      const echo = { name: seen.join(" "), error_description: seen.join("."), login: seen.at(-1), [seen.join("-")]: 1 };
      const json: unknown = JSON.parse(reply.body);
      if (Array.isArray(json) || reply.status !== 200 || request.url.includes("/me")) return reply;
      return {
        ...reply,
        headers: { ...reply.headers, etag: seen.join() },
        body: JSON.stringify({ ...(json as object), ...echo }),
      };
    });
    await closeBench(bench);
    const text = JSON.stringify([...sent.of(connection.id).values()]);
    for (const secret of secrets) assert.ok(!text.includes(secret), `${secret.slice(0, 6)}… is in a record`);
    assert.ok(text.length > 2_000);
  });
});

describe("the mask", () => {
  const secret = fc
    .string({ minLength: 8, maxLength: 60, unit: "grapheme-ascii" })
    .filter((text) => text.trim() === text);
  const forms: readonly ((at: string) => Reply)[] = [
    (at) => jsonReply(200, { name: at, login: `x${at}y`, errors: [at, { message: at }] }),
    (at) => jsonReply(200, [{ name: at }, { id: at, [at]: at }]),
    (at) => jsonReply(400, { error: at, error_description: `It was ${at}.`, reason: { message: at } }),
    (at) => ({ status: 500, headers: { "content-type": at, date: at, total: at, "x-request-id": at }, body: at }),
    (at) => jsonReply(200, { access_token: at, refresh_token: at, name: at, scope: at }),
    (at) => jsonReply(200, { [at]: { name: at }, application: { uid: at }, scopes: [[at], at] }),
  ];
  it("lets no secret of the request through, wherever a reply puts it", () => {
    fc.assert(
      fc.property(secret, fc.integer({ min: 0, max: forms.length - 1 }), (text, which) => {
        const request: TransportRequest = {
          ...form({ ...exchange, client_secret: text, code: `code-${text}` }),
          connectionId: "c",
        };
        const inWrongBox = form({ ...exchange, client_id: text, client_secret: "", code: "" });
        const reply = forms[which]?.(text) ?? jsonReply(200, {});
        const told = JSON.stringify([
          [maskRequest(request), maskReply(request, reply)],
          [maskRequest(inWrongBox, "hidden"), maskReply(inWrongBox, reply, "hidden")],
        ]);
        // What is a word of our own, or of the frame around it, proves nothing.
        const frame = JSON.stringify([maskRequest(form({})), maskReply(form({}), forms[which]?.("") ?? reply)]);
        const shown = JSON.stringify(plain(text)).slice(1, -1);
        return shown.length < 6 || frame.includes(shown) || !told.includes(shown);
      }),
      { numRuns: 500 },
    );
  });

  it("lets no bearer token through", () => {
    const told = JSON.stringify([
      maskRequest(me),
      maskReply(me, jsonReply(200, { name: "MARKED-access", id: "a MARKED-access b" })),
    ]);
    assert.ok(!told.includes("MARKED"));
  });

  it("hides the tokens of a reply wherever else they stand in it, also those that look like words", () => {
    const tokens = { access_token: "short-access", refresh_token: "short-refresh" };
    const said = { name: "short-refresh", scope: "a short-access b", error_description: "short-refresh" };
    const told = JSON.stringify(maskReply(me, jsonReply(200, { ...tokens, ...said }, { total: "short-access" })));
    assert.ok(!told.includes("short-"), told);
  });

  it("finds a secret that invisible characters split", () => {
    const split = "MARKED\u200b-acc\u202eess";
    const told = JSON.stringify(maskReply(me, jsonReply(200, { name: split, message: [`a${split}b`] })));
    assert.ok(!told.includes("MARKED"), told);
  });

  it("reads anything", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, text) => {
        maskReply(me, jsonReply(200, value));
        maskReply(me, { status: 200, headers: {}, body: text });
        return true;
      }),
    );
  });

  it("keeps of lists the first three rows, and counts", () => {
    const rows = Array.from({ length: 9 }, (_, id) => ({ id, name: "n", address: "s" }));
    const { body } = maskReply(me, jsonReply(200, rows));
    assert.deepEqual(body, {
      kind: "json",
      value: [0, 1, 2].map((id) => ({ id, name: "n" })),
      leftOut: 3,
      rows: 9,
    });
  });
});

describe("stepOf", () => {
  const get = (path: string): TransportRequest => ({ method: "GET", url: `${api}${path}`, headers: {} });
  const cases: readonly (readonly [string, TransportRequest, string | undefined])[] = [
    ["a first page", get("/rest/v1.1/projects?company_id=1&page=1&per_page=300"), "projects"],
    ["a later page", get("/rest/v1.1/projects?company_id=1&page=2&per_page=300"), undefined],
    ["what a person typed", get("/rest/v1.1/projects?company_id=1&filters%5Bname%5D=secret&page=1"), undefined],
    ["one project", get("/rest/v1.0/projects/12?company_id=1"), undefined],
    ["a tool", get("/rest/v1.0/projects/12/rfis?page=1"), undefined],
    ["another grant", form({ grant_type: "password" }), undefined],
    ["a grant by the name of a method of objects", form({ grant_type: "toString" }), undefined],
    ["a check", form({ ...exchange, code: "procore-explorer-tries-the-keys" }), "key-check"],
  ];
  for (const [name, request, step] of cases) it(name, () => assert.equal(stepOf(request), step));
});
