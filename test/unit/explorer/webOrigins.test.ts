import assert from "node:assert/strict";
import { ProcoreError } from "../../../src/core/errors.ts";
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
});
