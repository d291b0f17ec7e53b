import assert from "node:assert/strict";
import type { SessionState } from "../../../src/core/session.ts";
import { followRemovals, forgetRemoved } from "../../../src/explorer/removals.ts";
import { FakeSessionSource } from "../../fakes/fakeSessionSource.ts";
import { sampleConnection } from "../../fakes/sampleConnection.ts";

const listed = (...ids: readonly string[]): SessionState => ({
  active: undefined,
  pending: undefined,
  connections: ids.map((id) => sampleConnection({ id })),
});

function setUp(...ids: readonly string[]) {
  const session = new FakeSessionSource(listed(...ids));
  const heard: string[] = [];
  const following = followRemovals(session, (connections, why) => heard.push(`${why}: ${connections.join()}`));
  return { session, heard, following };
}

describe("connections that are no more", () => {
  const cases = [
    { name: "one of two goes", before: ["a", "b"], after: ["b"], hears: ["removed: b"] },
    { name: "the last one goes", before: ["a"], after: [], hears: ["removed: "] },
    { name: "one goes where another comes", before: ["a"], after: ["b"], hears: ["removed: b"] },
    { name: "the list is read", before: [], after: ["a"], hears: ["listed: a"] },
    { name: "the list is still not read", before: [], after: [], hears: [] },
    { name: "one changes", before: ["a"], after: ["a"], hears: ["listed: a"] },
  ] as const;
  for (const { name, before, after, hears } of cases) {
    it(`are told as ${hears.join() || "nothing"} when ${name}`, () => {
      const { session, heard } = setUp(...before);
      session.set(listed(...after));
      assert.deepEqual(heard, hears);
    });
  }

  it("are told once each, and no more when nobody listens", () => {
    const { session, heard, following } = setUp("a", "b", "c");
    session.set(listed("a", "b"));
    session.set(listed("a"));
    session.set(listed("a"));
    following.dispose();
    session.set(listed());
    assert.deepEqual(heard, ["removed: a,b", "removed: a", "listed: a"]);
  });

  it("are forgotten by what comes late, unless the list was not read yet", () => {
    const kept: string[] = [];
    const late = { keepOnly: (ids: readonly string[]) => void kept.push(ids.join()) };
    forgetRemoved(setUp().session, late);
    forgetRemoved(setUp("a", "b").session, late);
    assert.deepEqual(kept, ["a,b"]);
  });
});
