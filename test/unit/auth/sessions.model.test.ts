import assert from "node:assert/strict";
import * as fc from "fast-check";
import { createRandom } from "../../../src/sandbox/data/random.ts";
import { withStandInEditor } from "../../fakes/standInEditor.ts";
import type { MakeSignIn } from "./model/dialogue.ts";
import { events } from "./model/events.ts";
import type { Workbench } from "./model/stores.ts";
import { faultsOf } from "./model/verdict.ts";
import { ModelWorld } from "./model/world.ts";

/** `PROCORE_MODEL_RUNS=20000 PROCORE_MODEL_SEED=7 npx mocha test/unit/auth/sessions.model.test.ts` looks longer. */
const runs = Number(process.env["PROCORE_MODEL_RUNS"] ?? 1_500);
const seed = Number(process.env["PROCORE_MODEL_SEED"] ?? 20_260_105);

/** How often each event is drawn; everyday ones more than accidents. */
const weights: Readonly<Record<string, number>> = {
  use: 4,
  useAfter401: 5,
  signIn: 4,
  cancelSignOut: 3,
  timePasses: 4,
  reload: 2,
  startSignIn: 8,
  answerAsOwner: 5,
  answerAndUse: 5,
  answerAndKeep: 5,
  answerAndAdd: 5,
};

interface Real {
  readonly world: ModelWorld;
  readonly scheduler: fc.Scheduler;
}

/** What the model knows: which connections somebody began to sign in to. */
interface Model {
  readonly begun: Set<string>;
}

/** One event, and how many steps of what is under way take place before the next one. */
class EventCommand implements fc.AsyncCommand<Model, Real> {
  readonly #name: string;
  readonly #window: 0 | 1;
  readonly #id: string;
  readonly #steps: number;

  constructor(name: string, window: 0 | 1, id: string, steps: number) {
    this.#name = name;
    this.#window = window;
    this.#id = id;
    this.#steps = steps;
  }

  check({ begun }: Readonly<Model>): boolean {
    return begun.has(this.#id) || this.#name === "signIn" || (this.#id === "newest" && begun.size > 0);
  }

  async run(model: Model, { world, scheduler }: Real): Promise<void> {
    // A window that is reloaded has done all it could do until then.
    await settle();
    if (this.#name === "signIn" && this.#id !== "newest") model.begun.add(this.#id);
    const window = world.window(this.#window);
    const id = this.#id === "newest" ? (window.connections.current.connections.at(-1)?.id ?? "one") : this.#id;
    events[this.#name]?.({ world, window, id });
    for (let step = 0; step < this.#steps; step += 1) {
      await settle();
      if (scheduler.count() > 0) await scheduler.waitOne();
    }
  }

  toString(): string {
    return `${this.#name}(${"AB"[this.#window]}, ${this.#id}), ${this.#steps} steps`;
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const window = fc.constantFrom<0 | 1>(0, 1);
const id = fc.constantFrom("one", "one", "one", "two", "newest");
const steps = fc.oneof(fc.nat(6), fc.nat(40));
/** A dialogue comes to its next question mostly before something else happens. */
const stepsOfDialogue = fc.oneof(steps, fc.integer({ min: 8, max: 40 }));
const isOfDialogue = (name: string): boolean => name.startsWith("answer") || name === "startSignIn";
const commands = fc.commands(
  Object.keys(events).flatMap((name) =>
    Array.from({ length: weights[name] ?? 1 }, () =>
      fc
        .tuple(window, id, isOfDialogue(name) ? stepsOfDialogue : steps)
        .map(([at, of, count]) => new EventCommand(name, at, of, count)),
    ),
  ),
  { maxCommands: 36, size: "max" },
);

describe("connections, sessions and sign-ins of two windows, whatever happens in whatever order", function () {
  this.timeout(600_000);
  let makeSignIn: MakeSignIn;
  before(async () => {
    const { SignIn } = await withStandInEditor(() => import("../../../src/auth/signIn/signIn.ts"));
    makeSignIn = (deps) => new SignIn(deps);
  });
  for (const workbench of ["desktop", "browser"] as const satisfies readonly Workbench[]) {
    it(`lose no refresh token that is good, and send none twice (${workbench})`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), commands, fc.nat(), async (scheduler, list, order) => {
          const pass = (label: string): Promise<unknown> => scheduler.schedule(Promise.resolve(), label);
          const world = new ModelWorld(workbench, pass, makeSignIn);
          const random = createRandom(order);
          world.locks.chooseNext = (waiters) => Math.floor(random() * waiters);
          const rest = async (): Promise<void> => {
            for (await settle(); scheduler.count() > 0; await settle()) await scheduler.waitOne();
          };
          await rest();
          await fc.asyncModelRun(() => ({ model: { begun: new Set<string>() }, real: { world, scheduler } }), list);
          assert.deepEqual(await faultsOf(world, rest), []);
        }),
        { numRuns: runs, seed },
      );
    });
  }
});
