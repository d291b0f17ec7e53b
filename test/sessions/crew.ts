import { hourMs } from "../../src/core/clock.ts";
import type { Random } from "./random.ts";
import type { Report } from "./reports.ts";
import { startWorker, type Worker } from "./workers.ts";
import type { World } from "./world.ts";

/** The processes that run now; who is killed is replaced. */
export interface Crew {
  /** All there ever were. */
  readonly workers: readonly Worker[];
  running(): readonly Worker[];
  named(name: string | undefined): Worker | undefined;
  kill(worker: Worker): void;
  /** Ends all of them as a window that is closed ends, and waits. */
  finish(): Promise<void>;
  /** One more, with a right clock, that does only what it is told. */
  startFresh(): Promise<Worker>;
}

export interface CrewOptions {
  readonly world: World;
  readonly random: Random;
  /** How far the wall clock of each one is off. */
  readonly wallOffsetsMs: readonly number[];
  readonly launcher: readonly string[];
  readonly place: "here" | "elsewhere";
  readonly onReport: (report: Report) => void;
}

export const sixHoursMs = 6 * hourMs;

/** Starts a process for each offset, looping. */
export async function startCrew(options: CrewOptions): Promise<Crew> {
  const { world, random, wallOffsetsMs, launcher, place, onReport } = options;
  const workers: Worker[] = [];
  const starting: Promise<void>[] = [];
  const failures: unknown[] = [];
  let started = 0;
  let ended = false;
  const { folder, home } = world;
  const start = async (wallOffsetMs: number): Promise<void> => {
    started += 1;
    const worker = await startWorker(
      { folder, home, seed: random.seed(), wallOffsetMs, place, name: `window-${started}` },
      { launcher, onReport },
    );
    workers.push(worker);
    if (!ended) worker.ask({ do: "loop" });
  };
  const replace = async (): Promise<void> => {
    try {
      await start(0);
    } catch (error) {
      failures.push(error);
    }
  };
  await Promise.all(wallOffsetsMs.map(start));
  return {
    workers,
    async startFresh() {
      const seed = random.seed();
      const options = { folder, home, seed, wallOffsetMs: 0, place: "here", name: "fresh" } as const;
      const worker = await startWorker(options, { onReport });
      workers.push(worker);
      return worker;
    },
    running: () => workers.filter(({ end }) => end === "running"),
    named: (wanted) => workers.find(({ name }) => name === wanted),
    kill(worker) {
      if (worker.end !== "running") return;
      worker.kill();
      if (!ended) starting.push(replace());
    },
    async finish() {
      ended = true;
      await Promise.all(starting);
      await Promise.all(workers.map((worker) => worker.finish()));
      if (failures.length > 0) throw new AggregateError(failures, "A process could not be started");
    },
  };
}
