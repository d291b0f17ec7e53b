import type { HomeKind } from "../../src/auth/sessionHome.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { startCrew, type Crew } from "./crew.ts";
import { disturb, type Disturbances } from "./disturbances.ts";
import { judge, type Loss, type Verdict } from "./judge.ts";
import { createRandom } from "./random.ts";
import type { Report } from "./reports.ts";
import type { Worker } from "./workers.ts";
import { startWorld, type World } from "./world.ts";

export interface ManyProcessesOptions {
  readonly seed: number;
  /** How many refreshes the server is to grant before the run ends. */
  readonly refreshes: number;
  readonly processes: number;
  /** The whole run is over then, or fails. */
  readonly boundMs: number;
  /** No more refreshes are waited for when only this much of it is left. Default `finishMs`. */
  readonly keepMs?: number;
  /** Default 2. */
  readonly connections?: number;
  /** Default `sealedFile`. */
  readonly home?: HomeKind;
  /** Kills, stops, take-overs, faults; default `all`. */
  readonly disturbances?: "all" | "none";
  /** How far the wall clocks of the processes are off, in order; 0 for the others. */
  readonly wallOffsetsMs?: readonly number[];
  /** A program that starts each process, as in `["unshare", "--pid", "--fork"]`. */
  readonly launcher?: readonly string[];
  readonly place?: "here" | "elsewhere";
}

export interface ManyProcessesResult extends Disturbances, Verdict {
  /** Granted by the server. */
  readonly refreshes: number;
  readonly elapsedMs: number;
  /** Requests that brought their answer. */
  readonly worked: number;
  /** Requests that ended in a word about signing in, true or not. */
  readonly askedToSignIn: number;
  /** Sessions that a fresh process could use at the end. */
  readonly usableAtEnd: number;
  readonly connections: number;
}

const quiet: Disturbances = { kills: 0, stops: 0, takeOvers: 0, answersTaken: 0, requestsTaken: 0 };

/** Lets processes share sessions, disturbs them, and judges what the server and they themselves have seen. */
export async function runManyProcesses(options: ManyProcessesOptions): Promise<ManyProcessesResult> {
  const { seed, processes, wallOffsetsMs = [], launcher = [], place = "here", home = "sealedFile" } = options;
  const startedAt = Date.now();
  const bound = createBound(options.boundMs);
  const random = createRandom(seed);
  const world = await startWorld({ connections: options.connections ?? 2, home, seed: random.seed() });
  const watch = createWatch(world);
  let crew: Crew | undefined;
  try {
    const offsets = Array.from({ length: processes }, (_, index) => wallOffsetsMs[index] ?? 0);
    crew = await startCrew({
      world,
      random,
      launcher,
      place,
      wallOffsetsMs: offsets,
      onReport: (report) => watch.onReport(report),
    });
    const end = new AbortController();
    const disturbing =
      options.disturbances === "none"
        ? Promise.resolve(quiet)
        : disturb({ world, crew, random, dice: createRandom(seed) }, end.signal);
    const renewed = (): number => world.offers.filter(({ outcome }) => outcome === "renewed").length;
    const deadline = startedAt + options.boundMs - (options.keepMs ?? finishMs);
    while (renewed() < options.refreshes && Date.now() < deadline) await systemClock.sleep(25);
    end.abort();
    const done = await bound.within(disturbing);
    await bound.within(crew.finish());
    await bound.within(watch.settled());
    const usableAtEnd = await bound.within(countUsable({ world, watch, fresh: await crew.startFresh() }));
    const { workers } = crew;
    const reports = workers.flatMap((worker) => worker.reports);
    const verdict = judge({ ...done, offers: world.offers, workers, losses: watch.losses });
    return {
      ...done,
      ...verdict,
      unexplained: [...verdict.unexplained, ...watch.problems, ...bugs(reports)],
      refreshes: renewed(),
      elapsedMs: Date.now() - startedAt,
      worked: reports.filter(({ kind }) => kind === "worked").length,
      askedToSignIn: reports.filter(isAskedToSignIn).length,
      usableAtEnd,
      connections: world.connectionIds.length,
    };
  } finally {
    bound.dispose();
    for (const worker of crew?.running() ?? []) worker.kill();
    await world.close();
  }
}

/** What is kept of a run's time for its processes to end and for a fresh one to look at the sessions. */
export const finishMs = 10_000;

/** Waits no longer than until the time is up, and rejects then. */
function createBound(boundMs: number): { within<T>(work: Promise<T>): Promise<T>; dispose(): void } {
  const ended = new AbortController();
  const over = systemClock.sleep(boundMs, ended.signal).then((): never => {
    throw new Error(`The run was not over after ${Math.round(boundMs) / 1_000} s`);
  });
  over.catch(() => undefined);
  return { within: (work) => Promise.race([work, over]), dispose: () => ended.abort() };
}

const isAskedToSignIn = (report: Report): boolean =>
  report.kind === "failed" && report.failure.startsWith("signedOut/");

const bugs = (reports: readonly Report[]): readonly string[] =>
  reports.flatMap((report) => ("failure" in report && report.failure.startsWith("bug") ? [report.failure] : []));

/** A person at the screens: when a window says that it is signed out and it is true, signs in again. */
function createWatch(world: World) {
  const losses: Loss[] = [];
  const problems: string[] = [];
  const since = new Map<string, number>();
  const mending = new Map<string, Promise<void>>();
  const mend = async (connectionId: string): Promise<void> => {
    const stored = await world.loss(connectionId);
    if (stored === undefined) return;
    const at = Date.now();
    losses.push({ connectionId, from: since.get(connectionId) ?? 0, to: world.offers.length, at, stored });
    since.set(connectionId, await world.signIn(connectionId));
  };
  const look = (connectionId: string): Promise<void> => {
    const running = mending.get(connectionId);
    if (running !== undefined) return running;
    const work = mend(connectionId)
      .catch((error: unknown) => void problems.push(`the person could not sign in: ${String(error)}`))
      .finally(() => mending.delete(connectionId));
    mending.set(connectionId, work);
    return work;
  };
  return {
    losses,
    problems,
    look,
    onReport(report: Report): void {
      if (report.kind === "failed" && isAskedToSignIn(report)) void look(report.connectionId);
    },
    async settled(): Promise<void> {
      await Promise.all(mending.values());
    },
  };
}

/** A process that was just started uses every session; one that it cannot use is looked at, and mended if lost. */
async function countUsable({
  world,
  watch,
  fresh,
}: {
  readonly world: World;
  readonly watch: ReturnType<typeof createWatch>;
  readonly fresh: Worker;
}): Promise<number> {
  let usable = 0;
  for (const connectionId of world.connectionIds) {
    let answer = await fresh.tried({ do: "use", connectionId });
    if (answer.kind === "failed") {
      await watch.look(connectionId);
      answer = await fresh.tried({ do: "use", connectionId });
    }
    if (answer.kind === "worked") usable += 1;
    else watch.problems.push(`a fresh process cannot use ${connectionId}: ${JSON.stringify(answer)}`);
  }
  await fresh.finish();
  return usable;
}
