import assert from "node:assert/strict";
import { type HeldLock, takeLock, takeOver } from "../../../../src/platform/connectionLock/index.ts";
import { LockWorld, settle, watch, type Watched } from "./lockWorld.ts";
import { withSteps } from "./memoryFiles.ts";

/** Short, so that little has to happen while it goes by; nobody loses patience unless a test wants it. */
const leaseMs = 6_000;
const patienceMs = 1e9;

/** Stops a process before its file system call number `at`, counted from 0, until `go`. */
function stopper(world: LockWorld, at: number) {
  let calls = 0;
  let go = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const files = withSteps(world.files, async () => {
    calls += 1;
    if (calls === at + 1) await gate;
  });
  return { files, go: () => go(), reached: () => calls > at };
}

/** Runs `scenario` once for each call that the process makes; the scenario tells when it made no more. */
async function atEachStep(scenario: (at: number) => Promise<"stopped" | "ended">): Promise<void> {
  let at = 0;
  while ((await scenario(at)) === "stopped") at += 1;
  assert.ok(at >= 2, `stopped at ${at} steps only`);
}

/** Lets all takes come to their end, one after the other, and asserts that no two ever hold the lock. */
async function drain(world: LockWorld, takes: readonly Watched<HeldLock>[], where: string): Promise<void> {
  let left = takes;
  for (let round = 0; left.length > 0; round += 1) {
    assert.ok(round < 100, `${where}: somebody never gets the lock`);
    const states = await Promise.all(left.map(async (take) => await take.value()?.stillHeld()));
    const holders = left.filter((_, index) => states[index] === "held");
    assert.ok(holders.length <= 1, `${where}: ${holders.length} hold the lock`);
    for (const take of left) assert.equal(take.error(), undefined, where);
    const done = left.filter((take) => take.value() !== undefined);
    for (const take of done) await take.value()?.release();
    left = left.filter((take) => !done.includes(take));
    await world.clock.advance(200);
  }
}

const befores: readonly { name: string; prepare: (world: LockWorld) => Promise<void> }[] = [
  { name: "no lock yet", prepare: async () => undefined },
  {
    name: "a released lock",
    prepare: async (world) => await (await takeLock(world.options(90, { leaseMs }))).release(),
  },
  {
    name: "a dead owner",
    prepare: async (world) => {
      await takeLock(world.options(90, { leaseMs }));
      world.gone.add(90);
    },
  },
  {
    name: "a stale owner of another namespace",
    prepare: async (world) => {
      await takeLock(world.options(90, { leaseMs, pidNamespace: "pid:[9]" }));
      await world.clock.advance(6_001);
    },
  },
];

/** What others do while the process stands still. */
const meanwhiles: readonly {
  name: string;
  act: (world: LockWorld, take: (pid: number) => Promise<HeldLock | undefined>) => Promise<void>;
}[] = [
  { name: "another one takes it", act: async (_, take) => void (await take(2)) },
  {
    name: "three take it in turn, the last one keeps it",
    act: async (_, take) => {
      await (await take(2))?.release();
      await (await take(3))?.release();
      await take(4);
    },
  },
  {
    name: "so much time goes by that old tickets are removed",
    act: async (world, take) => {
      await (await take(2))?.release();
      await (await take(3))?.release();
      await world.clock.advance(10_000);
      await (await take(4))?.release();
      await world.clock.advance(10_000);
      await take(5);
    },
  },
  {
    name: "old tickets are removed though its own clocks did not move",
    act: async (world, take) => {
      await (await take(2))?.release();
      await (await take(3))?.release();
      world.files.age(10_000);
      await (await take(4))?.release();
      world.files.age(10_000);
      await take(5);
    },
  },
];

describe("a process that is stopped between two steps", () => {
  for (const { name: before, prepare } of befores) {
    for (const { name: meanwhile, act } of meanwhiles) {
      it(`of taking ${before}, while ${meanwhile}`, () =>
        atEachStep(async (at) => {
          const world = new LockWorld();
          await prepare(world);
          const stop = stopper(world, at);
          const slow = watch(takeLock(world.options(1, { files: stop.files, leaseMs, patienceMs })));
          await settle();
          if (!stop.reached()) return "ended";
          const takes = [slow];
          await act(world, async (pid) => {
            const take = watch(takeLock(world.options(pid, { leaseMs, patienceMs })));
            takes.push(take);
            await settle();
            return take.value();
          });
          stop.go();
          await world.clock.advance(1_000);
          await drain(world, takes, `step ${at}`);
          return "stopped";
        }));
    }

    it(`of taking ${before}, for ever: the next one does not wait`, () =>
      atEachStep(async (at) => {
        const world = new LockWorld();
        await prepare(world);
        const stop = stopper(world, at);
        watch(takeLock(world.options(1, { leaseMs, files: stop.files })));
        await settle();
        if (!stop.reached()) return "ended";
        world.gone.add(1);
        const next = watch(takeLock(world.options(2, { leaseMs })));
        await settle();
        assert.equal(await next.value()?.stillHeld(), "held", `step ${at}`);
        return "stopped";
      }));
  }

  it("of taking it, for more than half a lease: it does not come back with a ticket of that age", () =>
    atEachStep(async (at) => {
      const world = new LockWorld();
      const stop = stopper(world, at);
      const slow = watch(takeLock(world.options(1, { leaseMs, files: stop.files })));
      await settle();
      if (!stop.reached()) return "ended";
      await world.clock.advance(3_001);
      stop.go();
      await world.clock.advance(200);
      const newest = world.files.names.get(world.ticketFile(world.files.tickets.at(-1) ?? 0));
      const isYoung = newest !== undefined && world.clock.now() - newest.modifiedAt <= 200;
      assert.equal(await slow.value()?.stillHeld(), isYoung ? "held" : "lost", `step ${at}`);
      return "stopped";
    }));

  it("of releasing, while it is taken over: the thief keeps its lock", async () => {
    const world = new LockWorld();
    const gate = stopper(world, 0);
    const files = withSteps(world.files, async (call) => {
      if (call === "overwriteStart") await gate.files.list(world.folder);
    });
    const held = await takeLock(world.options(1, { leaseMs, files }));
    const release = watch(held.release());
    await settle();
    const waiting = watch(takeLock(world.options(2, { leaseMs, patienceMs: 0 })));
    await settle();
    const [owner] = world.waited;
    assert.ok(owner !== undefined && waiting.error() !== undefined);
    const thief = await takeOver(world.options(2, { leaseMs }), owner);
    gate.go();
    await release.promise;
    assert.equal(await thief.stillHeld(), "held");
  });

  it("of taking over, while the owner releases and another one takes it: that one keeps it", () =>
    atEachStep(async (at) => {
      const world = new LockWorld();
      const victim = await takeLock(world.options(9, { leaseMs }));
      const busy = watch(takeLock(world.options(1, { leaseMs, patienceMs: 0 })));
      await settle();
      const [owner] = world.waited;
      assert.ok(owner !== undefined && busy.error() !== undefined);
      const stop = stopper(world, at);
      const slow = watch(takeOver(world.options(1, { files: stop.files, leaseMs, patienceMs }), owner));
      await settle();
      if (!stop.reached()) return "ended";
      await victim.release();
      const other = watch(takeLock(world.options(2, { leaseMs, patienceMs })));
      await settle();
      stop.go();
      await world.clock.advance(1_000);
      await drain(world, [slow, other], `step ${at}`);
      return "stopped";
    }));

  it("of looking whether it still holds the lock, for more than half a lease: it does not", () =>
    atEachStep(async (at) => {
      const world = new LockWorld();
      let stop: ReturnType<typeof stopper> | undefined;
      const files = withSteps(world.files, async () => {
        await stop?.files.list(world.folder);
      });
      const lock = await takeLock(world.options(1, { leaseMs, files }));
      stop = stopper(world, at);
      const look = watch(lock.stillHeld());
      await settle();
      if (!stop.reached()) return "ended";
      await world.clock.advance(3_001);
      stop.go();
      assert.equal(await look.promise, "lost", `step ${at}`);
      return "stopped";
    }));

  it("of creating a ticket where links are unknown: others wait for a lease", async () => {
    const world = new LockWorld({ links: "unknown" });
    world.files.put(world.ticketFile(1), "");
    const next = watch(takeLock(world.options(2, { leaseMs })));
    await world.clock.advance(6_000);
    assert.equal(next.value(), undefined);
    await world.clock.advance(500);
    assert.equal(await next.value()?.stillHeld(), "held");
  });
});
