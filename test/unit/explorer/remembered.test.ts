import assert from "node:assert/strict";
import { companyId, projectId } from "../../../src/core/procore/ids.ts";
import { CompanyAnswers, installedFirst, type CompanyAnswer } from "../../../src/explorer/companyAnswers.ts";
import { Pins } from "../../../src/explorer/pins.ts";
import { sampleCompany } from "../../fakes/fakeProcoreClient.ts";

const pinned = (id: number) => ({
  companyId: companyId(12),
  companyName: "Acme",
  projectId: projectId(id),
  name: `Project ${id}`,
});

function memory(value?: unknown) {
  const kept: { value: unknown } = { value };
  return { kept, get: () => kept.value, set: (next: unknown) => (kept.value = next) };
}

const idsOf = (pins: Pins, connection = "a") => pins.of(connection).map(({ projectId: id }) => id);

describe("Pins", () => {
  it("keeps each project once, in the order of pinning, by connection", () => {
    const store = memory();
    const pins = new Pins(store);
    pins.add("a", [pinned(2), pinned(1)]);
    pins.add("a", [pinned(2), pinned(3)]);
    pins.add("b", [pinned(9)]);
    assert.deepEqual(idsOf(new Pins(store)), ["2", "1", "3"]);
    pins.remove("a", [pinned(1), pinned(9)]);
    assert.deepEqual(idsOf(pins), ["2", "3"]);
    assert.deepEqual(idsOf(pins, "b"), ["9"]);
    assert.equal(pins.has("a", { ...pinned(2), companyId: companyId(13) }), false);
  });

  it("holds ids and names, nothing else", () => {
    const store = memory();
    new Pins(store).add("a", [pinned(1)]);
    assert.deepEqual(store.kept.value, {
      a: [{ companyId: "12", companyName: "Acme", projectId: "1", name: "Project 1" }],
    });
  });

  it("sees what another window pinned", () => {
    const store = memory();
    const [one, other] = [new Pins(store), new Pins(store)];
    one.add("a", [pinned(1)]);
    other.add("a", [pinned(2)]);
    assert.deepEqual(idsOf(one), ["1", "2"]);
  });

  it("is gone with its connection, and takes broken memory for none", () => {
    const store = memory();
    const pins = new Pins(store);
    pins.add("a", [pinned(1)]);
    pins.add("b", [pinned(2)]);
    pins.keepOnly(["b"]);
    assert.deepEqual(Object.keys(store.kept.value ?? {}), ["b"]);
    for (const broken of [7, [], { a: [{ companyId: "../x", companyName: "", projectId: 1, name: "" }] }]) {
      assert.deepEqual(new Pins(memory(broken)).of("a"), []);
    }
  });
});

describe("CompanyAnswers", () => {
  it("keeps the last answer, and tells when the app came or went", () => {
    const store = memory();
    const answers = new CompanyAnswers(store);
    assert.equal(answers.note("a", "12", { kind: "connected", at: 1 }), "same");
    assert.equal(answers.note("a", "12", { kind: "notConnected", at: 2 }), "changed");
    assert.equal(answers.note("a", "12", { kind: "notConnected", at: 3 }), "same");
    assert.deepEqual(new CompanyAnswers(store).get("a", "12"), { kind: "notConnected", at: 3 });
    assert.equal(answers.get("b", "12"), undefined);
    assert.equal(answers.note("a", "12", { kind: "connected", at: 4 }), "changed");
    answers.keepOnly([]);
    assert.equal(answers.get("a", "12"), undefined);
  });

  it("puts companies without the app last, in the server's order otherwise", () => {
    const answers: Readonly<Record<string, CompanyAnswer>> = {
      1: { kind: "notConnected", at: 1 },
      2: { kind: "connected", at: 1 },
      4: { kind: "notConnected", at: 1 },
    };
    const ordered = installedFirst(
      [1, 2, 3, 4, 5].map((id) => sampleCompany(id)),
      (id) => answers[id],
    );
    assert.deepEqual(
      ordered.map(({ id }) => id),
      ["2", "3", "5", "1", "4"],
    );
  });
});
