import assert from "node:assert/strict";
import { ViewMemory } from "../../../src/explorer/viewMemory.ts";

function memoryOver(stored?: unknown) {
  const store = {
    value: stored,
    writes: 0,
    get: () => store.value,
    set(value: unknown) {
      store.writes += 1;
      store.value = JSON.parse(JSON.stringify(value)) as unknown;
    },
  };
  return { store, memory: new ViewMemory(store) };
}

describe("ViewMemory", () => {
  it("remembers open rows, their pages and the selection, by connection, over a reload", () => {
    const { store, memory } = memoryOver();
    memory.open("c1", "company:12", 3);
    memory.open("c1", "company:12/project:34", 1);
    memory.select("c1", "company:12/project:34");
    memory.close("c1", "company:12/project:34");
    const again = new ViewMemory(store);
    assert.equal(again.isOpen("c1", "company:12"), true);
    assert.equal(again.pages("c1", "company:12"), 3);
    assert.equal(again.isOpen("c1", "company:12/project:34"), false);
    assert.equal(again.selected("c1"), "company:12/project:34");
    assert.equal(again.isOpen("c2", "company:12"), false);
    assert.equal(again.pages("c2", "company:12"), 1);
    assert.equal(again.selected("c2"), undefined);
  });

  it("forgets connections that are no more, and writes only when there were such", () => {
    const { store, memory } = memoryOver();
    memory.open("c1", "company:12", 1);
    memory.open("c2", "company:12", 1);
    memory.keepOnly(["c2", "c3"]);
    assert.deepEqual(store.value, { c2: { open: [["company:12", 1]] } });
    const { writes } = store;
    memory.keepOnly(["c2"]);
    assert.equal(store.writes, writes);
  });

  it("keeps at most a hundred open rows, the last ones, and loads at most ten pages again", () => {
    const { memory } = memoryOver();
    for (let id = 0; id <= 100; id += 1) memory.open("c1", `company:${id}`, 99);
    assert.equal(memory.isOpen("c1", "company:0"), false);
    assert.equal(memory.isOpen("c1", "company:1"), true);
    assert.equal(memory.pages("c1", "company:100"), 10);
  });

  for (const stored of [null, 7, "x", [], { c1: 7 }, { c1: { open: [["x"]] } }, { c1: { open: [["x", 0]] } }]) {
    it(`takes ${JSON.stringify(stored)} for nothing`, () => {
      const { memory } = memoryOver(stored);
      assert.equal(memory.isOpen("c1", "x"), false);
      memory.open("c1", "y", 1);
      assert.equal(memory.isOpen("c1", "y"), true);
    });
  }
});
