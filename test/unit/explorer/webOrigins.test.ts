import assert from "node:assert/strict";
import { type Failure, ProcoreError } from "../../../src/core/errors.ts";
import { companyId } from "../../../src/core/procore/ids.ts";
import { createWebOrigins } from "../../../src/explorer/webOrigins.ts";
import { FakeProcoreClient } from "../../fakes/fakeProcoreClient.ts";
import { sampleConnection } from "../../fakes/sampleConnection.ts";

const { signal } = new AbortController();

describe("createWebOrigins", () => {
  it("asks once for each company and connection, and again after a failure", async () => {
    const procore = new FakeProcoreClient();
    const find = createWebOrigins(procore);
    const connection = sampleConnection();
    const failed = find(connection, companyId(1), signal);
    procore.webOriginCalls[0]?.fail(new ProcoreError({ kind: "rateLimited" }));
    await assert.rejects(failed, ProcoreError);
    const first = find(connection, companyId(1), signal);
    procore.webOriginCalls[1]?.answer("https://us02.procore.com");
    assert.equal(await first, "https://us02.procore.com");
    assert.equal(await find(connection, companyId(1), signal), "https://us02.procore.com");
    assert.equal(procore.webOriginCalls.length, 2);
    const company = find(connection, companyId(2), signal);
    const elsewhere = find(sampleConnection({ id: "connection-2" }), companyId(1), signal);
    assert.equal(procore.webOriginCalls.length, 4);
    for (const call of procore.webOriginCalls.slice(2)) call.answer("https://app.procore.com");
    assert.deepEqual(await Promise.all([company, elsewhere]), ["https://app.procore.com", "https://app.procore.com"]);
  });

  const host = "api.procore.com";
  const http = (status: number) => ({ kind: "http", status, message: "", host }) as const;
  const page = { kind: "webPage", title: "Blocked" } as const;
  const answers: readonly (readonly [string, Failure, "own address" | "failure"])[] = [
    ["the app is not installed there", { kind: "appNotConnected" }, "own address"],
    ["the service knows no such address", http(404), "own address"],
    ["the service does not take the request", http(400), "own address"],
    ["the user may not see it", http(403), "own address"],
    ["a web filter answers 403", { ...http(403), instead: page }, "failure"],
    ["the session is not accepted", http(401), "failure"],
    ["the service has trouble", http(503), "failure"],
    ["there is no network", { kind: "network", cause: "timeout", host }, "failure"],
  ];
  for (const [name, failure, expected] of answers) {
    it(`gives the ${expected} when ${name}`, async () => {
      const procore = new FakeProcoreClient();
      const connection = sampleConnection();
      const found = createWebOrigins(procore)(connection, companyId(1), signal);
      procore.webOriginCalls[0]?.fail(new ProcoreError(failure));
      if (expected === "failure") await assert.rejects(found, ProcoreError);
      else assert.equal(await found, connection.origins.web);
    });
  }
});
