import assert from "node:assert/strict";
import { companyId, projectId } from "../../../src/core/procore/ids.ts";
import { tools, type ToolItem } from "../../../src/core/procore/tools.ts";
import { callApi, closeBench, companyAt, openBench, readJson, readRows, signIn, type Bench } from "./client.ts";

describe("Local Sandbox: project tools", () => {
  let bench: Bench;
  let token: string;
  let company: string;
  let project: string;
  before(async () => {
    bench = await openBench();
    token = (await signIn(bench.sandbox)).access_token;
    company = companyAt(bench.sandbox, 0);
    const search = `company_id=${company}&filters[project_number]=1234`;
    const [row] = await readRows(await callApi(bench.sandbox, `/rest/v1.1/projects?${search}`, token, company));
    assert.equal(row?.["name"], "Sandbox Test Project");
    project = String(row["id"]);
  });
  after(() => closeBench(bench));

  const call = (path: string, header: string | undefined = company): Promise<Response> =>
    callApi(bench.sandbox, path, token, header);
  const addressOf = ({ path, query }: { path: readonly string[]; query: Readonly<Record<string, string>> }): string =>
    `/${path.join("/")}?${new URLSearchParams(query).toString()}`;

  async function itemsAt(address: string, more = ""): Promise<readonly unknown[]> {
    const reply = await call(`${address}${more}`);
    if (reply.status !== 200) return [];
    const body: unknown = await reply.json();
    if (Array.isArray(body)) return body;
    assert.ok(typeof body === "object" && body !== null && "data" in body && Array.isArray(body.data));
    return body.data;
  }

  it("answers each tool's list and each item's own address, so that the product can read both", async () => {
    const projects = await readRows(await call(`/rest/v1.1/projects?company_id=${company}&per_page=8`));
    const seen = new Set<string>();
    for (const id of [project, ...projects.map((row) => String(row["id"]))]) {
      for (const tool of tools) {
        const place = { companyId: companyId(company), projectId: projectId(id) };
        const rows = await itemsAt(addressOf(tool.list(place)), "&per_page=20");
        const items = rows.map((row) => tool.readItem(row)).filter((item): item is ToolItem => item !== undefined);
        assert.equal(items.length, rows.length, tool.id);
        const [first] = items;
        if (first === undefined) continue;
        seen.add(tool.id);
        assert.ok(first.title !== undefined, `${tool.id} has a title`);
        assert.ok(
          items.some(({ status }) => status !== undefined),
          `${tool.id} has a status`,
        );
        for (const item of [first, ...items.slice(-1)]) {
          const record = await readJson(await call(addressOf(tool.show(place, item))));
          assert.equal(String(record["id"]), item.id, `${tool.id} shows its item`);
        }
      }
    }
    assert.deepEqual([...seen].toSorted(), tools.map(({ id }) => id).toSorted());
  });

  it("pages a long list with Procore's headers", async () => {
    const reply = await call(`/rest/v1.0/projects/${project}/rfis?page=3&per_page=300`);
    assert.equal((await readRows(reply)).length, 42);
    assert.equal(reply.headers.get("Total"), "642");
    assert.equal(reply.headers.get("Per-Page"), "300");
    assert.doesNotMatch(reply.headers.get("Link") ?? "", /rel="next"/u);
  });

  it("gives at most a hundred in v2, as strings below data", async () => {
    const reply = await call(`/rest/v2.0/projects/${project}/documents?per_page=300`);
    assert.equal(reply.headers.get("Per-Page"), "100");
    assert.equal(reply.headers.get("Total"), "130");
    const { data } = await readJson(reply);
    assert.ok(Array.isArray(data) && data.length === 100);
    assert.ok(
      data.every(
        (row: unknown) => typeof row === "object" && row !== null && "id" in row && typeof row.id === "string",
      ),
    );
  });

  it("has a tool that is closed, one that is not there, and one that is empty", async () => {
    const closed = await call(`/rest/v1.1/change_events?project_id=${project}`);
    assert.equal(closed.status, 403);
    assert.match(JSON.stringify(await closed.json()), /Forbidden/u);
    const missing = await call(`/rest/v1.0/projects/${project}/daily_log_headers/index`);
    assert.equal(missing.status, 404);
    assert.deepEqual(await missing.json(), { errors: "Not Found" });
    const empty = await call(`/rest/v1.0/observations/items?project_id=${project}`);
    assert.deepEqual(await readRows(empty), []);
  });

  it("refuses what Procore refuses: no company header, another company, no project, no such item", async () => {
    const rfis = `/rest/v1.0/projects/${project}/rfis`;
    assert.equal((await callApi(bench.sandbox, rfis, token)).status, 400);
    assert.equal((await call(rfis, companyAt(bench.sandbox, 1))).status, 404);
    assert.equal((await call("/rest/v1.0/projects/1/rfis")).status, 404);
    assert.equal((await call("/rest/v1.1/punch_items")).status, 400);
    assert.equal((await call(`${rfis}/1`)).status, 404);
  });

  it("gives the same items for the same seed", async () => {
    const other = await openBench();
    try {
      const path = `/rest/v1.0/projects/${project}/rfis?per_page=5`;
      const there = await callApi(other.sandbox, path, (await signIn(other.sandbox)).access_token, company);
      assert.deepEqual(await readRows(there), await readRows(await call(path)));
    } finally {
      await closeBench(other);
    }
  });
});
