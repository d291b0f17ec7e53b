import type { Clock } from "../../clock.ts";
import type { Random } from "../../random.ts";
import type { TimedReply } from "../exchange.ts";
import type { RateLimit } from "../rateLimit.ts";
import { Lane, type Place, type Priority } from "./lane.ts";
import { type Limits, merged, withPause, withReply } from "./limits.ts";
import type { RequestWait } from "./wait.ts";

/** What the windows of the editor tell each other of a connection's limits; never a reason to wait or to fail. */
export interface SharedLimits {
  /** What was told last, by any window; undefined when nothing was, or when it cannot be read. */
  read(connectionId: string): Promise<Limits | undefined>;
  /** Tells it; returns at once. */
  write(connectionId: string, limits: Limits): void;
  forget(connectionId: string): Promise<void>;
}

export interface PacerDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly shared?: SharedLimits;
  /** Hears what replies, of this window or another, tell of a connection's limits. */
  readonly onRateLimit?: (connectionId: string, limit: RateLimit) => void;
  /** Hears when requests of a connection begin to wait, for how long, and when they go on. */
  readonly onWait?: (connectionId: string, wait: RequestWait | undefined) => void;
}

/** A request that goes through the queue, as often as it is sent. */
export interface Ticket {
  /** Resolves when the request may leave; whoever gets that calls `leave` once. Rejects as `Pacer` says. */
  enter(signal?: AbortSignal): Promise<void>;
  leave(): void;
  /** Waits `ms` before the request enters again; progress is told. */
  backOff(ms: number, signal?: AbortSignal): Promise<void>;
}

/**
 * Lets requests leave as Procore's limits allow: each connection has a queue, and the limits are those that replies
 * told, never assumed. Waiting ends with the signal's reason as soon as it is aborted, and with `rateLimited` and the
 * time when the next opening is further away than `maxWaitMs`.
 * @see procore/documentation plan_your_app/rate_limiting.md
 */
export class Pacer {
  readonly #deps: PacerDependencies;
  readonly #lanes = new Map<string, Lane>();
  #order = 0;

  constructor(deps: PacerDependencies) {
    this.#deps = deps;
  }

  /** A place in the connection's queue. */
  ticket(connectionId: string, priority: Priority): Ticket {
    const place: Place = { priority, order: (this.#order += 1) };
    const lane = this.#lane(connectionId);
    return {
      enter: async (signal) => {
        await this.#learn(connectionId);
        signal?.throwIfAborted();
        await lane.enter(place, signal);
      },
      leave: () => {
        lane.leave();
        // Not waited for: what another window told meanwhile counts from the next request on.
        this.#learn(connectionId).catch(() => undefined);
      },
      backOff: (ms, signal) => lane.backOff(ms, signal),
    };
  }

  /** Takes in what a reply told, here and for the other windows. */
  note(connectionId: string, timed: TimedReply): void {
    const lane = this.#lane(connectionId);
    this.#adopt(connectionId, withReply(lane.limits, timed), "tell");
  }

  /** Nothing of the connection leaves before `until`, in any window. */
  pause(connectionId: string, until: number): void {
    const lane = this.#lane(connectionId);
    this.#adopt(connectionId, withPause(lane.limits, until, this.#deps.clock.now()), "tell");
  }

  /** Forgets a connection that was removed. */
  async forget(connectionId: string): Promise<void> {
    this.#lanes.delete(connectionId);
    await this.#deps.shared?.forget(connectionId);
  }

  /** Rejects whoever still waits with `reason`. */
  close(reason: unknown): void {
    for (const lane of this.#lanes.values()) lane.close(reason);
  }

  async #learn(connectionId: string): Promise<void> {
    const other = await this.#deps.shared?.read(connectionId).catch(() => undefined);
    if (other === undefined) return;
    const lane = this.#lane(connectionId);
    this.#adopt(connectionId, merged(lane.limits, other, this.#deps.clock.now()), "keep");
  }

  #adopt(connectionId: string, limits: Limits, spread: "tell" | "keep"): void {
    const lane = this.#lane(connectionId);
    const before = lane.limits;
    if (limits === before) return;
    lane.learn(limits);
    if (spread === "tell") this.#deps.shared?.write(connectionId, lane.limits);
    const newest = lane.limits.windows.findLast((window) => !before.windows.includes(window));
    if (newest === undefined) return;
    const { limit, remaining, resetAt } = newest;
    this.#deps.onRateLimit?.(connectionId, { limit, remaining, resetAt });
  }

  #lane(connectionId: string): Lane {
    const { clock, random, onWait } = this.#deps;
    const lane =
      this.#lanes.get(connectionId) ??
      new Lane({
        clock,
        random,
        onWait: (wait) => onWait?.(connectionId, wait),
        onWake: () => this.#wake(connectionId),
      });
    this.#lanes.set(connectionId, lane);
    return lane;
  }

  #wake(connectionId: string): void {
    const pump = (): void => {
      const lane = this.#lane(connectionId);
      lane.learn(lane.limits);
    };
    this.#learn(connectionId).then(pump, pump);
  }
}
