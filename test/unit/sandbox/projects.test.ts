import assert from "node:assert/strict";
import * as fc from "fast-check";
import { callApi, closeBench, companyAt, openBench, readRows, signIn, type Bench } from "./client.ts";

const extra = [
  "description",
  "departments",
  "office",
  "program",
  "project_type",
  "project_region",
  "tz_name",
  "square_feet",
  "logo_url",
];

describe("Local Sandbox: projects", () => {
  let bench: Bench;
  let token: string;
  let company: string;
  before(async () => {
    bench = await openBench();
    token = (await signIn(bench.sandbox)).access_token;
    company = companyAt(bench.sandbox, 0);
  });
  after(() => closeBench(bench));

  const list = (query: string, version = "v1.1", from = company): Promise<Response> =>
    callApi(bench.sandbox, `/rest/${version}/projects?company_id=${from}&${query}`, token, from);
  const total = async (query: string): Promise<number> => Number((await list(query)).headers.get("Total"));
  const names = async (query: string): Promise<readonly unknown[]> =>
    (await readRows(await list(query))).map((row) => row["name"]);

  const pages: readonly [query: string, rows: number, perPage: string][] = [
    ["", 100, "100"],
    ["per_page=300", 300, "300"],
    ["per_page=301", 300, "300"],
    ["per_page=2000", 300, "300"],
    ["per_page=0", 100, "100"],
    ["per_page=-4", 100, "100"],
    ["per_page=x", 100, "100"],
    ["per_page=300&page=4", 148, "300"],
    ["per_page=300&page=5", 0, "300"],
    ["page=0", 100, "100"],
  ];
  for (const [query, rows, perPage] of pages) {
    it(`pages by the documented sizes: ${query || "nothing said"}`, async () => {
      const reply = await list(query);
      assert.equal(reply.headers.get("Total"), "1048");
      assert.equal(reply.headers.get("Per-Page"), perPage);
      assert.equal((await readRows(reply)).length, rows);
    });
  }

  it("links to the pages around, without the caller's own parameters", async () => {
    const address = `${bench.sandbox.baseUrl}/rest/v1.1/projects`;
    const link = (page: number, rel: string): string => `<${address}?page=${page}&per_page=300>; rel="${rel}"`;
    const links = async (page: number) =>
      (await list(`per_page=300&sort=name&page=${page}`)).headers.get("Link")?.split(", ");
    assert.deepEqual(await links(1), [link(4, "last"), link(2, "next")]);
    assert.deepEqual(await links(2), [link(1, "first"), link(4, "last"), link(3, "next")]);
    assert.deepEqual(await links(3), [link(1, "first"), link(2, "prev"), link(4, "last"), link(4, "next")]);
    assert.deepEqual(await links(4), [link(1, "first"), link(3, "prev")]);
    assert.equal((await list("per_page=300", "v1.1", companyAt(bench.sandbox, 1))).headers.get("Link"), null);
  });

  it("links back to the loopback name that was called", async () => {
    const { port } = bench.sandbox;
    const headers = { Authorization: `Bearer ${token}`, "Procore-Company-Id": company };
    const reply = await fetch(`http://localhost:${port}/rest/v1.1/projects?company_id=${company}`, { headers });
    assert.match(reply.headers.get("Link") ?? "", new RegExp(`^<http://localhost:${port}/rest/`));
  });

  it("gives every page in one order, each project once", async () => {
    const replies = await Promise.all([1, 2, 3, 4].map((page) => list(`per_page=300&page=${page}`)));
    const rows = (await Promise.all(replies.map(readRows))).flat();
    assert.equal(new Set(rows.map((row) => row["id"])).size, 1_048);
    assert.ok(rows.every((row) => row["active"] === true));
  });

  it("shows active projects unless asked otherwise", async () => {
    const all = 1_048 + 66;
    assert.deepEqual(
      await Promise.all(
        ["Active", "Inactive", "All", "all", "inactive"].map((status) => total(`filters[by_status]=${status}`)),
      ),
      [1_048, 66, all, all, 66],
    );
  });

  it("filters by name and number, joined by and", async () => {
    const [first] = await readRows(await list("filters[name]=sandbox%20TEST"));
    assert.deepEqual([first?.["name"], first?.["project_number"]], ["Sandbox Test Project", "1234"]);
    assert.equal(first?.["display_name"], "1234 - Sandbox Test Project");
    assert.equal(await total("filters[project_number]=1234"), 1);
    assert.equal(await total("filters[project_number]=123"), 0);
    assert.equal(await total("filters[project_number]=1234&filters[name]=harbor"), 0);
    assert.ok((await total("filters[name]=Pi%C3%B1on")) > 10);
  });

  it("has stages, and filters by one or several of them", async () => {
    const stages = await readRows(
      await callApi(bench.sandbox, `/rest/v1.0/companies/${company}/project_stages`, token, company),
    );
    const idOf = (name: string) => String(stages.find((stage) => stage["name"] === name)?.["id"]);
    const rows = await readRows(await list(`filters[by_stage]=${idOf("Bidding")}&per_page=300`));
    assert.ok(rows.length > 10);
    assert.ok(rows.every((row) => JSON.stringify(row["project_stage"]).includes("Bidding")));
    const [bidding, planning] = [
      await total(`filters[by_stage]=${idOf("Bidding")}`),
      await total(`filters[by_stage]=${idOf("Planning")}`),
    ];
    const both = `filters[by_stage][]=${idOf("Bidding")}&filters[by_stage][]=${idOf("Planning")}`;
    assert.equal(await total(both), bidding + planning);
    assert.equal(await total("filters[by_stage]=1"), 0);
    const other = await callApi(bench.sandbox, "/rest/v1.0/companies/1/project_stages", token, company);
    assert.equal(other.status, 404);
  });

  it("sorts by name or display name, both ways", async () => {
    const up = await names("sort=name&per_page=300");
    assert.deepEqual(await names("per_page=300"), up);
    const down = await names("sort=-name&per_page=300&page=4");
    assert.deepEqual(down.toReversed().slice(0, 148), up.slice(0, 148));
    const shown = (await readRows(await list("sort=display_name"))).map((row) => String(row["display_name"]));
    assert.deepEqual(shown, shown.toSorted());
  });

  it("has the four views of v1.1", async () => {
    const ids: unknown = await (await list("view=ids&per_page=5")).json();
    assert.ok(Array.isArray(ids) && ids.length === 1_048 && ids.every((id) => Number.isSafeInteger(id)));
    assert.equal((await list("view=ids&per_page=5")).headers.get("Per-Page"), "200000");
    const keys = async (view: string) => Object.keys((await readRows(await list(`view=${view}&per_page=1`)))[0] ?? {});
    assert.deepEqual(await keys("compact"), ["id", "name"]);
    assert.deepEqual(await keys("extended"), [...(await keys("normal")), ...extra]);
  });

  it("has the two views of v1.0, with the stage as text", async () => {
    const compact = await readRows(await list("serializer_view=compact&per_page=2", "v1.0"));
    assert.deepEqual(Object.keys(compact[0] ?? {}), ["id", "name", "display_name"]);
    const rows = await readRows(await list("per_page=300", "v1.0"));
    assert.ok(rows.every((row) => row["stage"] === null || typeof row["stage"] === "string"));
  });

  it("reads like a contractor's list: missing numbers, leading zeros, other letters, empty fields", async () => {
    const rows = await readRows(await list("per_page=300"));
    const values = (field: string): readonly unknown[] => rows.map((row) => row[field]);
    for (const field of [
      "project_number",
      "city",
      "project_stage",
      "start_date",
      "completion_date",
      "total_value",
      "phone",
    ]) {
      assert.ok(values(field).includes(null), `${field} is never null`);
      assert.ok(
        values(field).some((value) => value !== null),
        `${field} is always null`,
      );
    }
    assert.ok(values("project_number").some((number) => typeof number === "string" && number.startsWith("0")));
    assert.ok(values("name").some((name) => /[^ -~]/.test(String(name))));
  });

  it("has ids of 15 digits in the company of the newer zone, exact as numbers", async () => {
    const rows = await readRows(await list("", "v1.1", companyAt(bench.sandbox, 1)));
    assert.equal(rows.length, 24);
    assert.ok(rows.every((row) => /^\d{15}$/.test(String(row["id"]))));
  });

  it("shows one project, but not one of another company or one the user may not see", async () => {
    const field = (await signIn(bench.sandbox, bench.sandbox.control.users[2]?.id)).access_token;
    const seen = await readRows(
      await callApi(bench.sandbox, `/rest/v1.1/projects?company_id=${company}&per_page=300`, field, company),
    );
    assert.ok(seen.length > 150 && seen.length < 300);
    const all = await readRows(await list("per_page=300"));
    const hidden = all.find((row) => !seen.some((other) => other["id"] === row["id"]));
    const show = (id: unknown, from: string, as: string) =>
      callApi(bench.sandbox, `/rest/v1.0/projects/${String(id)}?company_id=${from}`, as, from);
    assert.equal((await show(hidden?.["id"], company, token)).status, 200);
    assert.equal((await show(hidden?.["id"], company, field)).status, 404);
    assert.equal((await show(hidden?.["id"], companyAt(bench.sandbox, 1), token)).status, 404);
    assert.equal((await show(1, company, token)).status, 404);
  });

  it("gives any page as the same part of the whole list", async () => {
    const whole: unknown = await (await list("view=ids")).json();
    assert.ok(Array.isArray(whole));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 30 }), async (perPage, page) => {
        const rows = await readRows(await list(`view=compact&per_page=${perPage}&page=${page}`));
        assert.deepEqual(
          rows.map((row) => row["id"]),
          whole.slice((page - 1) * perPage, page * perPage),
        );
      }),
      { numRuns: 25 },
    );
  });
});
