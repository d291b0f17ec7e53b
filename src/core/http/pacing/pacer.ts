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
  /** Takes in what a reply told, here and for the other windows. */
  note(timed: TimedReply): void;
  /** Nothing of the connection leaves before `until`, in any window. */
  pause(until: number): void;
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
  #closed: { readonly reason: unknown } | undefined;

  constructor(deps: PacerDependencies) {
    this.#deps = deps;
  }

  /** A place in the connection's queue. Once the connection was forgotten it is of no more use. */
  ticket(connectionId: string, priority: Priority): Ticket {
    const place: Place = { priority, order: (this.#order += 1) };
    const lane = this.#lane(connectionId);
    const { clock } = this.#deps;
    return {
      enter: async (signal) => {
        await this.#learn(connectionId, lane);
        signal?.throwIfAborted();
        await lane.enter(place, signal);
      },
      leave: () => {
        lane.leave();
        // Not waited for: what another window told meanwhile counts from the next request on.
        this.#learn(connectionId, lane).catch(() => undefined);
      },
      note: (timed) => {
        const limits = withReply(lane.limits, timed);
        const { pausedUntil } = limits;
        if (timed.reply.status === 503 && pausedUntil > lane.limits.pausedUntil) lane.noteAsked(pausedUntil);
        this.#tell(connectionId, lane, limits);
      },
      pause: (until) => this.#tell(connectionId, lane, withPause(lane.limits, until, clock.now())),
      backOff: (ms, signal) => lane.backOff(ms, signal),
    };
  }

  /** Forgets a connection that was removed: whoever waits for it, or has a ticket of it, is refused as cancelled. */
  async forget(connectionId: string): Promise<void> {
    this.#lanes.get(connectionId)?.close(new DOMException("The connection was removed", "AbortError"));
    this.#lanes.delete(connectionId);
    await this.#deps.shared?.forget(connectionId);
  }

  /** Rejects whoever still waits, and whoever comes later, with `reason`. */
  close(reason: unknown): void {
    this.#closed ??= { reason };
    for (const lane of this.#lanes.values()) lane.close(reason);
  }

  async #learn(connectionId: string, lane: Lane): Promise<void> {
    if (lane.isClosed) return;
    const other = await this.#deps.shared?.read(connectionId).catch(() => undefined);
    if (other !== undefined) this.#adopt(connectionId, lane, merged(lane.limits, other, this.#deps.clock.now()));
  }

  #tell(connectionId: string, lane: Lane, limits: Limits): void {
    if (this.#adopt(connectionId, lane, limits) === "news") this.#deps.shared?.write(connectionId, lane.limits);
  }

  #adopt(connectionId: string, lane: Lane, limits: Limits): "news" | "nothing" {
    const before = lane.limits;
    // A word about a connection that is gone would bring its file back.
    if (limits === before || lane.isClosed) return "nothing";
    lane.learn(limits);
    const newest = lane.limits.windows.findLast((window) => !before.windows.includes(window));
    if (newest === undefined) return "news";
    const { limit, remaining, resetAt } = newest;
    this.#deps.onRateLimit?.(connectionId, { limit, remaining, resetAt });
    return "news";
  }

  #lane(connectionId: string): Lane {
    const known = this.#lanes.get(connectionId);
    if (known !== undefined) return known;
    const { clock, random, onWait } = this.#deps;
    const lane: Lane = new Lane({
      clock,
      random,
      onWait: (wait) => onWait?.(connectionId, wait),
      onWake: () => this.#wake(connectionId, lane),
    });
    if (this.#closed !== undefined) lane.close(this.#closed.reason);
    this.#lanes.set(connectionId, lane);
    return lane;
  }

  #wake(connectionId: string, lane: Lane): void {
    const pump = (): void => lane.learn(lane.limits);
    this.#learn(connectionId, lane).then(pump, pump);
  }
}
