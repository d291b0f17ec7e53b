import assert from "node:assert/strict";
import { hourMs } from "../../../src/core/clock.ts";
import {
  callApi,
  closeBench,
  companyAt,
  openBench,
  readJson,
  readRows,
  signIn,
  startedAt,
  type Bench,
} from "./client.ts";

describe("Local Sandbox: REST API", () => {
  let bench: Bench;
  let token: string;
  before(async () => {
    bench = await openBench();
    token = (await signIn(bench.sandbox)).access_token;
  });
  after(() => closeBench(bench));

  const call = (path: string, companyId?: string): Promise<Response> => callApi(bench.sandbox, path, token, companyId);

  it("gives /me its name only with a company", async () => {
    const user = bench.sandbox.control.users[0];
    const company = companyAt(bench.sandbox, 0);
    const id = Number(user?.id);
    assert.deepEqual(await readJson(await call("/rest/v1.0/me")), { id, login: user?.login, name: null });
    const named = await call(`/rest/v1.0/me?company_id=${company}`, company);
    assert.deepEqual(await readJson(named), { id, login: user?.login, name: user?.name });
  });

  it("lists companies, connected or not, free ones only when asked", async () => {
    const rows = await readRows(await call("/rest/v1.0/companies"));
    assert.deepEqual(
      rows.map((row) => String(row["id"])),
      bench.sandbox.control.companies().map(({ id }) => id),
    );
    assert.deepEqual(Object.keys(rows[0] ?? {}), [
      "id",
      "name",
      "is_active",
      "logo_url",
      "pcn_business_experience",
      "my_company",
    ]);
    assert.deepEqual(
      rows.map((row) => row["my_company"]),
      [true, false, false],
    );
    assert.ok(Number(rows[1]?.["id"]) > 2 ** 32 && Number.isSafeInteger(rows[1]?.["id"]));
    assert.match(rows.map((row) => String(row["name"])).join(), /[^ -~]/);
    assert.equal((await readRows(await call("/rest/v1.0/companies?include_free_companies=true"))).length, 4);
  });

  it("gives the web address of a company, with its zone", async () => {
    const expected = (zone: string) => ({ zone, web_base_url: bench.sandbox.baseUrl });
    assert.deepEqual(
      await readJson(await call("/rest/v1.0/company_base_url", companyAt(bench.sandbox, 0))),
      expected("us01"),
    );
    assert.deepEqual(
      await readJson(await call("/rest/v1.0/company_base_url", companyAt(bench.sandbox, 1))),
      expected("us02"),
    );
  });

  const disconnected = { errors: ["App is not connected to this company."] };
  const refusals: readonly [
    name: string,
    path: () => string,
    company: () => string | undefined,
    status: number,
    body: unknown,
  ][] = [
    [
      "projects without header",
      () => `/rest/v1.1/projects?company_id=${companyAt(bench.sandbox, 0)}`,
      () => undefined,
      400,
      /^Missing Procore-Company-Id header!/,
    ],
    [
      "/me about a company, without header",
      () => "/rest/v1.0/me?company_id=1",
      () => undefined,
      400,
      /^Missing Procore-Company-Id header!/,
    ],
    [
      "base URL without header",
      () => "/rest/v1.0/company_base_url",
      () => undefined,
      400,
      { error: { code: "MISSING_COMPANY", message: "The Procore-Company-Id header is required." } },
    ],
    [
      "projects without company_id",
      () => "/rest/v1.1/projects",
      () => companyAt(bench.sandbox, 0),
      400,
      { errors: { company_id: ["is required"] } },
    ],
    ["an unknown company", () => "/rest/v1.1/projects?company_id=7", () => "7", 404, { errors: "Not Found" }],
    [
      "two different companies",
      () => `/rest/v1.1/projects?company_id=${companyAt(bench.sandbox, 0)}`,
      () => companyAt(bench.sandbox, 1),
      404,
      { errors: "Not Found" },
    ],
    [
      "projects of a disconnected company",
      () => `/rest/v1.1/projects?company_id=${companyAt(bench.sandbox, 2)}`,
      () => companyAt(bench.sandbox, 2),
      403,
      disconnected,
    ],
    [
      "projects v1.0 of a disconnected company",
      () => `/rest/v1.0/projects?company_id=${companyAt(bench.sandbox, 2)}`,
      () => companyAt(bench.sandbox, 2),
      403,
      disconnected,
    ],
    [
      "base URL of a disconnected company",
      () => "/rest/v1.0/company_base_url",
      () => companyAt(bench.sandbox, 2),
      403,
      disconnected,
    ],
    ["an unknown path", () => "/rest/v1.0/nothing", () => undefined, 404, { errors: "Not Found" }],
  ];
  for (const [name, path, company, status, body] of refusals) {
    it(`refuses ${name} with ${status}`, async () => {
      const reply = await call(path(), company());
      const text = await reply.text();
      assert.equal(reply.status, status);
      if (body instanceof RegExp) assert.match(text, body);
      else assert.deepEqual(JSON.parse(text), body);
    });
  }

  it("answers a wrong method on a known path with 404, and knows no preflight", async () => {
    for (const method of ["POST", "DELETE", "OPTIONS"]) {
      const reply = await fetch(`${bench.sandbox.baseUrl}/rest/v1.0/me`, {
        method,
        headers: { Authorization: `Bearer ${token}` },
      });
      assert.equal(reply.status, 404);
      assert.equal(reply.headers.get("Access-Control-Allow-Origin"), null);
    }
  });

  it("refuses a request without a token, or with a made-up one", async () => {
    const none = await fetch(`${bench.sandbox.baseUrl}/rest/v1.0/me`);
    const madeUp = await callApi(bench.sandbox, "/rest/v1.0/me", "eyJ.made.up");
    for (const reply of [none, madeUp]) {
      assert.equal(reply.status, 401);
      assert.match(
        reply.headers.get("WWW-Authenticate") ?? "",
        /error="invalid_token", error_description="The access token is invalid"/,
      );
    }
  });

  it("dates every answer by its clock, and gives each an id and the rate limits", async () => {
    const replies = [
      await call("/rest/v1.0/me"),
      await call("/rest/v1.0/nothing"),
      await fetch(`${bench.sandbox.baseUrl}/rest/v1.0/me`),
    ];
    for (const { headers } of replies) {
      assert.equal(headers.get("Date"), new Date(startedAt).toUTCString());
      assert.match(headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
      assert.equal(headers.get("X-Rate-Limit-Limit"), "3600");
      assert.match(headers.get("X-Rate-Limit-Remaining") ?? "", /^\d+$/);
      assert.equal(headers.get("X-Rate-Limit-Reset"), String((Math.floor(startedAt / hourMs) + 1) * 3_600));
    }
    assert.equal(new Set(replies.map(({ headers }) => headers.get("x-request-id"))).size, replies.length);
  });

  it("connects and disconnects a company while it runs", async () => {
    const company = companyAt(bench.sandbox, 2);
    bench.sandbox.control.setConnected(company, "connected");
    assert.equal((await call(`/rest/v1.1/projects?company_id=${company}`, company)).status, 200);
    bench.sandbox.control.setConnected(company, "disconnected");
    assert.equal((await call(`/rest/v1.1/projects?company_id=${company}`, company)).status, 403);
    assert.throws(() => bench.sandbox.control.setConnected("7", "connected"), RangeError);
  });

  it("shows pages where web links lead, and 404 where they lead nowhere", async () => {
    const company = companyAt(bench.sandbox, 0);
    const [project] = await readRows(await call(`/rest/v1.1/projects?company_id=${company}&per_page=1`, company));
    const id = String(project?.["id"]);
    const pages: readonly [path: string, status: number, words: string][] = [
      ["/", 200, "stands in for"],
      [`/${company}/company/home/list`, 200, "Here Procore would show the home page of company"],
      [`/${id}/project/home`, 200, "Here Procore would show project"],
      [
        `/webclients/host/companies/${company}/projects/${id}/tools/projecthome`,
        200,
        "Here Procore would show project",
      ],
      [`/webclients/host/companies/${companyAt(bench.sandbox, 1)}/projects/${id}/tools/projecthome`, 404, "no page"],
      ["/1/project/home", 404, "no page"],
      ["/1/company/home/list", 404, "no page"],
    ];
    for (const [path, status, words] of pages) {
      const reply = await fetch(`${bench.sandbox.baseUrl}${path}`);
      assert.equal(reply.status, status, path);
      assert.ok((await reply.text()).includes(words), path);
    }
  });
});

describe("Local Sandbox: rate limit", () => {
  it("refuses what is over the limit with 429 until the window ends", async () => {
    const bench = await openBench({ rateLimit: { limit: 2, windowSeconds: 10 } });
    try {
      const { access_token } = await signIn(bench.sandbox);
      const call = (): Promise<Response> => callApi(bench.sandbox, "/rest/v1.0/me", access_token);
      const remaining = (reply: Response): string | null => reply.headers.get("X-Rate-Limit-Remaining");
      assert.equal(remaining(await call()), "1");
      await bench.clock.advance(4_000);
      assert.equal(remaining(await call()), "0");
      const over = await call();
      assert.deepEqual([over.status, remaining(over), over.headers.get("Retry-After")], [429, "0", "6"]);
      assert.equal(over.headers.get("X-Rate-Limit-Reset"), String(startedAt / 1_000 + 10));
      await bench.clock.advance(6_000);
      const next = await call();
      assert.deepEqual([next.status, remaining(next)], [200, "1"]);
      await bench.clock.advance(13_700);
      const late = await call();
      assert.equal(late.headers.get("X-Rate-Limit-Reset"), String(startedAt / 1_000 + 30));
    } finally {
      await closeBench(bench);
    }
  });
});
