import * as v from "valibot";
import { Emitter, type Listen } from "../core/events.ts";
import { ProcoreError } from "../core/errors.ts";
import type { ProcoreClient } from "../core/procore/client.ts";
import { parseExactly } from "../core/procore/parsing.ts";
import { projectRow, type Project } from "../core/procore/projects.ts";
import type { Connection } from "../core/session.ts";
import type { Pin } from "./pins.ts";

/** What Procore said of a pinned project; undefined while it has not answered. */
export type PinAnswer = Project | "gone" | undefined;

/**
 * Asks Procore once about each pinned project, behind everything else. Its rows are there before that, and without a
 * network: from what was remembered.
 */
export class PinChecks {
  readonly #procore: Pick<ProcoreClient, "record">;
  readonly #answers = new Map<string, Exclude<PinAnswer, undefined>>();
  readonly #underWay = new Set<string>();
  readonly #answered = new Emitter<void>();
  #stop = new AbortController();

  /** Fires when answers came. */
  readonly onDidAnswer: Listen<void> = this.#answered.event;

  constructor(procore: Pick<ProcoreClient, "record">) {
    this.#procore = procore;
  }

  answerOf(pin: Pin): PinAnswer {
    return this.#answers.get(keyOf(pin));
  }

  /** Asks about those that were not asked about since `forget`; never rejects. */
  async ask(connection: Connection, pins: readonly Pin[]): Promise<void> {
    const unknown = pins.filter((pin) => !this.#answers.has(keyOf(pin)) && !this.#underWay.has(keyOf(pin)));
    if (unknown.length === 0) return;
    const { signal } = this.#stop;
    for (const pin of unknown) this.#underWay.add(keyOf(pin));
    const answers = await Promise.all(unknown.map((pin) => this.#read(connection, pin, signal)));
    if (signal.aborted) return;
    unknown.forEach((pin, index) => {
      const answer = answers[index];
      this.#underWay.delete(keyOf(pin));
      if (answer !== undefined) this.#answers.set(keyOf(pin), answer);
    });
    if (answers.some((answer) => answer !== undefined)) this.#answered.fire();
  }

  /** Drops all answers, also those under way: another connection, or somebody wants to know anew. */
  forget(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#answers.clear();
    this.#underWay.clear();
  }

  dispose(): void {
    this.forget();
    this.#answered.dispose();
  }

  async #read(connection: Connection, pin: Pin, signal: AbortSignal): Promise<PinAnswer> {
    const { companyId, projectId } = pin;
    const path = ["rest", "v1.0", "projects", projectId];
    const query = { company_id: companyId };
    try {
      const request = { method: "GET", path, query, companyId, priority: "background" } as const;
      const body = await this.#procore.record(connection, request, signal);
      const parsed = v.safeParse(projectRow(companyId), parseExactly(body));
      return parsed.success && parsed.output.id === projectId ? parsed.output : undefined;
    } catch (error) {
      return isGone(error) ? "gone" : undefined;
    }
  }
}

/**
 * What a user may not see is "not found". Other failures say nothing about the project.
 * @see procore/documentation api_essentials/troubleshooting.md
 */
function isGone(error: unknown): boolean {
  if (!(error instanceof ProcoreError)) return false;
  const { failure } = error;
  return failure.kind === "appNotConnected" || (failure.kind === "http" && [403, 404].includes(failure.status));
}

const keyOf = ({ companyId, projectId }: Pin): string => `${companyId}/${projectId}`;
