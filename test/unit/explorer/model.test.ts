import assert from "node:assert/strict";
import { ProcoreError, type Failure } from "../../../src/core/errors.ts";
import { companyId, projectId, userId } from "../../../src/core/procore/ids.ts";
import type { Connection } from "../../../src/core/session.ts";
import { ExplorerModel } from "../../../src/explorer/model.ts";
import type { CompanyNode, ProjectNode, ToolNode, TreeNode } from "../../../src/explorer/nodes.ts";
import { describeRow } from "../../../src/explorer/kinds.ts";
import {
  FakeProcoreClient,
  onePage,
  sampleCompany,
  sampleItem,
  samplePage,
  sampleProject,
} from "../../fakes/fakeProcoreClient.ts";
import { FakeSessionSource } from "../../fakes/fakeSessionSource.ts";
import { activeUntil, environmentParts, sampleConnection, stateWith } from "../../fakes/sampleConnection.ts";
import { assertGolden } from "../../golden/goldenText.ts";
import { outlineLine } from "./rowText.ts";

const now = Date.UTC(2026, 0, 5, 14, 32);

function setUp(connection: Connection | undefined = sampleConnection(), remembered = new Map<string, number>()) {
  const session = new FakeSessionSource(stateWith(connection));
  const procore = new FakeProcoreClient();
  const unforeseen: unknown[] = [];
  const foreseen: ProcoreError[] = [];
  const model = new ExplorerModel({
    session,
    procore,
    clock: { now: () => now },
    rememberedPages: (_connection, id) => remembered.get(id) ?? 1,
    onUnforeseen: (error) => unforeseen.push(error),
    onForeseen: (error) => foreseen.push(error),
  });
  const changes: (string | undefined)[] = [];
  model.onDidChange((node) => changes.push(node?.id));
  const use = (changed: Connection | undefined): void => session.set(stateWith(changed));
  return { session, procore, unforeseen, foreseen, model, changes, use };
}

async function open(ids: readonly number[], connection?: Connection) {
  const all = setUp(connection);
  const rows = all.model.children();
  all.procore.companiesCalls.at(-1)?.answer(ids.map((id) => sampleCompany(id)));
  const companies = (await rows).filter((node): node is CompanyNode => node.kind === "company");
  const [company] = companies;
  assert(company !== undefined);
  return { ...all, companies, company };
}

/** Loads two projects of the company, then reads them again, which fails; gives the rows of both times. */
async function failedRefresh({ model, procore, company }: Awaited<ReturnType<typeof open>>, error: ProcoreError) {
  const first = model.children(company);
  procore.projectsCalls[0]?.answer(samplePage(1, 2));
  const before = await first;
  model.refresh(company);
  const again = model.children(company);
  procore.projectsCalls[1]?.fail(error);
  return { before, after: await again };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const failure = (kind: Failure): ProcoreError => new ProcoreError(kind);
const timeout = failure({ kind: "network", cause: "timeout", host: "sandbox.procore.com" });
const kinds = (nodes: readonly TreeNode[]): readonly string[] => nodes.map(({ kind }) => kind);
const labels = (nodes: readonly TreeNode[]): readonly string[] => nodes.map((node) => describeRow(node).label);

describe("ExplorerModel", () => {
  it("is empty and asks nothing without a session", async () => {
    const cases = [undefined, sampleConnection({ session: { kind: "signedOut" } })];
    for (const connection of cases) {
      const { model, procore, use } = setUp();
      use(connection);
      assert.deepEqual(await model.children(), []);
      assert.equal(procore.companiesCalls.length, 0);
    }
  });

  it("shares one load among callers and gives the same objects again", async () => {
    const { model, procore, company } = await open([12, 13]);
    assert.equal(company.opens, "onDemand");
    const [one, other] = [model.children(company), model.children(company)];
    assert.equal(procore.projectsCalls.length, 1);
    procore.projectsCalls[0]?.answer(samplePage(1, 2));
    assert.equal(await one, await other);
    assert.equal(await model.children(company), await one);
    assert.equal((await model.children())[0], company);
    assert.equal(procore.companiesCalls.length, 1);
    assert.equal(procore.projectsCalls.length, 1);
  });

  it("opens a single company by itself", async () => {
    const { company } = await open([12]);
    assert.equal(company.opens, "byItself");
  });

  it("loads pages one after another and tells how many there are", async () => {
    const { model, procore, company, changes } = await open([12]);
    const first = model.children(company);
    procore.projectsCalls[0]?.answer(samplePage(1, 650));
    const rows = await first;
    assert.equal(rows.length, 301);
    assert.equal(labels(rows).at(-1), "Load more (300 of 650)");
    const [one, other] = [model.loadMore(company), model.loadMore(company)];
    assert.equal(procore.projectsCalls.length, 2);
    assert.equal(procore.projectsCalls[1]?.page, 2);
    procore.projectsCalls[1]?.answer(samplePage(2, 650));
    assert.equal((await one)?.id, "company:12/project:301");
    await other;
    assert.equal(changes.at(0), "company:12");
    const more = await model.children(company);
    assert.equal(more[0], rows[0]);
    assert.equal(labels(more).at(-1), "Load more (600 of 650)");
    const last = model.loadMore(company);
    procore.projectsCalls[2]?.answer(samplePage(3, 650));
    await last;
    assert.equal((await model.children(company)).length, 650);
    assert.equal(model.hasMore(company), false);
    assert.equal(await model.loadMore(company), undefined);
    assert.equal(procore.projectsCalls.length, 3);
  });

  it("keeps ids unique when the server repeats rows, and ends a list whose next page is empty", async () => {
    const { model, procore, company } = await open([12, 12]);
    assert.deepEqual((await model.children()).length, 1);
    const first = model.children(company);
    procore.projectsCalls[0]?.answer({ ...samplePage(1, 2), total: undefined, hasNext: true });
    assert.equal(labels(await first).at(-1), "Load more (2)");
    const second = model.loadMore(company);
    const items = [sampleProject(2), sampleProject(3)];
    procore.projectsCalls[1]?.answer({ items, page: 2, perPage: 300, total: undefined, hasNext: true });
    await second;
    assert.deepEqual(labels(await model.children(company)), ["Project 1", "Project 2", "Project 3", "Load more (3)"]);
    const third = model.loadMore(company);
    procore.projectsCalls[2]?.answer({ items: [], page: 3, perPage: 300, total: undefined, hasNext: true });
    await third;
    assert.deepEqual(kinds(await model.children(company)), ["project", "project", "project"]);
  });

  it("keeps the loaded rows when a later page fails, and goes on from there", async () => {
    const { model, procore, company } = await open([12]);
    const first = model.children(company);
    procore.projectsCalls[0]?.answer(samplePage(1, 301));
    await first;
    const second = model.loadMore(company);
    procore.projectsCalls[1]?.fail(timeout);
    assert.equal((await second)?.kind, "failed");
    const rows = await model.children(company);
    assert.equal(rows.length, 301);
    const row = rows.at(-1);
    assert(row?.kind === "failed" && row.retry === "nextPage");
    const again = model.loadMore(company);
    assert.equal(procore.projectsCalls[2]?.page, 2);
    procore.projectsCalls[2]?.answer(samplePage(2, 301));
    await again;
    assert.deepEqual([...new Set(kinds(await model.children(company)))], ["project"]);
  });

  it("shows a failure until it is asked to try again", async () => {
    const { model, procore, company, changes, unforeseen } = await open([12]);
    const first = model.children(company);
    procore.projectsCalls[0]?.fail(timeout);
    assert.deepEqual(kinds(await first), ["failed"]);
    await model.children(company);
    assert.equal(procore.projectsCalls.length, 1);
    model.refresh(company);
    assert.deepEqual(changes, ["company:12"]);
    const second = model.children(company);
    procore.projectsCalls[1]?.answer(samplePage(1, 0));
    assert.deepEqual(kinds(await second), ["noProjects"]);
    assert.deepEqual(unforeseen, []);
  });

  it("tells errors of our own to the log and shows a row for them too", async () => {
    const { model, procore, unforeseen } = setUp();
    const rows = model.children();
    const bug = new TypeError("x is not a function");
    procore.companiesCalls[0]?.fail(bug);
    assert.deepEqual(kinds(await rows), ["failed"]);
    assert.deepEqual(unforeseen, [bug]);
  });

  it("reads everything again on Refresh, as many pages as there were, and keeps the objects of what is the same", async () => {
    const { model, procore, company, changes } = await open([12]);
    const first = model.children(company);
    procore.projectsCalls[0]?.answer(samplePage(1, 700));
    const [project] = await first;
    const more = model.loadMore(company);
    procore.projectsCalls[1]?.answer(samplePage(2, 700));
    await more;
    model.refresh();
    assert.equal(changes.at(-1), undefined);
    const rows = model.children();
    procore.companiesCalls[1]?.answer([sampleCompany(12)]);
    assert.equal((await rows)[0], company);
    const projects = model.children(company);
    assert.equal(procore.projectsCalls[2]?.page, 1);
    procore.projectsCalls[2]?.answer(samplePage(1, 700));
    await settled();
    assert.equal(procore.projectsCalls[3]?.page, 2);
    procore.projectsCalls[3]?.answer(samplePage(2, 700));
    assert.equal((await projects).length, 601);
    assert.equal((await projects)[0], project);
  });

  it("reads the pages that were there in an earlier window", async () => {
    const { model, procore } = setUp(sampleConnection(), new Map([["company:12", 2]]));
    const rows = model.children();
    procore.companiesCalls[0]?.answer([sampleCompany(12), sampleCompany(13)]);
    const [company, other] = await rows;
    assert(company?.kind === "company" && other?.kind === "company");
    const projects = model.children(company);
    procore.projectsCalls[0]?.answer(samplePage(1, 700));
    await settled();
    procore.projectsCalls[1]?.answer(samplePage(2, 700));
    assert.equal((await projects).length, 601);
    const others = model.children(other);
    procore.projectsCalls[2]?.answer(samplePage(1, 700));
    assert.equal((await others).length, 301);
  });

  it("answers a load that Refresh overtook with what was read after it", async () => {
    const { model, procore, company } = await open([12]);
    const early = model.children(company);
    model.refresh(company);
    assert.equal(procore.projectsCalls[0]?.signal?.aborted, true);
    await Promise.resolve();
    const late = model.children(company);
    procore.projectsCalls[1]?.answer(samplePage(1, 3));
    assert.equal((await late).length, 3);
    assert.equal(await early, await late);
    assert.equal(procore.projectsCalls.length, 2);
  });

  const kept: readonly (readonly [string, Partial<Connection>])[] = [
    ["a refreshed token", { session: activeUntil(Date.UTC(2026, 0, 5, 12)), lastRefreshAt: 1 }],
    ["a failure on record", { lastFailure: { at: 1, message: "No answer" } }],
    ["a corrected clock", { clockSkewMs: 1000 }],
    ["the user's name", { user: { id: userId(7), login: "ada@example.com", name: undefined } }],
    ["a broken session", { session: { kind: "broken", reason: "credentialsRejected" } }],
  ];
  for (const [name, change] of kept) {
    it(`keeps the rows through ${name}`, async () => {
      const { model, procore, company, changes, use } = await open([12]);
      const projects = model.children(company);
      use(sampleConnection(change));
      procore.projectsCalls[0]?.answer(samplePage(1, 1));
      assert.deepEqual(kinds(await projects), ["project"]);
      assert.equal((await model.children())[0], company);
      assert.deepEqual(changes, []);
      assert.equal(procore.companiesCalls.length, 1);
    });
  }

  it("keeps the rows when the user becomes known after signing in", async () => {
    const { model, company, changes, use } = await open([12], sampleConnection({ user: undefined }));
    use(sampleConnection());
    assert.equal((await model.children())[0], company);
    assert.deepEqual(changes, []);
  });

  const dropped: readonly (readonly [string, Connection | undefined])[] = [
    ["another connection", sampleConnection({ id: "connection-2" })],
    ["another user", sampleConnection({ user: { id: userId(8), login: "bob@example.com", name: undefined } })],
    ["other addresses", sampleConnection(environmentParts("production"))],
    ["signing out", sampleConnection({ session: { kind: "signedOut" } })],
    ["no connection", undefined],
  ];
  for (const [name, connection] of dropped) {
    it(`drops the rows, aborts the load and ignores its answer after a change to ${name}`, async () => {
      const { model, procore, company, changes, use } = await open([12]);
      const projects = model.children(company);
      use(connection);
      assert.deepEqual(changes, [undefined]);
      const call = procore.projectsCalls[0];
      assert.equal(call?.signal?.aborted, true);
      call?.answer(samplePage(1, 1));
      assert.deepEqual(await projects, []);
      assert.deepEqual(await model.children(company), []);
      const isOut = connection === undefined || connection.session.kind === "signedOut";
      const rows = model.children();
      assert.equal(procore.companiesCalls.length, isOut ? 1 : 2);
      procore.companiesCalls[1]?.answer([sampleCompany(99)]);
      assert.deepEqual(labels(await rows), isOut ? [] : ["Company 99"]);
      assert.equal(procore.companiesCalls[1]?.connection, isOut ? undefined : connection);
    });
  }

  it("ignores the companies of an earlier connection even when its client answers in spite of the abort", async () => {
    const { model, procore, use } = setUp();
    const early = model.children();
    procore.companiesCalls[0]?.answer([sampleCompany(1)]);
    use(sampleConnection({ id: "connection-2" }));
    await new Promise((resolve) => setImmediate(resolve));
    procore.companiesCalls[1]?.answer([sampleCompany(2)]);
    assert.deepEqual(labels(await early), ["Company 2"]);
    assert.deepEqual(labels(await model.children()), ["Company 2"]);
  });

  it("tries again what failed once a broken session works again, and only that", async () => {
    const { model, procore, companies, changes, use } = await open([12, 13]);
    const [good, bad] = companies;
    assert(good !== undefined && bad !== undefined);
    const [one, other] = [model.children(good), model.children(bad)];
    procore.projectsCalls[0]?.answer(samplePage(1, 1));
    procore.projectsCalls[1]?.fail(failure({ kind: "signedOut", reason: "refreshTokenSpent" }));
    await Promise.all([one, other]);
    use(sampleConnection({ session: { kind: "broken", reason: "refreshTokenSpent" } }));
    assert.deepEqual(changes, []);
    use(sampleConnection());
    assert.deepEqual(changes, [undefined]);
    assert.equal(await model.children(good), await one);
    const again = model.children(bad);
    assert.equal(procore.projectsCalls.length, 3);
    procore.projectsCalls[2]?.answer(samplePage(1, 1));
    assert.deepEqual(kinds(await again), ["project"]);
    assert.equal(procore.companiesCalls.length, 1);
  });

  it("takes only its own rows for rows", async () => {
    const { model, company } = await open([12]);
    assert.equal(model.isNode(company), true);
    for (const value of [undefined, null, "company:12", 12, { ...company }, [company]]) {
      assert.equal(model.isNode(value), false);
    }
  });

  it("stops with its owner", async () => {
    const { model, procore, company, changes, use } = await open([12]);
    const projects = model.children(company);
    model.dispose();
    assert.equal(procore.projectsCalls[0]?.signal?.aborted, true);
    use(undefined);
    assert.deepEqual(changes, []);
    assert.deepEqual(await projects, []);
    assert.equal(procore.projectsCalls.length, 1);
  });

  /** Company, project and tool, each opened. */
  async function openTool(toolId = "rfis") {
    const all = await open([12, 13]);
    const projects = all.model.children(all.company);
    all.procore.projectsCalls[0]?.answer(samplePage(1, 2));
    const [project] = await projects;
    assert(project?.kind === "project");
    const tools = await all.model.children(project);
    const tool = tools.find((node): node is ToolNode => node.kind === "tool" && node.tool.id === toolId);
    assert(tool !== undefined);
    return { ...all, project: project satisfies ProjectNode, tools, tool };
  }
  const forbidden = failure({ kind: "http", status: 403, message: "Forbidden", host: "sandbox.procore.com" });

  it("asks for a tool's items only when it is opened, and for a project's tools never", async () => {
    const { model, procore, tools, tool, company, project } = await openTool();
    assert.equal(tools.length, 9);
    assert.equal(procore.itemsCalls.length, 0);
    const items = model.children(tool);
    const { query } = procore.itemsCalls[0] ?? {};
    assert.deepEqual(
      [query?.tool.id, query?.companyId, query?.projectId, query?.page],
      ["rfis", company.company.id, project.project.id, 1],
    );
    procore.itemsCalls[0]?.answer(onePage([sampleItem(1), sampleItem(2)]));
    assert.deepEqual(
      (await items).map(({ id }) => id),
      ["company:12/project:1/tool:rfis/item:1", "company:12/project:1/tool:rfis/item:2"],
    );
  });

  it("loads a tool's items page by page", async () => {
    const { model, procore, tool, changes } = await openTool();
    const first = model.children(tool);
    procore.itemsCalls[0]?.answer({ ...onePage([sampleItem(1)]), total: 2, hasNext: true });
    assert.equal(labels(await first).at(-1), "Load more (1 of 2)");
    const more = model.loadMore(tool);
    assert.equal(procore.itemsCalls[1]?.query.page, 2);
    procore.itemsCalls[1]?.answer({ ...onePage([sampleItem(2)]), page: 2 });
    assert.equal((await more)?.id, `${tool.id}/item:2`);
    assert.deepEqual(changes, [tool.id]);
    assert.deepEqual(kinds(await model.children(tool)), ["item", "item"]);
  });

  it("says of a closed tool so, on a row of its own and on the tool's, until it is refreshed", async () => {
    const { model, procore, tool, changes } = await openTool();
    const items = model.children(tool);
    procore.itemsCalls[0]?.fail(forbidden);
    assert.deepEqual(kinds(await items), ["noAccess"]);
    assert.deepEqual(changes, [tool.id]);
    assert.equal(describeRow(tool, model.loaded(tool)).description, "no access or not enabled");
    await model.children(tool);
    assert.deepEqual(changes, [tool.id]);
    model.refresh(tool);
    assert.equal(describeRow(tool, model.loaded(tool)).description, undefined);
    const again = model.children(tool);
    procore.itemsCalls[1]?.answer(onePage([]));
    assert.deepEqual(kinds(await again), ["noItems"]);
  });

  it("refreshes one row and what stands below it, and nothing else", async () => {
    const { model, procore, tool, project, company, companies, tools } = await openTool();
    const [, elsewhere] = companies;
    const otherTool = tools.find((node) => node !== tool);
    assert(elsewhere !== undefined && otherTool?.kind === "tool");
    const loads = [model.children(elsewhere), model.children(tool), model.children(otherTool)];
    procore.projectsCalls[1]?.answer(samplePage(1, 1));
    for (const call of procore.itemsCalls) call.answer(onePage([sampleItem(1)]));
    await Promise.all(loads);
    model.refresh(tool);
    assert.deepEqual(
      [tool, otherTool, company, elsewhere].map((node) => model.loaded(node) !== undefined),
      [false, true, true, true],
    );
    const items = model.children(tool);
    procore.itemsCalls[2]?.answer(onePage([sampleItem(1)]));
    await items;
    model.refresh(project);
    assert.deepEqual(
      [tool, otherTool, company, elsewhere].map((node) => model.loaded(node) !== undefined),
      [false, false, true, true],
    );
    model.refresh(company);
    assert.deepEqual(
      [company, elsewhere].map((node) => model.loaded(node) !== undefined),
      [false, true],
    );
  });

  it("drops a tool's answer for an earlier connection", async () => {
    const { model, procore, tool, use } = await openTool();
    const items = model.children(tool);
    use(sampleConnection({ id: "connection-2" }));
    assert.equal(procore.itemsCalls[0]?.signal?.aborted, true);
    procore.itemsCalls[0]?.answer(onePage([sampleItem(1)]));
    assert.deepEqual(await items, []);
  });

  it("hangs rows on the company that is there now when its name changed", async () => {
    const { model, procore, company } = await openTool();
    model.refresh();
    const rows = model.children();
    procore.companiesCalls[1]?.answer([sampleCompany(12, { name: "Renamed" }), sampleCompany(13)]);
    const [renamed] = await rows;
    assert(renamed?.kind === "company" && renamed !== company);
    const projects = model.children(renamed);
    procore.projectsCalls.at(-1)?.answer(samplePage(1, 2));
    for (const node of await projects) assert.equal(node.parent, renamed);
  });

  it("forgets what stood below a row that is gone", async () => {
    const { model, procore, company, project } = await openTool();
    model.refresh(company);
    const projects = model.children(company);
    procore.projectsCalls.at(-1)?.answer({ ...samplePage(1, 2), items: [sampleProject(2)] });
    await projects;
    assert.equal(model.loaded(project), undefined);
    assert.deepEqual(await model.children(project), []);
  });

  it("finds a row by its id, opening what it may", async () => {
    const { model, procore, tool } = await openTool();
    const found = model.find(`${tool.id}/item:2`, () => true);
    await settled();
    procore.itemsCalls[0]?.answer(onePage([sampleItem(1), sampleItem(2)]));
    assert.equal((await found)?.id, `${tool.id}/item:2`);
    assert.equal(await model.find(`${tool.id}/item:3`, () => true), undefined);
    assert.equal(await model.find("company:99", () => true), undefined);
    assert.equal(await model.find(tool.id, ({ kind }) => kind === "company"), undefined);
    assert.equal((await model.find(tool.id, ({ kind }) => kind !== "tool"))?.id, tool.id);
  });

  it("keeps what was loaded when a refresh finds no network, tells since when, and reads again once there is one", async () => {
    const all = await open([12, 13]);
    const { model, procore, company, companies, changes } = all;
    const offline: (number | undefined)[] = [];
    model.onDidChangeOffline((state) => offline.push(state?.since));
    const { before, after } = await failedRefresh(all, timeout);
    assert.deepEqual(after, before);
    assert.deepEqual(offline, [now]);
    const [, other] = companies;
    assert(other !== undefined);
    changes.length = 0;
    const others = model.children(other);
    procore.projectsCalls[2]?.answer(samplePage(1, 1));
    await others;
    assert.deepEqual(offline, [now, undefined]);
    assert.deepEqual(changes, [undefined]);
    const fresh = model.children(company);
    procore.projectsCalls[3]?.answer(samplePage(1, 1));
    assert.equal((await fresh).length, 1);
    assert.equal(procore.projectsCalls.length, 4);
  });

  it("does not call it offline when nothing was loaded, or when the server answered", async () => {
    const { model, procore, company } = await open([12]);
    const offline: unknown[] = [];
    model.onDidChangeOffline((state) => offline.push(state));
    const first = model.children(company);
    procore.projectsCalls[0]?.fail(timeout);
    assert.deepEqual(kinds(await first), ["failed"]);
    model.refresh(company);
    const second = model.children(company);
    procore.projectsCalls[1]?.answer(samplePage(1, 1));
    await second;
    model.refresh(company);
    const third = model.children(company);
    procore.projectsCalls[2]?.fail(forbidden);
    assert.deepEqual(kinds(await third), ["failed"]);
    assert.deepEqual(offline, []);
  });

  const passing: readonly (readonly [string, ProcoreError])[] = [
    ["the rate limit is reached", failure({ kind: "rateLimited", retryAt: now + 40 * 60_000 })],
    ["the server has trouble", failure({ kind: "http", status: 503, message: "", host: "sandbox.procore.com" })],
    [
      "a web filter answers",
      failure({
        kind: "http",
        status: 403,
        message: "Blocked",
        host: "sandbox.procore.com",
        instead: { kind: "webPage", title: "Blocked" },
      }),
    ],
    [
      "a sign-in page answers with 200",
      failure({
        kind: "unexpectedReply",
        host: "sandbox.procore.com",
        expected: "JSON",
        instead: { kind: "webPage", title: "Hotel" },
      }),
    ],
  ];
  for (const [name, error] of passing) {
    it(`keeps what was loaded when a refresh fails because ${name}`, async () => {
      const all = await open([12]);
      const told: unknown[] = [];
      all.model.onDidChangeOffline((state) => told.push(state?.failure));
      const { before, after } = await failedRefresh(all, error);
      assert.deepEqual(after, before);
      assert.deepEqual(told, [error.failure]);
    });
  }

  it("tells each failure that a row or the view shows once, for the log", async () => {
    const { model, procore, company, foreseen, unforeseen } = await open([12]);
    const first = model.children(company);
    procore.projectsCalls[0]?.fail(forbidden);
    await first;
    await model.children(company);
    assert.deepEqual(foreseen, [forbidden]);
    model.refresh(company);
    const second = model.children(company);
    procore.projectsCalls[1]?.answer(samplePage(1, 1));
    await second;
    model.refresh(company);
    const third = model.children(company);
    procore.projectsCalls[2]?.fail(timeout);
    await third;
    assert.deepEqual(foreseen, [forbidden, timeout]);
    assert.deepEqual(unforeseen, []);
  });

  it("forgets that it was offline with the connection", async () => {
    const all = await open([12]);
    const offline: unknown[] = [];
    all.model.onDidChangeOffline((state) => offline.push(state?.since));
    await failedRefresh(all, timeout);
    all.use(sampleConnection({ id: "connection-2" }));
    assert.deepEqual(offline, [now, undefined]);
  });

  describe("Found", () => {
    const far = sampleProject(9_000, { companyId: companyId(12), name: "Far away" });

    /** Two companies, the first with the first page of its 900 projects. */
    async function withFirstPage() {
      const parts = await open([12, 13]);
      const rows = parts.model.children(parts.company);
      parts.procore.projectsCalls[0]?.answer(samplePage(1, 900));
      await rows;
      return parts;
    }
    const idsOf = (nodes: readonly TreeNode[]): readonly string[] => nodes.map(({ id }) => id);

    it("holds a project that is not loaded, first in its company, without another page", async () => {
      const { model, procore, company, changes } = await withFirstPage();
      const row = await model.place(far);
      assert.equal(row?.id, "company:12/found/project:9000");
      const [found, first] = await model.children(company);
      assert.deepEqual([found?.id, first?.id], ["company:12/found", "company:12/project:1"]);
      assert(found?.kind === "found");
      assert.equal(row.parent, found);
      assert.deepEqual(await model.children(found), [row]);
      assert.deepEqual(changes, ["company:12"]);
      assert.equal(procore.projectsCalls.length, 1);
      assert.equal(model.isNode(row) && model.isNode(found), true);
    });

    it("is not needed for a project whose own row is loaded, or comes with the first page", async () => {
      const { model, procore, company, companies } = await withFirstPage();
      const row = await model.place(sampleProject(7, { companyId: companyId(12) }));
      assert.equal(row?.id, "company:12/project:7");
      assert.equal(row, (await model.children(company))[6]);
      const placing = model.place(sampleProject(8, { companyId: companyId(13) }));
      await settled();
      procore.projectsCalls[1]?.answer(samplePage(1, 20));
      assert.equal((await placing)?.id, "company:13/project:8");
      assert(companies[1] !== undefined);
      assert.equal((await model.children(companies[1])).length, 20);
    });

    it("keeps the last ten, the last one first, and the objects of those that stay", async () => {
      const { model, company } = await withFirstPage();
      const first = await model.place(far);
      assert(first?.kind === "project");
      const [tools] = [await model.children(first)];
      for (let id = 9_001; id <= 9_009; id += 1) await model.place({ ...far, id: projectId(id) });
      const [found] = await model.children(company);
      assert(found?.kind === "found");
      assert.equal((await model.children(found)).at(-1), first);
      assert.equal(await model.children(first), tools);
      await model.place({ ...far, id: projectId(9_010) });
      const ids = idsOf(await model.children(found));
      assert.equal(ids.length, 10);
      assert.equal(ids[0], "company:12/found/project:9010");
      assert.equal(ids.includes(first.id), false);
      assert.deepEqual(await model.children(first), []);
    });

    it("stays through Load More and Refresh, and goes when it is cleared", async () => {
      const { model, procore, company, changes } = await withFirstPage();
      await model.place(far);
      const more = model.loadMore(company);
      procore.projectsCalls[1]?.answer(samplePage(2, 900));
      assert.equal((await more)?.id, "company:12/project:301");
      model.refresh(company);
      const again = model.children(company);
      for (const page of [1, 2]) {
        procore.projectsCalls[1 + page]?.answer(samplePage(page, 900));
        await settled();
      }
      const [found] = await again;
      assert(found?.kind === "found");
      assert.deepEqual(idsOf(await model.children(found)), ["company:12/found/project:9000"]);
      changes.length = 0;
      model.clearFound(found);
      assert.deepEqual(changes, ["company:12"]);
      assert.equal((await model.children(company))[0]?.id, "company:12/project:1");
      assert.deepEqual(await model.children(found), []);
    });

    it("has tools below its projects like any other row", async () => {
      const { model, procore } = await withFirstPage();
      const row = await model.place(far);
      const [tool] = await model.children(row);
      assert(tool?.kind === "tool");
      assert.match(tool.id, /^company:12\/found\/project:9000\/tool:/u);
      const items = model.children(tool);
      procore.itemsCalls[0]?.answer(onePage([sampleItem(5)]));
      assert.equal((await items).length, 1);
      assert.equal(procore.itemsCalls[0]?.query.companyId, "12");
    });

    it("is gone with another user, and places nothing in a company that is not there", async () => {
      const { model, procore, use } = await withFirstPage();
      await model.place(far);
      assert.equal(await model.place({ ...far, companyId: companyId(99) }), undefined);
      use(sampleConnection({ user: { id: userId(8), login: "b", name: undefined } }));
      const rows = model.children();
      procore.companiesCalls[1]?.answer([sampleCompany(12)]);
      const [company] = await rows;
      assert(company?.kind === "company");
      const below = model.children(company);
      procore.projectsCalls[1]?.answer(samplePage(1, 1));
      assert.deepEqual(kinds(await below), ["project"]);
    });
  });

  it("draws the reviewed outline", async () => {
    const { model, procore, companies } = await open([1, 2, 3, 4, 5]);
    const answers: readonly ((call: FakeProcoreClient["projectsCalls"][number]) => void)[] = [
      (call) => call.answer({ ...samplePage(1, 10_482), items: [sampleProject(7, { number: "007", city: "Austin" })] }),
      (call) => call.answer(samplePage(1, 0)),
      (call) => call.fail(failure({ kind: "appNotConnected" })),
      (call) => call.fail(timeout),
      (call) => call.answer({ ...samplePage(1, 2), items: [sampleProject(8, { active: false }), sampleProject(9)] }),
    ];
    const lines: string[] = [];
    for (const [index, company] of companies.entries()) {
      const rows = model.children(company);
      const call = procore.projectsCalls[index];
      assert(call !== undefined);
      answers[index]?.(call);
      lines.push(outlineLine(company), ...(await rows).map((node) => `  ${outlineLine(node)}`));
    }
    assertGolden("explorer/outline", lines.join("\n"));
  });
});
