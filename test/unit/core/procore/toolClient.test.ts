import assert from "node:assert/strict";
import { ProcoreError } from "../../../../src/core/errors.ts";
import type { Api, ApiRequest } from "../../../../src/core/http/api.ts";
import type { Reply } from "../../../../src/core/http/transport.ts";
import { companyId, projectId } from "../../../../src/core/procore/ids.ts";
import { createProcoreClient } from "../../../../src/core/procore/procoreClient.ts";
import { toolOf } from "../../../fakes/fakeProcoreClient.ts";
import { connectionTo, jsonReply } from "../http/scriptedTransport.ts";

const place = { companyId: companyId(12), projectId: projectId(34) };

function clientOver(reply: Reply) {
  const requests: ApiRequest[] = [];
  const api: Api = {
    send: async (_connection, request) => {
      requests.push(request);
      return { ...reply, receivedAt: 0 };
    },
  };
  const client = createProcoreClient({ api });
  const page = (tool: string, number = 1) =>
    client.toolItems(connectionTo(), { ...place, tool: toolOf(tool), page: number });
  return { client, requests, page };
}

describe("toolItems", () => {
  it("asks for a page with the tool's own query and the company header", async () => {
    const { requests, page } = clientOver(jsonReply(200, []));
    await page("drawings", 2);
    assert.deepEqual(requests, [
      {
        method: "GET",
        path: ["rest", "v1.0", "projects", "34", "drawing_revisions"],
        query: { drawing_set_id: "current_set", page: 2, per_page: 300 },
        companyId: "12",
      },
    ]);
  });

  it("reads a bare array and an envelope, with what the headers tell of paging", async () => {
    const headers = { total: "642", "per-page": "300", link: '<https://x.test/>; rel="next"' };
    for (const [tool, body] of [
      ["rfis", [{ id: 1 }, { id: 2 }]],
      ["documents", { data: [{ id: "1" }, { id: "2" }] }],
    ] as const) {
      const { items, total, hasNext } = await clientOver(jsonReply(200, body, headers)).page(tool);
      assert.deepEqual(
        items.map(({ id }) => id),
        ["1", "2"],
      );
      assert.deepEqual([total, hasNext], [642, true]);
    }
  });

  it("goes by full pages where the headers tell nothing", async () => {
    const full = Array.from({ length: 100 }, (_, index) => ({ id: String(index) }));
    assert.equal((await clientOver(jsonReply(200, { data: full })).page("documents")).hasNext, true);
    assert.equal((await clientOver(jsonReply(200, { data: full.slice(1) })).page("documents")).hasNext, false);
  });

  it("leaves out a row that it cannot read", async () => {
    const { items } = await clientOver(jsonReply(200, [null, { id: 1 }, "x", { subject: "no id" }])).page("rfis");
    assert.deepEqual(
      items.map(({ id }) => id),
      ["1"],
    );
  });

  const strange = [
    ["an object", { errors: [] }],
    ["text", "x"],
    ["rows of which none can be read", [{ subject: "no id" }]],
  ] as const;
  for (const [name, body] of strange) {
    it(`does not call ${name} an empty list`, async () => {
      await assert.rejects(clientOver(jsonReply(200, body)).page("rfis"), (error) => {
        assert.ok(error instanceof ProcoreError);
        assert.equal(error.failure.kind, "unexpectedReply");
        assert.match(error.message, /a list of RFIs/u);
        return true;
      });
    });
  }
});

describe("record", () => {
  it("gives the body as it came", async () => {
    const body = '{"id": 12345678901234567890,\n "a":1.0}';
    const { client } = clientOver({ ...jsonReply(200, {}), body });
    assert.equal(await client.record(connectionTo(), { method: "GET", path: ["rest", "v1.0", "me"] }), body);
  });
});
