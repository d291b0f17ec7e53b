import { once } from "node:events";
import path from "node:path";
import { systemClock } from "../../src/platform/clock.ts";
import { createChain } from "../../src/platform/connectionLock/chain.ts";
import { takeOver } from "../../src/platform/connectionLock/index.ts";
import { systemFiles } from "../../src/platform/connectionLock/lockFiles.ts";
import type { Fault } from "../../src/sandbox/index.ts";
import type { Crew } from "./crew.ts";
import type { Random } from "./random.ts";
import type { Offer } from "./sends.ts";
import { canStop, type Worker } from "./workers.ts";
import type { World } from "./world.ts";

/** What was done to the processes and to the way between them and the server. */
export interface Disturbances {
  readonly kills: number;
  readonly stops: number;
  readonly takeOvers: number;
  /** Answers taken away after the server had acted. */
  readonly answersTaken: number;
  /** Requests that were kept from the server. */
  readonly requestsTaken: number;
}

/**
 * Disturbs until the signal comes; everything that was stopped goes on then. Each refresh that the server grants rolls
 * the dice, so that slow machines and fast ones see the same share of trouble. `dice` is asked for nothing else: what is
 * done after so many refreshes is the same each time.
 */
export async function disturb(
  options: { readonly world: World; readonly crew: Crew; readonly random: Random; readonly dice: Random },
  signal: AbortSignal,
): Promise<Disturbances> {
  const { world, crew, random, dice } = options;
  const done = { kills: 0, stops: 0, takeOvers: 0, answersTaken: 0, requestsTaken: 0 };
  const faults = new Set<{ dispose(): void }>();
  const works = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const background = (work: () => Promise<void>): void => {
    const running = work()
      .catch((error: unknown) => void failures.push(error))
      .finally(() => works.delete(running));
    works.add(running);
  };
  const kill = (worker: Worker | undefined): void => {
    if (worker?.end !== "running") return;
    done.kills += 1;
    crew.kill(worker);
  };
  const pause = (worker: Worker | undefined, connectionId?: string): void => {
    if (!canStop || worker?.end !== "running" || isStopped(worker)) return;
    done.stops += 1;
    worker.stop();
    background(async () => {
      if (connectionId !== undefined && (await takeOverFrom(worker, world, connectionId))) done.takeOvers += 1;
      await systemClock.sleep(random.between(20, connectionId === undefined ? 200 : 500));
      worker.goOn();
    });
  };
  const spoil = (): void => {
    const when = dice.chance(0.3) ? "after" : "before";
    if (when === "after") done.answersTaken += 1;
    else done.requestsTaken += 1;
    faults.add(world.sandbox.control.inject({ path: "/oauth/token", method: "POST", when, fault: pickFault(random) }));
  };
  /** Somebody, at a moment that has nothing to do with the server's. */
  const anybody = (act: (worker: Worker | undefined) => void): void =>
    background(async () => {
      await systemClock.sleep(random.between(0, 80));
      act(random.pick(crew.running()));
    });
  const roll = ({ sender, connectionId }: Offer): void => {
    const eyes = dice.next() * 100;
    // The worst moment there is: the server has committed, and its answer has not left.
    if (eyes < 1) kill(crew.named(sender));
    else if (eyes < 2.5) pause(crew.named(sender), connectionId);
    else if (eyes < 4) anybody(kill);
    else if (eyes < 12) anybody(pause);
    else if (eyes < 14) anybody((worker) => pause(worker, connectionId));
    else if (eyes < 22) spoil();
    else if (eyes < 50) world.sandbox.control.expireAccessTokens();
  };
  world.onOffer((offer) => {
    if (!signal.aborted && offer.outcome === "renewed") roll(offer);
  });
  await once(signal, "abort");
  for (const fault of faults) fault.dispose();
  while (works.size > 0) await Promise.all(works);
  if (failures.length > 0) throw new AggregateError(failures, "A disturbance failed");
  return done;
}

const isStopped = ({ stops }: Worker): boolean => stops.length > 0 && stops.at(-1)?.to === undefined;

function pickFault(random: Random): Fault {
  const dice = random.next();
  if (dice < 0.05) return { kind: "hang" };
  if (dice < 0.4) return { kind: "reset" };
  return { kind: "reply", status: random.chance(0.5) ? 503 : 500, body: "" };
}

/** A person's Take Over, if the stopped process has this connection's lock. */
async function takeOverFrom(worker: Worker, world: World, connectionId: string): Promise<boolean> {
  const folder = path.join(world.folder, `sessions/${connectionId}.lock`);
  const chain = createChain({ folder, files: systemFiles, clock: systemClock, leaseMs: 60_000 });
  const ticket = await chain.newest();
  const entry = await chain.read(ticket);
  if (entry?.state !== "held" || entry.owner.pid !== worker.pid) return false;
  worker.noteTakenOver(connectionId);
  const options = { folder, clock: systemClock, monotonicNow: () => performance.now() };
  await (await takeOver(options, { ticket, verdict: "alive" })).release();
  return true;
}
