import { AsyncLocalStorage } from "node:async_hooks";
import type { OpenInput } from "../../../fakes/standInEditor.ts";
import { lockName } from "../../../../src/auth/sessionStates.ts";
import type { Locks, StillHeld } from "../../../../src/platform/locks.ts";
import type { MemoryLocks } from "../../../fakes/memoryLocks.ts";
import { excuseAll, type Issue } from "./issue.ts";

/** The work that goes on. */
export interface WorkContext {
  /** Does a person store something? */
  readonly kind: "storing" | "other";
  /** The pair of a code that was pasted. */
  issue?: Issue;
  /** How many pairs there were when the person gave it up. */
  gaveUpAt?: number;
  /** The sign-in dialogue whose work it is. */
  readonly dialogue?: DialogueState | undefined;
}

/** How far a sign-in dialogue is. */
export interface DialogueState {
  /** The connection that is signed in again; a new one has no id before it has tokens. */
  readonly connectionId: string | undefined;
  /** The connection whose tokens it keeps; until then nothing may be stored. */
  keeps: string | undefined;
  /** What the person said of a session that was another user's. */
  chosen: "use" | "keep" | "own" | undefined;
  /** Did the API tell who signed in? */
  user: "known" | "unknown";
  /** What the person was asked last. */
  input: OpenInput | undefined;
  /** Did the person enter or choose something that may end in tokens that are kept? */
  answered: "yes" | "no";
}

export const workContext = new AsyncLocalStorage<WorkContext>();

/** A turn at a lock: what was sent and received in it is excused when its window dies or is overtaken before its end. */
interface Turn {
  readonly name: string;
  state: "on" | "overtaken" | "overtakenAfterSending";
  readonly issues: Set<Issue>;
}

export type Pass = (label: string) => Promise<unknown>;

/** One load of a window, from its start to its reload: what it does goes on in steps, until it is dead. */
export class Caller {
  readonly name: string;
  readonly #pass: Pass;
  readonly #locks: MemoryLocks;
  readonly #turns = new Set<Turn>();
  readonly #ending = new Set<Issue>();
  /** Pairs of codes that the person has not decided about. */
  readonly #open = new Set<Issue>();
  readonly #renewed = new Map<string, Issue>();
  #life: "alive" | "dead" = "alive";
  /**
   * Hears when work went on after it was taken over: a person's act that stored something, or a renewal that had sent
   * its request by then. What it stores may come over what its successor stored.
   */
  onLateStore: (lock: string) => void = () => undefined;

  constructor(name: string, pass: Pass, locks: MemoryLocks) {
    this.name = name;
    this.#pass = pass;
    this.#locks = locks;
  }

  get isAlive(): boolean {
    return this.#life === "alive";
  }

  /** Something that takes place at its time whether this window lives or not. */
  pass(label: string): Promise<unknown> {
    return this.#pass(`${this.name}: ${label}`);
  }

  /** A step of this window; of a dead one none ever ends. */
  async step(label: string): Promise<void> {
    await this.pass(label);
    if (this.#life === "dead") await never;
  }

  /** Hears of each thing that is stored, and in which work. */
  onStore: (what: string, context: WorkContext | undefined) => void = () => undefined;

  /** The server answered a code with a pair, which is this window's alone for now. */
  opened(issue: Issue): void {
    this.#open.add(issue);
    if (this.#life === "dead") issue.excuse ??= "its window was killed before it stored";
  }

  /** The pair is being kept or ended. */
  decided(issue: Issue): void {
    this.#open.delete(issue);
  }

  /** A step in which something is stored. */
  async storeStep(what: string): Promise<void> {
    this.onStore(what, workContext.getStore());
    await this.step(`writes ${what}`);
  }

  /** A pair that this window got and that is not stored before `work` is over. */
  async during<T>(issue: Issue, work: () => Promise<T>): Promise<T> {
    const context = workContext.getStore();
    if (context !== undefined) context.issue = issue;
    const turn: Turn = { name: "signs in", state: "on", issues: new Set([issue]) };
    this.#turns.add(turn);
    try {
      return await work();
    } finally {
      this.#turns.delete(turn);
    }
  }

  /** The pair that is being stored: of the sign-in that goes on, `kept` by an edit, or the newest of a renewal. */
  storing(connectionId: string, kept: Issue | undefined): Issue | undefined {
    const context = workContext.getStore();
    if (context?.issue !== undefined) return context.issue;
    return context?.kind === "storing" ? kept : this.#renewed.get(connectionId);
  }

  /** A pair that is about to be ended at the server; who is killed meanwhile leaves it alive. */
  ending(issue: Issue): void {
    this.#ending.add(issue);
    if (this.#life === "dead") excuseAll(issue, "its window was killed before it ended it");
  }

  /** What a renewal got is stored: who dies from here on loses nothing. */
  stored(connectionId: string): void {
    for (const turn of this.#turns) if (turn.name === lockName(connectionId)) turn.issues.clear();
  }

  /** A refresh token is on its way. */
  sending(issue: Issue): void {
    for (const turn of this.#turns) if (turn.name === lockName(issue.connectionId)) this.#add(turn, issue);
  }

  /** The server answered this window with a new pair, to use or to end it. */
  received(issue: Issue, purpose: "use" | "end"): void {
    if (purpose === "use") this.#renewed.set(issue.connectionId, issue);
    this.sending(issue);
    if (this.#life === "dead") issue.excuse ??= "its window was killed before it stored";
  }

  /** Does this window go on with a turn that is not its any more? */
  isOvertaken(connectionId: string): boolean {
    const isSo = ({ name, state }: Turn): boolean => state !== "on" && name === lockName(connectionId);
    return this.#life === "dead" || [...this.#turns].some(isSo);
  }

  /** A person's Take Over: whatever is on its way in that turn may be lost. */
  overtake(name: string): void {
    for (const turn of this.#turns) {
      if (turn.name !== name || turn.state !== "on") continue;
      turn.state = turn.issues.size > 0 ? "overtakenAfterSending" : "overtaken";
      for (const issue of turn.issues) excuseAll(issue, "its window was taken over");
    }
  }

  kill(): void {
    this.#life = "dead";
    for (const issue of this.#open) issue.excuse ??= "its window was killed before it stored";
    for (const issue of this.#ending) excuseAll(issue, "its window was killed before it ended it");
    for (const { issues } of this.#turns) {
      for (const issue of issues) excuseAll(issue, "its window was killed before it stored");
    }
    this.#locks.kill(this.name);
  }

  get locks(): Locks {
    const { name: window } = this;
    return {
      takeOver: (name) => this.#locks.takeOver(name),
      hold: async (name, work, signal) => {
        const turnOf = async (stillHeld: StillHeld): ReturnType<typeof work> => {
          const turn: Turn = { name, state: "on", issues: new Set() };
          this.#turns.add(turn);
          try {
            return await work(async () => {
              await this.step("looks at its lock");
              return await stillHeld();
            });
          } finally {
            this.#turns.delete(turn);
            const isStoring = turn.state === "overtaken" && workContext.getStore()?.kind === "storing";
            if (isStoring || turn.state === "overtakenAfterSending") this.onLateStore(name);
          }
        };
        return await this.#locks.holdAs(window, name, turnOf, signal);
      },
    };
  }

  #add(turn: Turn, issue: Issue): void {
    turn.issues.add(issue);
    if (turn.state !== "on") excuseAll(issue, "its window was taken over");
  }
}

const never = new Promise<never>(() => undefined);
