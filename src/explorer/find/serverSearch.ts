import type { Clock } from "../../core/clock.ts";
import { ProcoreError } from "../../core/errors.ts";
import { Emitter, type Listen } from "../../core/events.ts";
import type { ProcoreClient } from "../../core/procore/client.ts";
import type { Company } from "../../core/procore/companies.ts";
import type { CompanyId } from "../../core/procore/ids.ts";
import type { Project } from "../../core/procore/projects.ts";
import type { Connection } from "../../core/session.ts";

export interface ServerSearchDependencies {
  readonly procore: Pick<ProcoreClient, "findProjects">;
  readonly clock: Pick<Clock, "sleep">;
  readonly connection: () => Connection;
}

export interface ServerAnswer {
  readonly text: string;
  readonly projects: readonly Project[];
  readonly isBusy: boolean;
  /** Why the answer is not whole; undefined when nothing went wrong. */
  readonly failure: unknown;
  readonly notConnected: ReadonlySet<CompanyId>;
}

/** Long enough that a word is typed to its end, short enough to feel like an answer. */
const pauseMs = 300;
const mostLetters = 100;
/** Companies asked at the same time; of each, one question at a time. */
const atOnce = 4;

const none = (text: string): ServerAnswer => ({
  text,
  projects: [],
  isBusy: false,
  failure: undefined,
  notConnected: new Set(),
});

/** Asks Procore itself for what is typed, a moment after the last letter; a newer text ends the older question. */
export class ServerSearch {
  readonly #deps: ServerSearchDependencies;
  readonly #changed = new Emitter<void>();
  #stop = new AbortController();
  #answer = none("");

  readonly onDidChange: Listen<void> = this.#changed.event;

  constructor(deps: ServerSearchDependencies) {
    this.#deps = deps;
  }

  /** What is known of the last text. */
  get answer(): ServerAnswer {
    return this.#answer;
  }

  /**
   * Resolves when the answer is there, or a newer question came; rejects only with errors of our own.
   * @param companies whom to ask; looked at when the pause is over
   */
  async ask(text: string, companies: () => Promise<readonly Company[]>): Promise<void> {
    this.cancel();
    const wanted = text.trim().slice(0, mostLetters);
    this.#answer = none(wanted);
    if (!/[\p{L}\d]/u.test(wanted)) return;
    const { signal } = this.#stop;
    this.#answer = { ...this.#answer, isBusy: true };
    try {
      await this.#deps.clock.sleep(pauseMs, signal);
      const waiting = [...(await companies())];
      if (signal.aborted) return;
      const worker = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          await this.#askCompany(next.id, wanted, signal);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, worker));
    } catch (failure) {
      if (!signal.aborted) this.#answer = { ...this.#answer, failure };
    }
    if (signal.aborted) return;
    const { failure } = this.#answer;
    this.#answer = { ...this.#answer, isBusy: false };
    this.#changed.fire();
    // What nobody foresaw is for the log, too.
    if (failure !== undefined && !(failure instanceof ProcoreError)) throw failure;
  }

  /** Nobody waits for an answer any more. */
  cancel(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#answer = { ...this.#answer, isBusy: false };
  }

  dispose(): void {
    this.cancel();
    this.#changed.dispose();
  }

  async #askCompany(companyId: CompanyId, text: string, signal: AbortSignal): Promise<void> {
    for (const by of ["number", "name"] as const) {
      try {
        const found = await this.#deps.procore.findProjects(this.#deps.connection(), { companyId, by, text }, signal);
        if (signal.aborted) return;
        this.#answer = { ...this.#answer, projects: merged(this.#answer.projects, found) };
        this.#changed.fire();
      } catch (error) {
        if (signal.aborted) return;
        const kind = error instanceof ProcoreError ? error.failure.kind : undefined;
        if (kind === "appNotConnected") {
          this.#answer = { ...this.#answer, notConnected: new Set([...this.#answer.notConnected, companyId]) };
          return;
        }
        // One company may fail by itself; without a network or a session the others would, too.
        if (kind !== "http" && kind !== "unexpectedReply") throw error;
        this.#answer = { ...this.#answer, failure: error };
      }
    }
  }
}

/** One after the other, each project once. */
export function merged(one: readonly Project[], other: readonly Project[]): readonly Project[] {
  const all = new Map<string, Project>();
  for (const project of [...one, ...other]) {
    const key = `${project.companyId}/${project.id}`;
    if (!all.has(key)) all.set(key, project);
  }
  return [...all.values()];
}
