import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parseEntry } from "../../../../src/platform/connectionLock/entry.ts";
import { takeLock } from "../../../../src/platform/connectionLock/index.ts";
import { LockWorld } from "./lockWorld.ts";
import { withSteps } from "./memoryFiles.ts";

/** File systems with hard links, and those without. */
const links = fc.constantFrom("known" as const, "unknown" as const);

const never = new Promise<never>(() => undefined);

/** Who dies (from 0) before which of its steps. */
const deaths = fc.array(fc.record({ who: fc.nat(3), step: fc.nat(70) }), { maxLength: 3 });

interface Actor {
  readonly pid: number;
  readonly step: () => Promise<void>;
}

describe("the lock under any order of steps", () => {
  /** Four processes, each of whose steps (calls, pauses, work under the lock) the scheduler orders at will. */
  function createActors(
    world: LockWorld,
    order: fc.Scheduler,
    options: { readonly deaths: readonly { who: number; step: number }[]; readonly onStep?: () => void },
  ): readonly Actor[] {
    return [0, 1, 2, 3].map((who) => {
      const pid = who + 1;
      const diesAt = Math.min(...options.deaths.filter((death) => death.who === who).map(({ step }) => step));
      let steps = 0;
      const step = async (): Promise<void> => {
        await order.schedule(Promise.resolve());
        options.onStep?.();
        steps += 1;
        if (steps > diesAt) world.gone.add(pid);
        if (world.gone.has(pid)) await never;
      };
      return { pid, step };
    });
  }
  const optionsOf = (world: LockWorld, { pid, step }: Actor, pidNamespace: string) => ({
    ...world.options(pid, { pidNamespace, patienceMs: 1e9, files: withSteps(world.files, step) }),
    clock: { now: () => world.clock.now(), sleep: step },
  });

  it("never lets two in, and never keeps anybody out for ever, whoever dies at whatever step", () =>
    fc.assert(
      fc.asyncProperty(fc.scheduler(), deaths, links, async (order, deaths, links) => {
        const world = new LockWorld({ links });
        const inside = new Set<number>();
        const actors = createActors(world, order, { deaths });
        const run = async (actor: Actor): Promise<void> => {
          for (let round = 0; round < 2; round += 1) {
            const lock = await takeLock(optionsOf(world, actor, "pid:[1]"));
            const others = [...inside].filter((pid) => !world.gone.has(pid));
            assert.deepEqual(others, [], `${actor.pid} came in`);
            inside.add(actor.pid);
            await actor.step();
            inside.delete(actor.pid);
            await lock.release();
          }
        };
        const mortal = new Set(deaths.map(({ who }) => who + 1));
        const runs = actors.map((actor) => ({ actor, end: run(actor) }));
        await order.waitFor(Promise.all(runs.filter(({ actor }) => !mortal.has(actor.pid)).map(({ end }) => end)));
      }),
      { numRuns: 60 },
    ));

  it("is held by the owner of the newest ticket only, when nobody can check anybody and time jumps", () =>
    fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.infiniteStream(
          fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(20_000, 45_000) }),
        ),
        async (order, jumps) => {
          const world = new LockWorld();
          const onStep = (): void => {
            // Nobody sleeps on this clock, so it moves at once.
            void world.clock.advance(jumps.next().value ?? 0);
          };
          const actors = createActors(world, order, { deaths: [], onStep });
          const run = async (actor: Actor): Promise<void> => {
            for (let round = 0; round < 2; round += 1) {
              const lock = await takeLock(optionsOf(world, actor, `pid:[${actor.pid}]`));
              for (let look = 0; look < 3; look += 1) {
                if ((await lock.stillHeld()) === "lost") break;
                const newest = parseEntry(
                  world.files.names.get(world.ticketFile(world.files.tickets.at(-1) ?? 0))?.text ?? "",
                );
                assert.ok(newest.state === "held" && newest.owner.pid === actor.pid);
              }
              await lock.release();
            }
          };
          await order.waitFor(Promise.all(actors.map(run)));
        },
      ),
      { numRuns: 60 },
    ));
});
