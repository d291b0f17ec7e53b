import assert from "node:assert/strict";
import {
  arrange,
  arrangementMessage,
  asItComes,
  isArranged,
  type Arrangement,
} from "../../../src/explorer/arrangement.ts";
import { ArrangementChoice } from "../../../src/explorer/arrangementChoice.ts";
import { sampleProject } from "../../fakes/fakeProcoreClient.ts";
import { assertGolden } from "../../golden/goldenText.ts";

const projects = [
  sampleProject(1, { number: "10", stage: "Bidding", updatedAt: "2026-01-02T10:00:00Z" }),
  sampleProject(2, { stage: "Planning", updatedAt: "2026-03-02T10:00:00Z" }),
  sampleProject(3, { number: "9", stage: "Bidding" }),
  sampleProject(4, { number: "9-B", updatedAt: "2026-01-02T10:00:00Z" }),
];

describe("arrangement", () => {
  const cases: readonly (readonly [string, Partial<Arrangement>, readonly number[]])[] = [
    ["leaves the server's order", {}, [1, 2, 3, 4]],
    ["orders by number as people count, those without last", { order: "number" }, [3, 4, 1, 2]],
    ["orders by last update, the latest first", { order: "lastUpdate" }, [2, 1, 4, 3]],
    ["keeps one stage", { stage: "Bidding" }, [1, 3]],
    ["does both", { stage: "Bidding", order: "number" }, [3, 1]],
    ["finds nothing in a stage that is not there", { stage: "bidding" }, []],
  ];
  for (const [name, changes, expected] of cases) {
    it(name, () => {
      const found = arrange(projects, { ...asItComes, ...changes }).map(({ id }) => Number(id));
      assert.deepEqual(found, expected);
    });
  }

  it("says what is shown, and where that does not hold yet", () => {
    const none = { loading: [], stopped: [], looksThroughLoaded: [] };
    const all = { loading: ["A", "B"], stopped: ["C", "D", "E"], looksThroughLoaded: ["F"] };
    const said: readonly (readonly [string, Partial<Arrangement>, typeof none | typeof all])[] = [
      ["as it comes", {}, all],
      ["all", { status: "all" }, none],
      ["stage", { stage: "Bidding" }, none],
      ["stage with a hostile name", { stage: "\u202e$(trash)\n[x](command:y)" }, none],
      ["stage, of what is loaded", { stage: "Bidding" }, all],
      ["by number", { order: "number" }, none],
      ["by last update, not yet", { order: "lastUpdate" }, all],
      ["free companies", { freeCompanies: "shown" }, none],
      ["all at once", { status: "all", stage: "Bidding", order: "number", freeCompanies: "shown" }, all],
    ];
    const lines = said.map(([name, changes, shortfall]) => {
      const message = arrangementMessage({ ...asItComes, ...changes }, shortfall);
      return `# ${name}\n${message === "" ? "(nothing)" : message}`;
    });
    assertGolden("explorer/arrangement", lines.join("\n\n"));
  });

  it("is remembered but for the setting, and broken memory counts as none", () => {
    const kept: { value: unknown } = { value: undefined };
    let status: Arrangement["status"] = "active";
    const store = { get: () => kept.value, set: (value: unknown) => (kept.value = value) };
    const read = () => new ArrangementChoice(store, () => status);
    assert.equal(isArranged(read().current), false);
    read().choose({ stage: "Bidding" });
    read().choose({ order: "number" });
    status = "all";
    assert.deepEqual(read().current, { status: "all", stage: "Bidding", order: "number", freeCompanies: "hidden" });
    read().choose({ stage: undefined });
    assert.equal(read().current.stage, undefined);
    for (const broken of [7, null, [], { order: "size", stage: 7, freeCompanies: true }]) {
      kept.value = broken;
      assert.deepEqual(read().current, { ...asItComes, status: "all" });
    }
  });
});
