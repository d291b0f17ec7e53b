import assert from "node:assert/strict";
import { companyId, projectId } from "../../../src/core/procore/ids.ts";
import { Recents, type RecentProject } from "../../../src/explorer/recents.ts";

function setUp(stored?: unknown) {
  const kept = { value: stored };
  const store = { get: () => kept.value, set: (value: unknown) => void (kept.value = value) };
  return { kept, recents: new Recents(store), again: () => new Recents(store) };
}

const project = (id: number, company = 1) => ({
  companyId: companyId(company),
  projectId: projectId(id),
  name: `Project ${id}`,
});
const ids = (recents: Recents, connection = "one"): readonly string[] =>
  recents.list(connection).map((entry) => `${entry.companyId}/${entry.projectId}`);

describe("Recents", () => {
  it("has the last one first, each once, of each connection apart, also after a reload", () => {
    const { recents, again } = setUp();
    for (const id of [1, 2, 3, 1]) recents.add("one", project(id));
    recents.add("one", project(1, 2));
    recents.add("two", project(9));
    assert.deepEqual(ids(recents), ["2/1", "1/1", "1/3", "1/2"]);
    assert.deepEqual(ids(again()), ["2/1", "1/1", "1/3", "1/2"]);
    assert.deepEqual(ids(again(), "two"), ["1/9"]);
    assert.deepEqual(again().list("constructor"), []);
  });

  it("keeps twenty, and of them ids and names only", () => {
    const { recents, kept } = setUp();
    const more = (entry: RecentProject): RecentProject => Object.assign({ address: "5 Quay Street" }, entry);
    for (let id = 1; id <= 25; id += 1) recents.add("one", more(project(id)));
    assert.equal(recents.list("one").length, 20);
    assert.equal(recents.list("one")[0]?.projectId, "25");
    assert.doesNotMatch(JSON.stringify(kept.value), /Quay/u);
  });

  it("forgets connections that are no more", () => {
    const { recents, kept } = setUp();
    for (const connection of ["one", "two", "three"]) recents.add(connection, project(1));
    recents.keepOnly(["three", "four"]);
    assert.deepEqual(Object.keys(kept.value as object), ["three"]);
  });

  for (const stored of [null, 7, "x", { one: 7 }, { one: [{ companyId: 1 }] }]) {
    it(`starts anew with ${JSON.stringify(stored)} in its store`, () => {
      assert.deepEqual(setUp(stored).recents.list("one"), []);
    });
  }
});
