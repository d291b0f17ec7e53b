import * as l10n from "@vscode/l10n";
import { type Clock, minuteMs, secondMs } from "../clock.ts";
import { ProcoreError, unforeseenAdvice } from "../errors.ts";
import { type Check, fact, failed, type Outcome, type Trouble, type Verdict } from "./check.ts";
import { words, type Words } from "./words.ts";

/** A part of the report that is still to be made. */
export interface Step {
  readonly id: string;
  readonly title: Words;
  /** Ids of steps without whose success this one makes no sense. */
  readonly needs?: readonly string[];
  /** How long it may take; 45 s unless said. */
  readonly limitMs?: number;
  /** May reject: with a `ProcoreError`, which is told with its advice. */
  run(signal: AbortSignal): Promise<Outcome>;
  /** What it found by now, told when it is cancelled or takes too long; undefined for nothing. */
  soFar?(): Outcome | undefined;
}

export interface RunOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** After each step, and before it: what there is so far, and which one runs. */
  readonly onChange: (checks: readonly Check[], running: Words | undefined) => void;
  /** Hears what a step threw, for the log; a person reads it in the step's place. */
  readonly onError: (error: unknown, stepId: string) => void;
}

/**
 * Runs one step after the other. A step that fails or takes too long leaves the others; once the signal is aborted
 * nothing more is started, and what was left out says why.
 */
export async function runSteps(steps: readonly Step[], options: RunOptions): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const step of steps) {
    options.onChange([...checks], step.title);
    const reason = whyNot(step, checks, options.signal);
    const outcome = reason ?? (await runStep(step, options));
    const { id, title } = step;
    const { facts, troubles = [], verdict = verdictOf(troubles), stoppedBy = "nothing" } = outcome;
    checks.push({ id, title, facts, troubles, verdict, stoppedBy });
  }
  options.onChange([...checks], undefined);
  return checks;
}

/** The outcome of a step that did not run. */
export const skipped = (reason: Words): Outcome => ({
  facts: [fact(words(l10n.t("Not done")), reason)],
  verdict: "skipped",
});

const verdictOf = (troubles: readonly Trouble[]): Verdict => (troubles.length > 0 ? "problem" : "ok");

function whyNot({ needs = [] }: Step, done: readonly Check[], signal: AbortSignal): Outcome | undefined {
  if (signal.aborted) return cancelled();
  const missing = done.find(({ id, verdict }) => needs.includes(id) && ["problem", "skipped"].includes(verdict));
  if (missing === undefined) return undefined;
  const reason = words(l10n.t("it needs what another part did not give: {0}"), missing.title);
  return { ...skipped(reason), stoppedBy: "failure" };
}

const cancelled = (step?: Step): Outcome => ({
  ...(step?.soFar?.() ?? skipped(words(l10n.t("you cancelled")))),
  stoppedBy: "cancel",
});

async function runStep(step: Step, { clock, signal, onError }: RunOptions): Promise<Outcome> {
  const { limitMs = 45 * secondMs } = step;
  const own = new AbortController();
  const stop = AbortSignal.any([signal, own.signal]);
  const work = step.run(stop);
  work.catch(() => undefined);
  const late = clock.sleep(limitMs, stop).then(
    () => tooLate(step.soFar?.(), limitMs),
    () => cancelled(step),
  );
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    if (signal.aborted) return cancelled(step);
    onError(error, step.id);
    return { facts: [], troubles: [troubleOf(error)] };
  } finally {
    own.abort();
  }
}

function troubleOf(error: unknown): Trouble {
  if (error instanceof ProcoreError) return failed(error.failure);
  const { headline, message, action } = unforeseenAdvice;
  return { kind: "finding", headline, words: words(message), action };
}

const tooLate = (found: Outcome | undefined, limitMs: number): Outcome => ({
  facts: found?.facts ?? [],
  troubles: [...(found?.troubles ?? []), noAnswer(limitMs)],
});

const noAnswer = (limitMs: number): Trouble => ({
  kind: "finding",
  headline: l10n.t("No answer"),
  words: words(
    l10n.t("This part gave no answer within {0} s. Run the report again; if it stays so, the log may tell more."),
    limitMs / secondMs,
  ),
  action: "showLog",
});

/** For parts that wait for Procore's limits. */
export const longLimitMs = 3 * minuteMs;
