import assert from "node:assert/strict";
import { ProcoreError } from "../../../src/core/errors.ts";
import { arrangementMessage, asItComes, type Arrangement } from "../../../src/explorer/arrangement.ts";
import type { CompanyAnswer } from "../../../src/explorer/companyAnswers.ts";
import { describeRow } from "../../../src/explorer/kinds.ts";
import { ExplorerModel } from "../../../src/explorer/model.ts";
import { isParent, pinnedNode, rowAbove, type CompanyNode, type TreeNode } from "../../../src/explorer/nodes.ts";
import { noChoices, type PinnedProject, type ViewChoices } from "../../../src/explorer/viewChoices.ts";
import { WholeCompanies } from "../../../src/explorer/wholeCompanies.ts";
import { companyId, projectId } from "../../../src/core/procore/ids.ts";
import { FakeProcoreClient, onePage, sampleCompany, samplePage, sampleProject } from "../../fakes/fakeProcoreClient.ts";
import { FakeSessionSource } from "../../fakes/fakeSessionSource.ts";
import { sampleConnection, stateWith } from "../../fakes/sampleConnection.ts";

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const labels = (nodes: readonly TreeNode[]): readonly string[] => nodes.map((node) => describeRow(node).label);
const http = (status: number) => new ProcoreError({ kind: "http", status, message: "", host: "api.procore.com" });

interface Begun {
  readonly title: string;
  cancel(): void;
}

/** A model over choices that a test makes. */
async function setUp(changes: Partial<Arrangement> = {}) {
  const session = new FakeSessionSource(stateWith(sampleConnection()));
  const procore = new FakeProcoreClient();
  const chosen = { arrangement: { ...asItComes, ...changes }, pinned: [] as readonly PinnedProject[] };
  const answers = new Map<string, CompanyAnswer["kind"]>();
  const stageFilters: string[] = [];
  const begun: Begun[] = [];
  const told: string[] = [];
  const failures: unknown[] = [];
  /** The companies that are open in the view, and what it says above its rows, each once. */
  const open: CompanyNode[] = [];
  const said: string[] = [];
  const describe = (): void => {
    const shortfall = { loading: wholes.names("loading"), stopped: wholes.names("stopped"), looksThroughLoaded: [] };
    const message = arrangementMessage(chosen.arrangement, shortfall);
    if (said.at(-1) !== message) said.push(message);
  };
  const wholes = new WholeCompanies({
    procore,
    arrangement: () => chosen.arrangement,
    withProgress: async (title, run) => {
      const controller = new AbortController();
      const cancelled = new Promise<undefined>((resolve) => {
        begun.push({ title, cancel: () => (controller.abort(), resolve(undefined)) });
      });
      const work = run(controller.signal, (text) => told.push(text));
      work.catch(() => undefined);
      return await Promise.race([work, cancelled]);
    },
    loaded: (company) => model.refresh(company),
    open: () => open,
    changed: () => describe(),
    failed: (error) => failures.push(error),
  });
  const choices: ViewChoices = {
    ...noChoices,
    arrangement: () => chosen.arrangement,
    allProjects: (connection, company) => wholes.projects(connection, company),
    noteStageFilter: (company, by) => stageFilters.push(`${company.id} ${by}`),
    answerOf: (_connection, id) => {
      const kind = answers.get(id);
      return kind && { kind, at: 0 };
    },
    noteAnswer: (_connection, id, kind) => {
      const before = answers.get(id);
      answers.set(id, kind);
      return (before === "notConnected") === (kind === "notConnected") ? "same" : "changed";
    },
    pinned: () => chosen.pinned,
    forgetLoaded: () => wholes.forget(),
  };
  const model: ExplorerModel = new ExplorerModel({
    session,
    procore,
    clock: { now: () => 0 },
    rememberedPages: () => 1,
    onUnforeseen: (error) => failures.push(error),
    choices,
  });
  const changed: (string | undefined)[] = [];
  model.onDidChange((node) => changed.push(node?.id));
  const top = model.children();
  procore.companiesCalls[0]?.answer([12, 13, 14].map((id) => sampleCompany(id)));
  const company = (await top).find((node) => node.kind === "company");
  assert(company !== undefined);
  return {
    session,
    procore,
    chosen,
    answers,
    stageFilters,
    begun,
    told,
    failures,
    wholes,
    model,
    changed,
    company,
    open,
    said,
    describe,
  };
}

async function rowsOf(
  { model, procore }: { readonly model: ExplorerModel; readonly procore: FakeProcoreClient },
  company: CompanyNode,
  answer: (call: FakeProcoreClient["projectsCalls"][number] | undefined) => void,
): Promise<readonly TreeNode[]> {
  const before = procore.projectsCalls.length;
  const rows = model.children(company);
  await settled();
  // The load of all projects names its status, which the row's own list does only for all.
  answer(procore.projectsCalls.slice(before).find(({ status }) => status !== "active"));
  return await rows;
}

describe("projects as they were chosen", () => {
  it("asks for active projects only, without a stage, unless told otherwise", async () => {
    for (const [status, asked] of [
      ["active", undefined],
      ["all", "all"],
    ] as const) {
      const all = await setUp({ status });
      await rowsOf(all, all.company, (call) => call?.answer(onePage([])));
      assert.equal(all.procore.projectsCalls[0]?.status, asked);
      assert.equal(all.procore.stagesCalls.length, 0);
    }
  });

  it("asks the server for a stage by the company's own id", async () => {
    const all = await setUp({ stage: "Bidding" });
    const { model, procore, company, stageFilters } = all;
    const rows = model.children(company);
    procore.stagesCalls[0]?.answer([
      { id: "7", name: "Planning" },
      { id: "8", name: "Bidding" },
    ]);
    await settled();
    procore.projectsCalls[0]?.answer(samplePage(1, 700));
    assert.equal((await rows).length, 301);
    const more = model.loadMore(company);
    await settled();
    procore.projectsCalls[1]?.answer(samplePage(2, 700));
    await more;
    assert.deepEqual(
      procore.projectsCalls.map(({ page, stageIds }) => [page, stageIds]),
      [
        [1, ["8"]],
        [2, ["8"]],
      ],
    );
    assert.equal(procore.stagesCalls.length, 1);
    assert.deepEqual(stageFilters, ["company:12 server"]);
  });

  it("asks nothing more of a company that has no such stage, and says so", async () => {
    const { model, procore, company } = await setUp({ stage: "Bidding", status: "all" });
    const rows = model.children(company);
    procore.stagesCalls[0]?.answer([{ id: "7", name: "Planning" }]);
    assert.deepEqual(labels(await rows), ["No projects in stage \u201cBidding\u201d"]);
    assert.equal(procore.projectsCalls.length, 0);
  });

  it("looks through what is loaded where stages are not told, and goes on to further pages", async () => {
    const all = await setUp({ stage: "Bidding" });
    const { model, procore, company, stageFilters } = all;
    const rows = model.children(company);
    procore.stagesCalls[0]?.fail(http(403));
    await settled();
    procore.projectsCalls[0]?.answer(samplePage(1, 301));
    assert.deepEqual(labels(await rows), ["Load more (0)"]);
    assert.deepEqual(stageFilters, ["company:12 loadedRows"]);
    const more = model.loadMore(company);
    await settled();
    procore.projectsCalls[1]?.answer(onePage([sampleProject(301, { stage: "Bidding" }), sampleProject(302)]));
    await more;
    assert.deepEqual(labels(await model.children(company)), ["Project 301"]);
  });

  it("shows other failures of the stages as those of the list", async () => {
    const { model, procore, company } = await setUp({ stage: "Bidding" });
    const rows = model.children(company);
    procore.stagesCalls[0]?.fail(http(500));
    assert.deepEqual(
      (await rows).map(({ kind }) => kind),
      ["failed"],
    );
  });
});

describe("projects in another order", () => {
  const numbered = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => sampleProject(from + index, { number: String(10_000 - from - index) }));
  const pages = (page: number) => ({
    ...onePage(numbered((page - 1) * 300 + 1, 300)),
    page,
    total: 600,
    hasNext: page < 2,
  });

  it("shows them by name until all are loaded, then in pages from memory", async () => {
    const all = await setUp({ order: "number" });
    const { model, procore, company, begun, told, wholes, changed } = all;
    const rows = await rowsOf(all, company, (call) => call?.answer(pages(1)));
    assert.equal(labels(rows)[0], "Project 1");
    assert.deepEqual(
      begun.map(({ title }) => title),
      ["Loading all projects of Company 12 to order them by number"],
    );
    assert.deepEqual(wholes.names("loading"), ["Company 12"]);
    const ofAll = (page: number) =>
      procore.projectsCalls.find((call) => call.status === "active" && call.page === page);
    ofAll(1)?.answer(pages(1));
    await settled();
    ofAll(2)?.answer(pages(2));
    await settled();
    assert.deepEqual(told, ["300 of 600", "600 of 600"]);
    assert.deepEqual(wholes.names("loading"), []);
    assert.ok(changed.includes("company:12"));
    const asked = procore.projectsCalls.length;
    const ordered = await model.children(company);
    assert.deepEqual([labels(ordered)[0], labels(ordered).at(-1)], ["Project 600", "Load more (300 of 600)"]);
    await model.loadMore(company);
    assert.equal(labels(await model.children(company)).at(-1), "Project 1");
    assert.equal(procore.projectsCalls.length, asked);
  });

  it("are said to be by name from the choice on, also when they are read again or inactive ones are wanted", async () => {
    const all = await setUp();
    const { model, procore, company, chosen, open, said, describe, wholes } = all;
    open.push(company);
    await rowsOf(all, company, (call) => call?.answer(onePage(numbered(1, 2))));
    describe();
    const untilLoaded = "By name in Company 12 until all projects are loaded.";
    const begin = [
      ["active", () => (chosen.arrangement = { ...asItComes, order: "number" })],
      ["active", () => wholes.forget()],
      ["all", () => (chosen.arrangement = { ...chosen.arrangement, status: "all" })],
    ] as const;
    for (const [status, change] of begin) {
      said.length = 0;
      change();
      describe();
      model.refreshProjects();
      const before = procore.projectsCalls.length;
      const rows = model.children(company);
      await settled();
      for (const call of procore.projectsCalls.slice(before)) call.answer(onePage(numbered(1, 2)));
      await rows;
      await settled();
      assert.deepEqual(labels(await model.children(company)), ["Project 2", "Project 1"]);
      const filter =
        status === "all" ? "Filter: active and inactive projects, by number." : "Filter: active projects, by number.";
      assert.deepEqual(said, [`${filter} ${untilLoaded}`, filter]);
    }
  });

  it("stays by name after a cancel, and does not begin again unasked", async () => {
    const all = await setUp({ order: "number" });
    await rowsOf(all, all.company, (call) => call?.answer(pages(1)));
    all.begun[0]?.cancel();
    await settled();
    assert.deepEqual(all.wholes.names("stopped"), ["Company 12"]);
    all.model.refreshProjects();
    const rows = await rowsOf(all, all.company, (call) => call?.answer(pages(1)));
    assert.equal(labels(rows)[0], "Project 1");
    assert.equal(all.begun.length, 1);
    all.wholes.forgetStopped();
    all.model.refreshProjects();
    void all.model.children(all.company);
    await settled();
    assert.equal(all.begun.length, 2);
  });

  it("stays by name after a failure, and tells it once", async () => {
    const all = await setUp({ order: "lastUpdate" });
    await rowsOf(all, all.company, (call) => call?.answer(pages(1)));
    all.procore.projectsCalls.find(({ status }) => status === "active")?.fail(http(500));
    await settled();
    assert.equal(all.failures.length, 1);
    assert.deepEqual(all.wholes.names("stopped"), ["Company 12"]);
  });

  it("ends the load when the connection changes", async () => {
    const all = await setUp({ order: "number" });
    await rowsOf(all, all.company, (call) => call?.answer(pages(1)));
    all.session.set(stateWith(sampleConnection({ id: "connection-2" })));
    await settled();
    assert.equal(all.procore.projectsCalls.find(({ status }) => status === "active")?.signal?.aborted, true);
    assert.deepEqual([all.wholes.names("loading"), all.failures], [[], []]);
  });
});

describe("companies that answered before", () => {
  it("come after the others without the app, and their row is drawn anew when that changes", async () => {
    const { model, procore, company, changed, answers } = await setUp();
    const rows = model.children(company);
    procore.projectsCalls[0]?.fail(new ProcoreError({ kind: "appNotConnected" }));
    await rows;
    assert.deepEqual(changed, ["company:12"]);
    assert.equal(answers.get("12"), "notConnected");
    model.refresh();
    const top = model.children();
    procore.companiesCalls[1]?.answer([12, 13, 14].map((id) => sampleCompany(id)));
    assert.deepEqual(labels(await top), ["Company 13", "Company 14", "Company 12"]);
    const again = model.children(company);
    procore.projectsCalls[1]?.answer(onePage([]));
    await again;
    assert.equal(answers.get("12"), "connected");
    assert.deepEqual(changed, ["company:12", undefined, "company:12"]);
  });

  it("are asked for with those on the free plan when they are wanted", async () => {
    const { procore } = await setUp({ freeCompanies: "shown" });
    assert.equal(procore.companiesCalls[0]?.which, "withFree");
    assert.equal((await setUp()).procore.companiesCalls[0]?.which, "withoutFree");
  });

  it("learn nothing from failures of another kind", async () => {
    const { model, procore, company, answers } = await setUp();
    const rows = model.children(company);
    procore.projectsCalls[0]?.fail(http(500));
    await rows;
    assert.equal(answers.size, 0);
  });
});

describe("pinned projects", () => {
  const pin = { companyId: companyId(12), companyName: "Acme", projectId: projectId(34), name: "Tower" };
  const pinned: readonly PinnedProject[] = [{ pin, answer: undefined }];

  it("lead to the rows of their company as the view has them, with what was found there", async () => {
    const { model, procore, chosen } = await setUp();
    chosen.pinned = pinned;
    const company = (await model.children()).find((node) => node.kind === "company");
    const [project] = await model.children(pinnedNode);
    assert(company !== undefined && project?.kind === "project" && project.parent.kind === "company");
    assert.notEqual(project.parent, company);
    const placed = model.place(sampleProject(99, { companyId: companyId(12) }));
    await settled();
    procore.projectsCalls.at(-1)?.answer(samplePage(1, 2));
    const found = (await placed)?.parent;
    assert.equal(found?.kind, "found");
    assert.equal((await model.children(project.parent))[0], found);
  });

  it("stand on top without a request, with all that stands below a project", async () => {
    const { model, procore, chosen } = await setUp();
    chosen.pinned = pinned;
    const top = await model.children();
    assert.equal(top[0], pinnedNode);
    assert.equal(model.isNode(pinnedNode), true);
    const [project] = await model.children(pinnedNode);
    assert(project !== undefined && isParent(project));
    assert.equal(project.id, "pinned/company:12/project:34");
    assert.equal(rowAbove(project), pinnedNode);
    const [tool] = await model.children(project);
    assert.equal(tool?.id, "pinned/company:12/project:34/tool:rfis");
    assert.equal(procore.projectsCalls.length, 0);
    assert.equal(await model.find("pinned/company:12/project:34", () => true), project);
  });

  it("are read anew with their company, and gone with the last pin", async () => {
    const { model, procore, chosen, company } = await setUp();
    chosen.pinned = pinned;
    await model.children();
    const [project] = await model.children(pinnedNode);
    assert(project !== undefined && isParent(project));
    const [rfis] = await model.children(project);
    assert(rfis !== undefined && isParent(rfis));
    const items = model.children(rfis);
    procore.itemsCalls[0]?.answer(onePage([]));
    await items;
    model.refresh(company);
    void model.children(rfis);
    await settled();
    assert.equal(procore.itemsCalls.length, 2);
    chosen.pinned = [];
    model.refreshPinned();
    assert.deepEqual(labels(await model.children()), ["Company 12", "Company 13", "Company 14"]);
    assert.deepEqual(await model.children(pinnedNode), []);
  });

  it("keep their row while nothing about them changes, and change when Procore answered", async () => {
    const { model, chosen } = await setUp();
    chosen.pinned = pinned;
    await model.children();
    const [before] = await model.children(pinnedNode);
    model.refreshPinned();
    assert.equal((await model.children(pinnedNode))[0], before);
    chosen.pinned = [{ pin, answer: "gone" }];
    model.refreshPinned();
    const [after] = await model.children(pinnedNode);
    assert(after !== undefined);
    assert.equal(describeRow(after).description, "gone or no access");
  });
});
