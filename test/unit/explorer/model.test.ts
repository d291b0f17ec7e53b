import assert from "node:assert/strict";
import { ProcoreError, type Failure } from "../../../src/core/errors.ts";
import { userId } from "../../../src/core/procore/ids.ts";
import type { Connection } from "../../../src/core/session.ts";
import { ExplorerModel } from "../../../src/explorer/model.ts";
import type { CompanyNode, TreeNode } from "../../../src/explorer/nodes.ts";
import { describeRow } from "../../../src/explorer/rows.ts";
import { FakeProcoreClient, sampleCompany, samplePage, sampleProject } from "../../fakes/fakeProcoreClient.ts";
import { FakeSessionSource } from "../../fakes/fakeSessionSource.ts";
import { activeUntil, environmentParts, sampleConnection, stateWith } from "../../fakes/sampleConnection.ts";
import { assertGolden } from "../../golden/goldenText.ts";
import { outlineLine } from "./rowText.ts";

function setUp(connection: Connection | undefined = sampleConnection()) {
  const session = new FakeSessionSource(stateWith(connection));
  const procore = new FakeProcoreClient();
  const unforeseen: unknown[] = [];
  const model = new ExplorerModel({ session, procore, onUnforeseen: (error) => unforeseen.push(error) });
  const changes: (string | undefined)[] = [];
  model.onDidChange((node) => changes.push(node?.id));
  const use = (changed: Connection | undefined): void => session.set(stateWith(changed));
  return { session, procore, unforeseen, model, changes, use };
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

  it("reads everything again on Refresh, each company from its first page, and keeps a company's object", async () => {
    const { model, procore, company, changes } = await open([12]);
    const first = model.children(company);
    procore.projectsCalls[0]?.answer(samplePage(1, 700));
    await first;
    const more = model.loadMore(company);
    procore.projectsCalls[1]?.answer(samplePage(2, 700));
    await more;
    model.refresh();
    assert.equal(changes.at(-1), undefined);
    const rows = model.children();
    procore.companiesCalls[1]?.answer([sampleCompany(12)]);
    assert.equal((await rows)[0], company);
    const projects = model.children(company);
    assert.equal(procore.projectsCalls.at(-1)?.page, 1);
    procore.projectsCalls.at(-1)?.answer(samplePage(1, 700));
    assert.equal((await projects).length, 301);
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
