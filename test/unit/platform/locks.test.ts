import assert from "node:assert/strict";
import { ProcoreError } from "../../../src/core/errors.ts";
import { createLocks, type Locks, type StillHeld } from "../../../src/platform/locks.ts";
import { LockWorld, settle, watch } from "./connectionLock/lockWorld.ts";

const name = "sessions/one";

describe("locks of a window", () => {
  const world = (): { locks: (pid: number) => Locks; lock: LockWorld } => {
    const lock = new LockWorld();
    const locks = (pid: number): Locks =>
      createLocks({
        folder: "/shared",
        clock: lock.clock,
        files: lock.files,
        processes: lock.processes(pid, "pid:[1]"),
        onTrouble: (error) => assert.fail(String(error)),
      });
    return { locks, lock };
  };

  /** Work that holds the lock until it is let go, and can look at it. */
  function hold(locks: Locks) {
    let look: StillHeld = async () => "lost";
    let letGo = (): void => undefined;
    const held = watch(
      locks.hold(name, async (stillHeld) => {
        look = stillHeld;
        await new Promise<void>((resolve) => {
          letGo = resolve;
        });
      }),
    );
    return { held, look: () => look(), letGo: () => letGo() };
  }

  it("let a person take over from an owner that does not answer, and that one sees it", async () => {
    const { locks, lock } = world();
    const owner = hold(locks(1));
    await settle();
    const second = locks(2);
    const waiting = watch(second.hold(name, async () => "mine"));
    await lock.clock.advance(46_000);
    const error = waiting.error();
    assert.ok(error instanceof ProcoreError && error.failure.kind === "sessionBusy");
    await second.takeOver(name);
    assert.equal(await owner.look(), "lost");
    assert.equal(await second.hold(name, async (stillHeld) => await stillHeld()), "held");
    owner.letGo();
    await settle();
    assert.equal(await second.hold(name, async (stillHeld) => await stillHeld()), "held");
  });

  it("let a person take over the other locks as well on which this window gave up, and no more", async () => {
    const { locks, lock } = world();
    const never = new Promise<void>(() => undefined);
    for (const each of ["connections", "sessions/two"]) void locks(1).hold(each, () => never);
    await settle();
    const second = locks(2);
    const waiting = [
      watch(second.hold("connections", async () => "mine")),
      watch(second.hold("sessions/two", () => never)),
    ];
    await lock.clock.advance(46_000);
    for (const one of waiting) assert.ok(one.error() instanceof ProcoreError);
    await second.takeOver(name, undefined, ["connections", `${name}.handOuts`]);
    const others = [...lock.files.names.keys()].filter((file) => file.startsWith("/shared/sessions/two"));
    assert.deepEqual(others, ["/shared/sessions/two.lock/1"], "its owner is not followed by anybody");
    assert.equal(await second.hold("connections", async () => "mine"), "mine");
  });

  it("take nothing from an owner for whom this window did not wait long enough", async () => {
    const { locks, lock } = world();
    const owner = hold(locks(1));
    await settle();
    const taking = watch(locks(2).takeOver(name));
    await lock.clock.advance(10_000);
    assert.equal(await owner.look(), "held");
    owner.letGo();
    await lock.clock.advance(200);
    assert.equal(taking.error(), undefined);
    await taking.promise;
  });

  it("take nothing from the owner that came after the one that did not answer", async () => {
    const { locks, lock } = world();
    const stuck = hold(locks(1));
    await settle();
    const second = locks(2);
    watch(second.hold(name, async () => undefined));
    await lock.clock.advance(46_000);
    stuck.letGo();
    await settle();
    const next = hold(locks(3));
    await settle();
    const taking = watch(second.takeOver(name));
    await lock.clock.advance(1_000);
    assert.equal(await next.look(), "held");
    next.letGo();
    await lock.clock.advance(200);
    await taking.promise;
  });
});
