import assert from "node:assert/strict";
import { Branch, type BranchOwner, type BranchPage, type BranchSource } from "../../../src/explorer/branch.ts";
import { companyNode, moreNode, problemNode, projectNode } from "../../../src/explorer/nodes.ts";
import { sampleCompany, sampleProject } from "../../fakes/fakeProcoreClient.ts";

const parent = companyNode(sampleCompany(12), "onDemand");
const rows = (...ids: readonly number[]) => ids.map((id) => projectNode(parent, sampleProject(id)));

/** An owner that keeps rows when the reason is the word "offline". */
function listeningOwner() {
  const gone: (readonly string[])[] = [];
  const owner: BranchOwner = {
    loaded: (ids) => gone.push(ids),
    keepsRowsAfter: (error) => error === "offline",
  };
  return { owner, gone };
}

/** A source that answers when the test says so, whatever became of the signal. */
function stubbornSource() {
  const answers: ((page: BranchPage) => void)[] = [];
  const failures: ((error: unknown) => void)[] = [];
  const pages: number[] = [];
  const source: BranchSource = {
    load: (page) =>
      new Promise((resolve, reject) => {
        pages.push(page);
        answers.push(resolve);
        failures.push(reject);
      }),
    empty: () => ({ kind: "noProjects", id: "company:12/noProjects", parent, account: "authorizationCode" }),
    more: (count) => moreNode(parent, count),
    problem: (error, retry) => problemNode(parent, error, retry),
  };
  return { source, answers, failures, pages };
}

describe("Branch", () => {
  it("takes in no answer after it was stopped", async () => {
    const { source, answers } = stubbornSource();
    const branch = new Branch(source, listeningOwner().owner);
    const first = branch.first();
    branch.stop();
    answers[0]?.({ nodes: rows(1), hasNext: true, total: 2 });
    assert.deepEqual(await first, []);
    assert.equal(branch.children, undefined);
    await branch.more();
    assert.equal(answers.length, 1);
  });

  it("keeps the first object of a row that comes twice", async () => {
    const { source, answers } = stubbornSource();
    const branch = new Branch(source, listeningOwner().owner);
    const first = branch.first();
    const page = rows(1, 2);
    answers[0]?.({ nodes: page, hasNext: true, total: undefined });
    await first;
    const more = branch.more();
    answers[1]?.({ nodes: rows(2, 3), hasNext: false, total: undefined });
    await more;
    const ids = branch.children?.map(({ id }) => id);
    assert.deepEqual(ids, ["company:12/project:1", "company:12/project:2", "company:12/project:3"]);
    assert.equal(branch.children?.[1], page[1]);
  });

  /** A branch with two pages of one row each, and a third to come. */
  async function twoPages() {
    const all = { ...stubbornSource(), ...listeningOwner() };
    const branch = new Branch(all.source, all.owner);
    const first = branch.first();
    all.answers[0]?.({ nodes: rows(1), hasNext: true, total: 3 });
    await first;
    const more = branch.more();
    all.answers[1]?.({ nodes: rows(2), hasNext: true, total: 3 });
    await more;
    return { ...all, branch };
  }
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const idsOf = (branch: Branch) => branch.children?.map(({ id }) => id.replace("company:12/", ""));

  it("reads as many pages again as there were, and shows none before all are there", async () => {
    const { branch, answers, pages } = await twoPages();
    branch.refresh();
    assert.equal(branch.children, undefined);
    const again = branch.first();
    answers[2]?.({ nodes: rows(1), hasNext: true, total: 3 });
    await settled();
    assert.equal(branch.children, undefined);
    answers[3]?.({ nodes: rows(2), hasNext: true, total: 3 });
    assert.equal((await again).length, 3);
    assert.deepEqual(pages, [1, 2, 1, 2]);
    assert.equal(branch.pages, 2);
  });

  it("starts with as many pages as it is told", async () => {
    const { source, answers, pages } = stubbornSource();
    const branch = new Branch(source, listeningOwner().owner, 3);
    const first = branch.first();
    answers[0]?.({ nodes: rows(1), hasNext: true, total: 2 });
    await settled();
    answers[1]?.({ nodes: rows(2), hasNext: false, total: 2 });
    await first;
    assert.deepEqual(pages, [1, 2]);
    assert.deepEqual(idsOf(branch), ["project:1", "project:2"]);
  });

  it("keeps the objects of rows that are as they were, and tells which are gone", async () => {
    const { branch, answers, gone } = await twoPages();
    const before = branch.children?.[0];
    branch.refresh();
    const again = branch.first();
    answers[2]?.({ nodes: [...rows(1), projectNode(parent, sampleProject(4))], hasNext: false, total: 2 });
    const after = await again;
    assert.equal(after[0], before);
    assert.deepEqual(gone, [[], [], ["company:12/project:2"]]);
  });

  it("takes the new object of a row that changed", async () => {
    const { branch, answers } = await twoPages();
    const before = branch.children?.[0];
    branch.refresh();
    const again = branch.first();
    answers[2]?.({ nodes: [projectNode(parent, sampleProject(1, { name: "New" }))], hasNext: false, total: 1 });
    assert.notEqual((await again)[0], before);
  });

  it("keeps the rows from before a refresh where its owner says so, and may go on from there", async () => {
    const { branch, answers, failures, pages } = await twoPages();
    const before = branch.children;
    branch.refresh();
    const again = branch.first();
    answers[2]?.({ nodes: rows(1), hasNext: true, total: 3 });
    await settled();
    failures[3]?.("offline");
    assert.deepEqual(await again, before);
    assert.equal(branch.problem, "outOfDate");
    const more = branch.more();
    answers[4]?.({ nodes: rows(3), hasNext: false, total: 3 });
    await more;
    assert.deepEqual(pages, [1, 2, 1, 2, 3]);
    assert.deepEqual(idsOf(branch), ["project:1", "project:2", "project:3"]);
  });

  it("shows other failures of a refresh in their row, below what came", async () => {
    const { branch, answers, failures } = await twoPages();
    branch.refresh();
    const again = branch.first();
    answers[2]?.({ nodes: rows(1), hasNext: true, total: 3 });
    await settled();
    failures[3]?.("broken");
    await again;
    assert.deepEqual(idsOf(branch), ["project:1", "failed"]);
    assert.equal(branch.problem, "failed");
  });

  it("answers a load that a refresh overtook with what was read after it", async () => {
    const { source, answers, pages } = stubbornSource();
    const branch = new Branch(source, listeningOwner().owner);
    const early = branch.first();
    branch.refresh();
    answers[0]?.({ nodes: rows(1), hasNext: false, total: 1 });
    await settled();
    answers[1]?.({ nodes: rows(2), hasNext: false, total: 1 });
    assert.deepEqual(
      (await early).map(({ id }) => id),
      ["company:12/project:2"],
    );
    assert.deepEqual(pages, [1, 1]);
  });
});
