import assert from "node:assert/strict";
import { type Failure, ProcoreError } from "../../../../src/core/errors.ts";
import type { Api, ApiRequest } from "../../../../src/core/http/api.ts";
import type { Reply } from "../../../../src/core/http/transport.ts";
import { companyId, projectId } from "../../../../src/core/procore/ids.ts";
import { createProcoreClient } from "../../../../src/core/procore/procoreClient.ts";
import { connectionTo, jsonReply } from "../http/scriptedTransport.ts";

const connection = connectionTo();
const host = "sandbox.procore.com";
const noon = Date.UTC(2026, 10, 22, 12);

function clientOver(...replies: readonly Reply[]) {
  const requests: ApiRequest[] = [];
  const api: Api = {
    send: async (_connection, request) => {
      const reply = replies[requests.length];
      requests.push(request);
      assert.ok(reply, "an unexpected request");
      return { ...reply, receivedAt: noon };
    },
  };
  return { client: createProcoreClient({ api }), requests };
}

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ProcoreError, String(error));
  return error.failure;
}

const rows = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: from + index, name: `Company ${from + index}` }));

describe("createProcoreClient", () => {
  describe("me", () => {
    const cases = [
      { name: "a number as id, no name", body: { id: 133_184, login: "a@b.test" }, id: "133184", shown: undefined },
      { name: "text as id, a name", body: { id: "7", login: "a", name: "Ann" }, id: "7", shown: "Ann" },
      {
        name: "null as name",
        body: { id: 2 ** 53 - 1, login: "a", name: null },
        id: "9007199254740991",
        shown: undefined,
      },
    ];
    for (const { name, body, id, shown } of cases) {
      it(`reads ${name}`, async () => {
        const { client, requests } = clientOver(jsonReply(200, body));
        assert.deepEqual(await client.me(connection), { id, login: body.login, name: shown });
        assert.deepEqual(requests, [{ method: "GET", path: ["rest", "v1.0", "me"] }]);
      });
    }
  });

  describe("companies", () => {
    const service = (companyName?: string) =>
      ({ ...connection, grant: { kind: "clientCredentials", companyId: companyId(2), companyName } }) as const;

    it("is the one company of a service account, whoever else installed the app", async () => {
      const { client } = clientOver(jsonReply(200, rows(1, 3)));
      assert.deepEqual(await client.companies(service()), [{ id: "2", name: "Company 2", isActive: true }]);
    });

    for (const name of ["Acme", undefined]) {
      it(`keeps that company when the list leaves it out, ${name === undefined ? "without" : "with"} its name`, async () => {
        const { client } = clientOver(jsonReply(200, []));
        assert.deepEqual(await client.companies(service(name)), [{ id: "2", name: name ?? "", isActive: true }]);
      });
    }

    it("reads every page, in order", async () => {
      const link = { link: '<https://sandbox.procore.com/x>; rel="next"' };
      const { client, requests } = clientOver(
        jsonReply(200, rows(1, 2), link),
        jsonReply(200, rows(3, 2), link),
        jsonReply(200, [{ id: 5, name: "Company 5", is_active: false, logo_url: null }], { link: '<x>; rel="first"' }),
      );
      const companies = await client.companies(connection);
      assert.deepEqual(
        companies.map(({ id }) => id),
        ["1", "2", "3", "4", "5"],
      );
      assert.deepEqual(
        companies.map(({ isActive }) => isActive),
        [true, true, true, true, false],
      );
      assert.deepEqual(
        requests.map(({ query }) => query),
        [1, 2, 3].map((page) => ({ page, per_page: 300 })),
      );
    });

    it("stops at a page that brings nothing new", async () => {
      const { client, requests } = clientOver(jsonReply(200, rows(1, 300)), jsonReply(200, rows(1, 300)));
      assert.equal((await client.companies(connection)).length, 300);
      assert.equal(requests.length, 2);
    });

    it("stops after a hundred pages", async () => {
      const pages = Array.from({ length: 101 }, (_, index) => jsonReply(200, rows(index * 300, 300)));
      const { client, requests } = clientOver(...pages);
      assert.equal((await client.companies(connection)).length, 30_000);
      assert.equal(requests.length, 100);
    });

    it("asks for companies on the free plan only when it is told to", async () => {
      const { client, requests } = clientOver(jsonReply(200, []), jsonReply(200, []));
      await client.companies(connection);
      await client.companies(connection, undefined, "withFree");
      assert.deepEqual(
        requests.map(({ query }) => query),
        [
          { page: 1, per_page: 300 },
          { page: 1, per_page: 300, include_free_companies: "true" },
        ],
      );
    });

    it("takes an empty list for what it is", async () => {
      assert.deepEqual(await clientOver(jsonReply(200, [])).client.companies(connection), []);
    });
  });

  describe("projects", () => {
    const full = {
      id: 562_949_953_421_312,
      name: "1234 - Sandbox Test Project",
      project_number: "0012",
      active: false,
      city: "Carpinteria",
      state_code: "CA",
      country_code: "US",
      address: "6309 Main Street",
      zip: "93013",
      project_stage: { id: 1, name: "Bidding" },
      start_date: "2026-01-02",
      completion_date: null,
      company: { id: 7, name: "Made up" },
      custom_fields: {},
      updated_at: "2026-01-02T10:00:00Z",
    };

    it("reads a page with what the headers say of the list", async () => {
      const headers = { total: "10482", "per-page": "300" };
      const { client, requests } = clientOver(jsonReply(200, [full, { id: "2", name: "Bare" }], headers));
      const page = await client.projects(connection, { companyId: companyId(7), page: 2 });
      assert.deepEqual(requests, [
        {
          method: "GET",
          path: ["rest", "v1.1", "projects"],
          query: { company_id: "7", page: 2, per_page: 300 },
          companyId: "7",
        },
      ]);
      const { items, ...about } = page;
      assert.deepEqual(about, { page: 2, perPage: 300, total: 10_482, hasNext: true });
      const none = { number: undefined, city: undefined, stateCode: undefined, countryCode: undefined };
      const more = {
        address: undefined,
        zip: undefined,
        stage: undefined,
        startDate: undefined,
        completionDate: undefined,
        updatedAt: undefined,
      };
      assert.deepEqual(items, [
        {
          id: "562949953421312",
          companyId: "7",
          name: "1234 - Sandbox Test Project",
          number: "0012",
          active: false,
          city: "Carpinteria",
          stateCode: "CA",
          countryCode: "US",
          address: "6309 Main Street",
          zip: "93013",
          stage: "Bidding",
          startDate: "2026-01-02",
          completionDate: undefined,
          updatedAt: "2026-01-02T10:00:00Z",
        },
        { id: "2", companyId: "7", name: "Bare", active: true, ...none, ...more },
      ]);
    });

    it("asks for inactive projects and for stages only when it is told to", async () => {
      const { client, requests } = clientOver(jsonReply(200, []), jsonReply(200, []));
      const ids = { companyId: companyId(7), page: 1 };
      await client.projects(connection, { ...ids, status: "all", stageIds: ["11"] });
      await client.projects(connection, { ...ids, stageIds: ["11", "12"] });
      const asked = requests.map(({ query }) => query);
      const common = { company_id: "7", page: 1, per_page: 300 };
      assert.deepEqual(asked, [
        { ...common, "filters[by_status]": "All", "filters[by_stage]": "11" },
        { ...common, "filters[by_stage]": ["11", "12"] },
      ]);
    });

    it("reads a company's stages", async () => {
      const { client, requests } = clientOver(jsonReply(200, [{ id: 11, name: "Bidding", is_bidding_stage: true }]));
      assert.deepEqual(await client.projectStages(connection, companyId(7)), [{ id: "11", name: "Bidding" }]);
      assert.deepEqual(requests[0]?.path, ["rest", "v1.0", "companies", "7", "project_stages"]);
      assert.equal(requests[0]?.companyId, "7");
    });

    it("keeps every digit of an id beyond 2^53, and of nothing else", async () => {
      const name = "Built in 12345678901234567: phase 9007199254740993";
      const body = `[{"id":9007199254740993,"name":"${name}"},{"id":562949953421312,"name":"small"}]`;
      const { client } = clientOver({ status: 200, headers: {}, body });
      const { items } = await client.projects(connection, { companyId: companyId(7), page: 1 });
      assert.deepEqual(
        items.map(({ id, name }) => [id, name]),
        [
          ["9007199254740993", name],
          ["562949953421312", "small"],
        ],
      );
    });

    it("reads v2's envelope, whose ids are text", async () => {
      const { client } = clientOver(jsonReply(200, { data: [{ id: "99999999999999999999", name: "x" }] }));
      const { items } = await client.projects(connection, { companyId: companyId(7), page: 1 });
      assert.equal(items[0]?.id, "99999999999999999999");
    });

    it("tolerates null in every field but id and name", async () => {
      const nulls = Object.fromEntries(Object.keys(full).map((key) => [key, null]));
      const { client } = clientOver(jsonReply(200, [{ ...nulls, id: 1, name: "" }]));
      const { items } = await client.projects(connection, { companyId: companyId(7), page: 1 });
      assert.equal(items[0]?.name, "");
      assert.equal(items[0]?.active, true);
    });

    const broken: readonly { name: string; body: unknown; path?: string }[] = [
      { name: "a name that is no text", body: [full, { id: 1, name: 7 }], path: "1.name" },
      { name: "no id", body: [{ name: "x" }], path: "0.id" },
      { name: "an id that lost its digits on the way", body: [{ id: 1e21, name: "x" }], path: "0.id" },
      { name: "half an id", body: [{ id: 1.5, name: "x" }], path: "0.id" },
      { name: "an id that is a path", body: [{ id: "../1", name: "x" }], path: "0.id" },
      { name: "a stage that is no object", body: [{ ...full, project_stage: 3 }], path: "0.project_stage" },
      { name: "null as a row", body: [null], path: "0" },
      { name: "an object", body: { rows: [] } },
    ];
    for (const { name, body, path } of broken) {
      it(`fails the page for ${name}, and says where`, async () => {
        const { client } = clientOver(jsonReply(200, body));
        const failure = await failureOf(client.projects(connection, { companyId: companyId(7), page: 1 }));
        const expected = { kind: "unexpectedReply", host, expected: "a list of projects", at: noon };
        assert.deepEqual(failure, path === undefined ? expected : { ...expected, path });
      });
    }

    it("fails for half of a body", async () => {
      const { client } = clientOver({ status: 200, headers: {}, body: '[{"id":1,' });
      const failure = await failureOf(client.projects(connection, { companyId: companyId(7), page: 1 }));
      assert.equal(failure.kind, "unexpectedReply");
    });
  });

  describe("allProjects", () => {
    it("asks for every page with the whole query, the first one for the user", async () => {
      const headers = { total: "4", "per-page": "2" };
      const { client, requests } = clientOver(jsonReply(200, rows(1, 2), headers), jsonReply(200, rows(3, 2), headers));
      const pages = [];
      for await (const page of client.allProjects(connection, { companyId: companyId(7), status: "all" })) {
        pages.push({ ...page, items: page.items.map(({ id }) => id) });
      }
      assert.deepEqual(pages, [
        { items: ["1", "2"], page: 1, perPage: 2, total: 4, hasNext: true },
        { items: ["3", "4"], page: 2, perPage: 2, total: 4, hasNext: false },
      ]);
      const query = { company_id: "7", "filters[by_status]": "All", per_page: 300 };
      assert.deepEqual(
        requests.map(({ query, companyId, priority }) => ({ query, companyId, priority })),
        [
          { query: { ...query, page: 1 }, companyId: "7", priority: "user" },
          { query: { ...query, page: 2 }, companyId: "7", priority: "background" },
        ],
      );
    });
  });

  describe("findProjects", () => {
    for (const [by, filter] of [
      ["name", "filters[name]"],
      ["number", "filters[project_number]"],
    ] as const) {
      it(`asks by ${by} for one page of every status`, async () => {
        const reply = jsonReply(200, rows(1, 300), { total: "900", link: '<x>; rel="next"' });
        const { client, requests } = clientOver(reply);
        const text = "Tower & Söhne #7";
        const found = await client.findProjects(connection, { companyId: companyId(7), by, text });
        assert.equal(found.length, 300);
        assert.equal(found[0]?.companyId, "7");
        const query = { company_id: "7", "filters[by_status]": "All", [filter]: text, page: 1, per_page: 300 };
        assert.deepEqual(requests, [{ method: "GET", path: ["rest", "v1.1", "projects"], query, companyId: "7" }]);
      });
    }
  });

  describe("project", () => {
    it("asks for one by its id, and knows the company", async () => {
      const { client, requests } = clientOver(jsonReply(200, { id: 34, name: "Tower", active: false }));
      const query = { companyId: companyId(7), projectId: projectId("34") };
      const { id, companyId: company, active } = await client.project(connection, query);
      assert.deepEqual([id, company, active], ["34", "7", false]);
      assert.deepEqual(requests, [
        { method: "GET", path: ["rest", "v1.0", "projects", "34"], query: { company_id: "7" }, companyId: "7" },
      ]);
    });

    it("does not take a list for a project", async () => {
      const { client } = clientOver(jsonReply(200, rows(1, 1)));
      const failure = await failureOf(client.project(connection, { companyId: companyId(7), projectId: projectId(1) }));
      assert.equal(failure.kind, "unexpectedReply");
    });
  });

  describe("companyWebOrigin", () => {
    it("asks with the company's header", async () => {
      const { client, requests } = clientOver(
        jsonReply(200, { zone: "us02", web_base_url: "https://us02.procore.com/" }),
      );
      assert.equal(await client.companyWebOrigin(connection, companyId(7)), "https://us02.procore.com");
      assert.deepEqual(requests, [{ method: "GET", path: ["rest", "v1.0", "company_base_url"], companyId: "7" }]);
    });

    for (const address of ["vscode://evil/x", "https://procore.com.evil.test", ""]) {
      it(`refuses ${JSON.stringify(address)}`, async () => {
        const { client } = clientOver(jsonReply(200, { web_base_url: address }));
        assert.deepEqual(await failureOf(client.companyWebOrigin(connection, companyId(7))), {
          kind: "webAddressRefused",
          host,
          at: noon,
        });
      });
    }
  });
});
