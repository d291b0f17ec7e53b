import assert from "node:assert/strict";
import type { Entry, Owner } from "../../../../src/platform/connectionLock/entry.ts";
import { judge, type Verdict } from "../../../../src/platform/connectionLock/judge.ts";

const self = { bootId: "b0", pidNamespace: "pid:[1]", pid: 5, processStart: "100", host: "desk" };
const owner: Owner = { ...self, pid: 9, nonce: "0b9f2a52-7a3e-4c0b-9d57-3c1b6a0b8f11", takenAt: 5 };
const held = (changes: Partial<Owner> = {}): Entry => ({ state: "held", owner: { ...owner, ...changes } });
const elsewhere = held({ pidNamespace: "pid:[2]" });
const torn: Entry = { state: "unreadable" };

describe("judging an owner", () => {
  const cases: readonly { name: string; entry: Entry; ageMs: number; look?: "gone"; verdict: Verdict }[] = [
    { name: "released", entry: { state: "free", owner }, ageMs: 0, verdict: "takeable" },
    {
      name: "released elsewhere",
      entry: { state: "free", owner: { ...owner, bootId: "b1" } },
      ageMs: 0,
      verdict: "takeable",
    },
    { name: "running here", entry: held(), ageMs: 0, verdict: "alive" },
    { name: "running here for an hour", entry: held(), ageMs: 3_600_000, verdict: "alive" },
    { name: "dead here", entry: held(), ageMs: 0, look: "gone", verdict: "takeable" },
    { name: "another namespace, young", entry: elsewhere, ageMs: 60_000, verdict: "notCheckable" },
    { name: "another namespace, old", entry: elsewhere, ageMs: 60_001, verdict: "takeable" },
    {
      name: "a number that is dead here, in another namespace",
      entry: elsewhere,
      ageMs: 0,
      look: "gone",
      verdict: "notCheckable",
    },
    { name: "another boot, young", entry: held({ bootId: "b1" }), ageMs: 1, verdict: "notCheckable" },
    { name: "another boot, old", entry: held({ bootId: "b1" }), ageMs: 61_000, verdict: "takeable" },
    { name: "unreadable, young", entry: torn, ageMs: 59_000, verdict: "notCheckable" },
    { name: "unreadable, old", entry: torn, ageMs: 61_000, verdict: "takeable" },
    { name: "a little from the future", entry: elsewhere, ageMs: -60_000, verdict: "notCheckable" },
    { name: "far from the future: that clock was set", entry: elsewhere, ageMs: -60_001, verdict: "takeable" },
  ];
  for (const { name, entry, ageMs, look = "running", verdict } of cases) {
    it(`${name}: ${verdict}`, async () => {
      const processes = { self: async () => self, look: async () => look };
      const judging = { self, processes, fileSystemNow: async () => 10_000_000 + ageMs, leaseMs: 60_000 };
      assert.equal(await judge({ ...entry, modifiedAt: 10_000_000 }, judging), verdict);
    });
  }

  it("believes an owner as long as the file system's clock cannot be read", async () => {
    const processes = { self: async () => self, look: async () => "running" as const };
    const judging = { self, processes, fileSystemNow: async () => undefined, leaseMs: 60_000 };
    assert.equal(await judge({ ...elsewhere, modifiedAt: 0 }, judging), "notCheckable");
  });
});
