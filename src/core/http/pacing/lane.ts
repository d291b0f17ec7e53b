import { type Clock, secondMs } from "../../clock.ts";
import { ProcoreError } from "../../errors.ts";
import type { Random } from "../../random.ts";
import { type Gate, type Limits, current, gateAt, maxWaitMs, noLimits } from "./limits.ts";
import type { RequestWait } from "./wait.ts";

/** What a person waits for goes before what fills up behind it, e.g. the later pages of a list. */
export type Priority = "user" | "background";

export interface LaneDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly onWait: (wait: RequestWait | undefined) => void;
  /** A pause is over: what other windows learned meanwhile is taken in before anything leaves. */
  readonly onWake: () => void;
}

/** As many as the transport has connections to an origin. */
export const maxUnderWay = 8;

interface Waiting {
  readonly place: Place;
  readonly admit: () => void;
  readonly refuse: (error: unknown) => void;
}

/** A request's place in the queue; it keeps it when it is sent again. */
export interface Place {
  readonly priority: Priority;
  readonly order: number;
}

/** The queue of one connection: first come, first served, the user's requests before those of the background. */
export class Lane {
  readonly #deps: LaneDependencies;
  readonly #queue: Waiting[] = [];
  readonly #retries = new Set<RequestWait>();
  #limits: Limits = noLimits;
  #underWay = 0;
  #hold: { readonly at: number; readonly until: number } | undefined;
  #alarm: { readonly at: number; readonly stop: AbortController } | undefined;
  #told: RequestWait | undefined;
  /** The end of the pause that a 503 asked for last; 0 when none did. */
  #askedUntil = 0;
  #closed: { readonly reason: unknown } | undefined;

  constructor(deps: LaneDependencies) {
    this.#deps = deps;
  }

  get limits(): Limits {
    return this.#limits;
  }

  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  /** Takes in what is known of the limits now, and lets go what may. */
  learn(limits: Limits): void {
    this.#limits = current(limits, this.#deps.clock.now());
    this.#pump();
  }

  /** A 503 asks for a pause until then: no limit of the connection is the reason. */
  noteAsked(until: number): void {
    this.#askedUntil = until;
  }

  /** Resolves when the request may leave; `leave` must follow. Rejects with the signal's reason, or `rateLimited`. */
  enter(place: Place, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed !== undefined) {
        reject(this.#closed.reason);
        return;
      }
      const done = (): void => signal?.removeEventListener("abort", onAbort);
      const waiting: Waiting = {
        place,
        admit: () => {
          done();
          resolve();
        },
        refuse: (error) => {
          done();
          reject(error);
        },
      };
      const onAbort = (): void => {
        this.#queue.splice(this.#queue.indexOf(waiting), 1);
        reject(signal?.reason);
        this.#pump();
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      const before = this.#queue.findLastIndex((other) => !isBefore(place, other.place));
      this.#queue.splice(before + 1, 0, waiting);
      this.#pump();
    });
  }

  /** A request that was admitted has its answer, or will have none. */
  leave(): void {
    this.#underWay -= 1;
    this.#pump();
  }

  /** Sleeps before a request is sent again, and lets progress know. */
  async backOff(ms: number, signal: AbortSignal | undefined): Promise<void> {
    if (ms <= 0) return;
    const wait: RequestWait = { reason: "retry", until: this.#deps.clock.now() + ms };
    this.#retries.add(wait);
    this.#tell();
    try {
      await this.#deps.clock.sleep(ms, signal);
    } finally {
      this.#retries.delete(wait);
      this.#tell();
    }
  }

  /** Refuses whoever waits and whoever comes later, and stops waking up. */
  close(reason: unknown): void {
    this.#closed ??= { reason };
    for (const { refuse } of this.#queue.splice(0)) refuse(reason);
    this.#pump();
  }

  #pump(): void {
    const { clock } = this.#deps;
    let opensAt: number | undefined;
    while (this.#queue.length > 0 && this.#underWay < maxUnderWay) {
      const gate = this.#gate(clock.now());
      if (gate.kind !== "open") {
        opensAt = gate.at;
        if (gate.kind === "after") {
          // Whoever may wait for the opening may wait for the jitter behind it, too.
          const opening = this.#hold?.at ?? gate.at;
          if (opening - clock.now() > maxWaitMs) this.#refuseAll(opening);
        }
        break;
      }
      this.#underWay += 1;
      this.#queue.shift()?.admit();
    }
    this.#setAlarm(this.#queue.length === 0 ? undefined : opensAt);
    this.#tell();
  }

  /** A little after the opening, each window of the editor at another moment, so that they do not all come at once. */
  #gate(now: number): Gate {
    const gate = gateAt(this.#limits, this.#underWay, now);
    const hold = this.#hold;
    if (gate.kind === "after") {
      const until = hold?.at === gate.at ? hold.until : gate.at + jitterMs(gate.at - now, this.#deps.random);
      this.#hold = { at: gate.at, until };
      return { kind: "after", at: until };
    }
    if (hold !== undefined && now >= hold.at && now < hold.until) return { kind: "after", at: hold.until };
    this.#hold = undefined;
    return gate;
  }

  #refuseAll(retryAt: number): void {
    for (const { refuse } of this.#queue.splice(0)) refuse(new ProcoreError({ kind: "rateLimited", retryAt }));
  }

  #setAlarm(at: number | undefined): void {
    if (this.#alarm?.at === at) return;
    this.#alarm?.stop.abort();
    this.#alarm = undefined;
    if (at === undefined) return;
    const stop = new AbortController();
    this.#alarm = { at, stop };
    const { clock, onWake } = this.#deps;
    const ring = (): void => {
      this.#alarm = undefined;
      onWake();
    };
    clock.sleep(Math.max(0, at - clock.now()), stop.signal).then(ring, () => undefined);
  }

  #tell(): void {
    const until = this.#queue.length === 0 ? 0 : (this.#hold?.until ?? 0);
    const reason = this.#hold?.at === this.#askedUntil ? "server" : "rateLimit";
    const wait: RequestWait | undefined =
      until > this.#deps.clock.now() ? { reason, until } : Array.from(this.#retries).at(-1);
    if (wait?.reason === this.#told?.reason && wait?.until === this.#told?.until) return;
    this.#told = wait;
    this.#deps.onWait(wait);
  }
}

const isBefore = (one: Place, other: Place): boolean =>
  one.priority === other.priority ? one.order < other.order : one.priority === "user";

/** A timer may come a moment early, and a server cuts its times to seconds. */
const marginMs = 25;

const jitterMs = (waitMs: number, random: Random): number =>
  marginMs + Math.ceil(random() * Math.min(secondMs, Math.max(0, waitMs) / 10));
