import assert from "node:assert/strict";
import { ExplorerModel } from "../../../src/explorer/model.ts";
import { isParent, type ParentNode, type TreeNode } from "../../../src/explorer/nodes.ts";
import { ViewMemory } from "../../../src/explorer/viewMemory.ts";
import { followView } from "../../../src/explorer/viewState.ts";
import { Emitter } from "../../../src/core/events.ts";
import { FakeProcoreClient, sampleCompany, samplePage } from "../../fakes/fakeProcoreClient.ts";
import { FakeSessionSource } from "../../fakes/fakeSessionSource.ts";
import { sampleConnection, stateWith } from "../../fakes/sampleConnection.ts";

const connection = sampleConnection();
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A view that a test opens, closes and selects in; it notes what is revealed. */
function setUp(stored?: unknown) {
  const kept = { value: stored };
  const memory = new ViewMemory({ get: () => kept.value, set: (value) => (kept.value = value) });
  const session = new FakeSessionSource(stateWith(connection));
  const procore = new FakeProcoreClient();
  const unforeseen: unknown[] = [];
  const model = new ExplorerModel({
    session,
    procore,
    clock: { now: () => 0 },
    rememberedPages: ({ id }, node) => memory.pages(id, node),
    onUnforeseen: (error) => unforeseen.push(error),
  });
  const expanded = new Emitter<{ readonly element: TreeNode }>();
  const collapsed = new Emitter<{ readonly element: TreeNode }>();
  const selected = new Emitter<{ readonly selection: readonly TreeNode[] }>();
  const revealed: string[] = [];
  const view = {
    visible: true,
    selection: [] as readonly TreeNode[],
    reveal: async (node: TreeNode) => void revealed.push(node.id),
    onDidExpandElement: expanded.event,
    onDidCollapseElement: collapsed.event,
    onDidChangeSelection: selected.event,
  };
  const report = {
    failure: (error: unknown) => assert.fail(String(error)),
    told: (error: unknown) => assert.fail(String(error)),
    background: (work: Promise<unknown>) => void work.catch((error: unknown) => unforeseen.push(error)),
  };
  const state = followView({ view, model, memory, report });
  const rowsOf = async (parent: ParentNode | undefined): Promise<readonly TreeNode[]> => {
    const rows = model.children(parent);
    await settled();
    procore.companiesCalls.at(-1)?.answer([sampleCompany(12), sampleCompany(13)]);
    procore.projectsCalls.at(-1)?.answer(samplePage(1, 2));
    return await rows;
  };
  return { state, view, model, memory, procore, expanded, collapsed, selected, revealed, unforeseen, rowsOf };
}

const open = (id: string) => ({ [connection.id]: { open: [[id, 1]], selected: `${id}/project:2` } });

describe("what the view remembers", () => {
  it("notes what is opened, closed and selected", async () => {
    const { state, memory, expanded, collapsed, selected, rowsOf } = setUp();
    const [company, other] = await rowsOf(undefined);
    assert(company !== undefined && other !== undefined);
    expanded.fire({ element: company });
    expanded.fire({ element: other });
    collapsed.fire({ element: other });
    selected.fire({ selection: [other] });
    selected.fire({ selection: [] });
    assert.equal(state.isOpen(company), true);
    assert.equal(state.isOpen(other), false);
    assert.equal(memory.selected(connection.id), "company:13");
  });

  it("notes pages that come below an open row", async () => {
    const { memory, model, procore, expanded, rowsOf } = setUp();
    const [company] = await rowsOf(undefined);
    assert(company !== undefined && isParent(company));
    expanded.fire({ element: company });
    const first = model.children(company);
    procore.projectsCalls[0]?.answer(samplePage(1, 700));
    await first;
    const more = model.loadMore(company);
    procore.projectsCalls[1]?.answer(samplePage(2, 700));
    await more;
    assert.equal(memory.pages(connection.id, company.id), 2);
  });

  it("selects the row again that was selected, when what is above it is open", async () => {
    const { state, revealed, rowsOf, procore } = setUp(open("company:12"));
    await rowsOf(undefined);
    state.rowsCame(undefined);
    await settled();
    procore.projectsCalls.at(-1)?.answer(samplePage(1, 2));
    await settled();
    assert.deepEqual(revealed, ["company:12/project:2"]);
  });

  it("selects it as soon as it comes below its company, and looks for it below no other row", async () => {
    const { state, revealed, rowsOf, model, procore } = setUp({
      [connection.id]: { open: [["company:12", 1]], selected: "company:12/project:301" },
    });
    const [company, other] = await rowsOf(undefined);
    assert(company !== undefined && isParent(company));
    state.rowsCame(undefined);
    await settled();
    procore.projectsCalls.at(-1)?.answer(samplePage(1, 302));
    await settled();
    assert.deepEqual(revealed, []);
    const more = model.loadMore(company);
    procore.projectsCalls.at(-1)?.answer(samplePage(2, 302));
    await more;
    state.rowsCame(other);
    await settled();
    assert.deepEqual(revealed, []);
    state.rowsCame(company);
    await settled();
    assert.deepEqual(revealed, ["company:12/project:301"]);
  });

  it("opens nothing for a selection, and takes none away", async () => {
    const closed = { [connection.id]: { open: [], selected: "company:12/project:2" } };
    for (const [stored, change] of [
      [closed, () => undefined],
      [open("company:12"), (view: { visible: boolean }) => (view.visible = false)],
    ] as const) {
      const { state, view, revealed, rowsOf, procore } = setUp(stored);
      change(view);
      await rowsOf(undefined);
      state.rowsCame(undefined);
      await settled();
      procore.projectsCalls.at(-1)?.answer(samplePage(1, 2));
      await settled();
      assert.deepEqual(revealed, []);
    }
    const { state, view, revealed, rowsOf, procore } = setUp(open("company:12"));
    view.selection = [...(await rowsOf(undefined))].slice(0, 1);
    state.rowsCame(undefined);
    await settled();
    assert.equal(procore.projectsCalls.length, 0);
    assert.deepEqual(revealed, []);
  });
});
