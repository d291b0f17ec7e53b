import assert from "node:assert/strict";
import { createFollowWaits } from "../../../../../src/core/http/pacing/followWaits.ts";
import { WaitBoard } from "../../../../../src/core/http/pacing/wait.ts";
import { FakeClock } from "../../../../fakes/fakeClock.ts";

function setUp() {
  const clock = new FakeClock();
  const waits = new WaitBoard();
  const said: (string | undefined)[] = [];
  let connectionId: string | undefined = "c1";
  const follow = createFollowWaits({ waits, clock });
  const following = follow(
    () => connectionId,
    (text) => void said.push(text),
  );
  const use = (id: string | undefined): void => void (connectionId = id);
  return { clock, waits, said, following, use };
}

describe("progress of who waits", () => {
  it("counts the seconds down and ends with the wait", async () => {
    const { clock, waits, said } = setUp();
    waits.set("c1", { reason: "rateLimit", until: clock.now() + 2_500 });
    await clock.advance(2_400);
    assert.deepEqual(
      said,
      [3, 2, 1].map((seconds) => `Waiting ${seconds} s for Procore's rate limit`),
    );
    waits.set("c1", undefined);
    assert.equal(said.at(-1), undefined);
    assert.equal(said.length, 4);
    await clock.advance(60_000);
    assert.equal(clock.sleeperCount, 0);
  });

  it("says nothing of a moment, of another connection or without one", async () => {
    const { clock, waits, said, use } = setUp();
    waits.set("c1", { reason: "retry", until: clock.now() + 900 });
    waits.set("c2", { reason: "rateLimit", until: clock.now() + 9_000 });
    use(undefined);
    waits.set("c1", { reason: "rateLimit", until: clock.now() + 9_000 });
    await clock.advance(20_000);
    assert.deepEqual(said, []);
    assert.equal(clock.sleeperCount, 0);
  });

  it("clears what it says when the connection changes", async () => {
    const { clock, waits, said, use } = setUp();
    waits.set("c1", { reason: "rateLimit", until: clock.now() + 9_000 });
    use("c2");
    await clock.advance(1_000);
    assert.deepEqual(said, ["Waiting 9 s for Procore's rate limit", undefined]);
    assert.equal(clock.sleeperCount, 0);
  });

  it("leaves nothing when it is disposed, and tells one that comes late", async () => {
    const { clock, waits, said, following } = setUp();
    waits.set("c1", { reason: "rateLimit", until: clock.now() + 9_000 });
    following.dispose();
    await clock.advance(5_000);
    assert.equal(said.length, 1);
    assert.equal(clock.sleeperCount, 0);
    const late: (string | undefined)[] = [];
    createFollowWaits({ waits, clock })(
      () => "c1",
      (text) => void late.push(text),
    ).dispose();
    assert.deepEqual(late, ["Waiting 4 s for Procore's rate limit"]);
  });
});
