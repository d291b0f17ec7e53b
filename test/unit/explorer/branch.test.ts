import assert from "node:assert/strict";
import { Branch, type BranchPage, type BranchSource } from "../../../src/explorer/branch.ts";
import { companyNode, moreNode, problemNode, projectNode } from "../../../src/explorer/nodes.ts";
import { sampleCompany, sampleProject } from "../../fakes/fakeProcoreClient.ts";

const parent = companyNode(sampleCompany(12), "onDemand");
const rows = (...ids: readonly number[]) => ids.map((id) => projectNode(parent, sampleProject(id)));

/** A source that answers when the test says so, whatever became of the signal. */
function stubbornSource() {
  const answers: ((page: BranchPage) => void)[] = [];
  const source: BranchSource = {
    load: () => new Promise((resolve) => answers.push(resolve)),
    empty: () => ({ kind: "noProjects", id: "company:12/noProjects", parent, account: "authorizationCode" }),
    more: (count) => moreNode(parent, count),
    problem: (error, retry) => problemNode(parent, error, retry),
  };
  return { source, answers };
}

describe("Branch", () => {
  it("takes in no answer after it was stopped", async () => {
    const { source, answers } = stubbornSource();
    const branch = new Branch(source);
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
    const branch = new Branch(source);
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
});
