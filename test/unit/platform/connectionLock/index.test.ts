import assert from "node:assert/strict";
import { ProcoreError } from "../../../../src/core/errors.ts";
import { type HeldLock, takeLock, takeOver } from "../../../../src/platform/connectionLock/index.ts";
import { LockWorld, settle, watch } from "./lockWorld.ts";
import { withSteps } from "./memoryFiles.ts";

const failureKind = (error: unknown): string => (error instanceof ProcoreError ? error.failure.kind : String(error));

describe("takeLock", () => {
  let world = new LockWorld();
  beforeEach(() => {
    world = new LockWorld();
  });

  it("lets one in after the other", async () => {
    const first = await takeLock(world.options(1));
    const second = watch(takeLock(world.options(2)));
    await world.clock.advance(10_000);
    assert.equal(second.value(), undefined);
    assert.equal(await first.stillHeld(), "held");
    await first.release();
    assert.equal(await first.stillHeld(), "lost");
    await world.clock.advance(100);
    assert.equal(await second.value()?.stillHeld(), "held");
  });

  it("takes the lock of a dead process without waiting", async () => {
    await takeLock(world.options(1));
    world.gone.add(1);
    assert.equal(await (await takeLock(world.options(2))).stillHeld(), "held");
    assert.deepEqual(world.waited, []);
  });

  it("names each owner it waits for, once", async () => {
    const first = await takeLock(world.options(1));
    const second = watch(takeLock(world.options(2, { onWaiting: () => undefined })));
    await settle();
    const third = watch(takeLock(world.options(3)));
    await world.clock.advance(1_000);
    await first.release();
    await world.clock.advance(300);
    const winner = [second, third].find((take) => take.value() !== undefined);
    await winner?.value()?.release();
    await world.clock.advance(300);
    assert.ok(second.value() !== undefined && third.value() !== undefined);
    const [owner] = world.waited;
    assert.deepEqual(owner?.owner, { pid: 1, host: "desk", takenAt: world.clock.now() - 1_600 });
    assert.deepEqual(
      world.waited.map(({ ticket, verdict }) => [ticket, verdict]),
      winner === second
        ? [
            [1, "alive"],
            [2, "alive"],
          ]
        : [[1, "alive"]],
    );
  });

  it("says after 45 seconds that an owner that runs does not answer", async () => {
    await takeLock(world.options(1));
    const second = watch(takeLock(world.options(2)));
    await world.clock.advance(44_900);
    assert.equal(second.error(), undefined);
    await world.clock.advance(300);
    assert.equal(failureKind(second.error()), "sessionBusy");
    assert.equal(world.clock.sleeperCount, 0);
  });

  it("begins to count anew with each owner", async () => {
    const first = await takeLock(world.options(1));
    const second = takeLock(world.options(2));
    const third = watch(takeLock(world.options(3)));
    await world.clock.advance(40_000);
    await first.release();
    // Whoever of the two comes second has waited for 40 s, for another owner.
    await world.clock.advance(40_000);
    assert.equal(third.error(), undefined);
    await Promise.race([second, third.promise]);
  });

  it("waits for one that cannot be checked until its ticket is older than a lease", async () => {
    const far = await takeLock(world.options(1, { pidNamespace: "pid:[2]" }));
    world.gone.add(1);
    const near = watch(takeLock(world.options(2)));
    await world.clock.advance(60_000);
    assert.equal(near.value(), undefined);
    assert.equal(near.error(), undefined);
    await world.clock.advance(500);
    assert.equal(await near.value()?.stillHeld(), "held");
    assert.equal(await far.stillHeld(), "lost");
    assert.equal(world.waited[0]?.verdict, "notCheckable");
  });

  const unreadable: readonly { name: string; text: string }[] = [
    { name: "an empty ticket", text: "" },
    { name: "a torn ticket", text: 'held\n{"v":1,"pid"' },
    { name: "a ticket of a newer version", text: 'held\n{"v":2}\n' },
  ];
  for (const { name, text } of unreadable) {
    it(`leaves ${name} alone for a lease, and does not touch it then`, async () => {
      world.files.put(world.ticketFile(1), text);
      const lock = watch(takeLock(world.options(2)));
      await world.clock.advance(60_000);
      assert.equal(lock.value(), undefined);
      await world.clock.advance(500);
      assert.equal(await lock.value()?.stillHeld(), "held");
      assert.equal(world.files.names.get(world.ticketFile(1))?.text, text);
      assert.equal(world.waited[0]?.owner, undefined);
    });
  }

  it("stops waiting when it is told to, with the reason", async () => {
    await takeLock(world.options(1));
    const stop = new AbortController();
    const second = watch(takeLock(world.options(2), stop.signal));
    await world.clock.advance(1_000);
    const reason = new Error("closed");
    stop.abort(reason);
    await settle();
    assert.equal(second.error(), reason);
    assert.equal(world.clock.sleeperCount, 0);
    await assert.rejects(takeLock(world.options(3), stop.signal), reason);
    assert.deepEqual(world.files.tickets, [1]);
  });

  it("keeps no lock when it is stopped while it takes it", async () => {
    const stop = new AbortController();
    const reason = new Error("closed");
    const files = withSteps(world.files, async (call) => {
      if (call === "link") stop.abort(reason);
    });
    await assert.rejects(takeLock(world.options(1, { files }), stop.signal), reason);
    assert.equal(await (await takeLock(world.options(2))).stillHeld(), "held");
    assert.deepEqual(world.waited, []);
  });

  const troubles: readonly { call: string; doing: "read" | "write" }[] = [
    { call: "list", doing: "read" },
    { call: "makeFolder", doing: "write" },
    { call: "create", doing: "write" },
  ];
  for (const { call, doing } of troubles) {
    it(`tells that the lock could not be used when ${call} fails`, async () => {
      const trouble = Object.assign(new Error("disk"), { code: "EIO" });
      const files = withSteps(world.files, async (name) => {
        if (name === call) throw trouble;
      });
      const { error } = await watchEnd(takeLock(world.options(1, { files })));
      assert.ok(error instanceof ProcoreError);
      assert.deepEqual(error.failure, { kind: "storage", what: "The lock of your session", doing });
      assert.equal(error.cause, trouble);
    });
  }

  it("gives back a ticket that it cannot read", async () => {
    const files = withSteps(world.files, async (name) => {
      if (name === "read") throw Object.assign(new Error("disk"), { code: "EIO" });
    });
    assert.equal(failureKind((await watchEnd(takeLock(world.options(1, { files })))).error), "storage");
    await takeLock(world.options(2));
    assert.deepEqual(world.waited, []);
  });

  it("works where links are unknown", async () => {
    world = new LockWorld({ links: "unknown" });
    const first = await takeLock(world.options(1));
    const second = watch(takeLock(world.options(2)));
    await world.clock.advance(1_000);
    assert.equal(second.value(), undefined);
    await first.release();
    await world.clock.advance(1_000);
    assert.equal(await second.value()?.stillHeld(), "held");
  });

  it("leaves no more behind than the newest ticket, the one before, and those of the last lease", async () => {
    world.files.put(`${world.folder}/killed.draft`, "");
    for (let take = 1; take <= 5; take += 1) {
      await (await takeLock(world.options(1))).release();
      await world.clock.advance(61_000);
    }
    for (let take = 6; take <= 8; take += 1) await (await takeLock(world.options(1))).release();
    assert.deepEqual(world.files.tickets, [5, 6, 7, 8]);
    assert.equal(world.files.names.size, 4);
  });
});

describe("stillHeld", () => {
  const cases: readonly { name: string; wallMs: number; monotonicMs: number; is: string }[] = [
    { name: "at once", wallMs: 0, monotonicMs: 0, is: "held" },
    { name: "after half a lease", wallMs: 30_000, monotonicMs: 30_000, is: "held" },
    { name: "after more than half a lease", wallMs: 30_001, monotonicMs: 30_001, is: "lost" },
    { name: "after a sleep that the monotonic clock did not see", wallMs: 30_001, monotonicMs: 5, is: "lost" },
    { name: "after a time that the wall clock did not see", wallMs: 5, monotonicMs: 30_001, is: "lost" },
    { name: "when the wall clock was set back", wallMs: -30_001, monotonicMs: 5, is: "lost" },
    { name: "when the wall clock was corrected a little", wallMs: -30_000, monotonicMs: 5, is: "held" },
  ];
  for (const { name, wallMs, monotonicMs, is } of cases) {
    it(`${name}: ${is}`, async () => {
      const world = new LockWorld();
      let [wall, monotonic] = [1_000_000, 0];
      const clock = { now: () => wall, sleep: () => Promise.resolve() };
      const lock = await takeLock(world.options(1, { clock, monotonicNow: () => monotonic }));
      [wall, monotonic] = [wall + wallMs, monotonicMs];
      assert.equal(await lock.stillHeld(), is);
    });
  }

  it("is lost when the folder was removed", async () => {
    const world = new LockWorld();
    const lock = await takeLock(world.options(1));
    world.files.names.clear();
    assert.equal(await lock.stillHeld(), "lost");
    await lock.release();
  });
});

describe("takeOver", () => {
  async function held(world: LockWorld): Promise<HeldLock> {
    const lock = await takeLock(world.options(1));
    const busy = watch(takeLock(world.options(2)));
    await world.clock.advance(46_000);
    assert.equal(failureKind(busy.error()), "sessionBusy");
    return lock;
  }

  it("takes the lock of an owner that runs, which then sees that it lost it and harms nobody", async () => {
    const world = new LockWorld();
    const victim = await held(world);
    const [owner] = world.waited;
    assert.ok(owner !== undefined);
    const thief = await takeOver(world.options(2), owner);
    assert.equal(await victim.stillHeld(), "lost");
    await victim.release();
    await victim.release();
    assert.equal(await thief.stillHeld(), "held");
    const third = watch(takeLock(world.options(3)));
    await world.clock.advance(1_000);
    assert.equal(third.value(), undefined);
  });

  it("waits if somebody else has the lock by now", async () => {
    const world = new LockWorld();
    const victim = await held(world);
    const [owner] = world.waited;
    assert.ok(owner !== undefined);
    await victim.release();
    const other = await takeLock(world.options(3));
    const thief = watch(takeOver(world.options(2), owner));
    await world.clock.advance(1_000);
    assert.equal(thief.value(), undefined);
    assert.equal(await other.stillHeld(), "held");
    await other.release();
    await world.clock.advance(1_000);
    assert.equal(await thief.value()?.stillHeld(), "held");
  });
});

async function watchEnd<T>(promise: Promise<T>): Promise<{ readonly error: unknown }> {
  const seen = watch(promise);
  await settle();
  return { error: seen.error() };
}
