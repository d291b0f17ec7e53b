import type { Failure, FailureAction } from "../errors.ts";
import type { ToolPlace } from "../procore/toolPlace.ts";
import type { Words } from "./words.ts";

/** `note`: worth knowing, but it keeps nobody from working. */
export type Verdict = "ok" | "note" | "problem" | "skipped";

/** One thing that was looked at. */
export interface Fact {
  readonly label: Words;
  readonly words: Words;
}

/**
 * What is wrong: a failure, which has its words and its action in `advice`, or what no request alone tells; `failure` is
 * then the one that it was found by.
 */
export type Trouble =
  | {
      readonly kind: "failure";
      readonly failure: Failure;
      /** One more step than `advice` has, which helps where the failure was met. */
      readonly more?: FailureAction;
    }
  | {
      readonly kind: "finding";
      readonly headline: string;
      /** What happened, and what to do next. */
      readonly words: Words;
      readonly action: FailureAction;
      readonly failure?: Failure;
    };

/** What a step found. */
export interface Outcome {
  readonly facts: readonly Fact[];
  readonly troubles?: readonly Trouble[];
  /** Left out: `problem` when there are troubles, else `ok`. */
  readonly verdict?: Verdict;
  /** Why it is not all that there could be; `nothing` also where there was nothing to do. */
  readonly stoppedBy?: "nothing" | "cancel" | "failure";
}

/** A part of the report. */
export interface Check extends Required<Outcome> {
  readonly id: string;
  readonly title: Words;
}

/** A report as data; `reportText.ts` makes it text. */
export interface Report {
  /** Epoch ms. */
  readonly madeAt: number;
  readonly version: string;
  /** What it is about: a connection, an environment, or this machine. */
  readonly about: Words;
  /** The tool that it was asked for, too. */
  readonly tool: ToolPlace | undefined;
  readonly checks: readonly Check[];
  /** The title of the step that runs; undefined when the report is whole. */
  readonly running: Words | undefined;
}

export const fact = (label: Words, words: Words): Fact => ({ label, words });

export const failed = (failure: Failure): Trouble => ({ kind: "failure", failure });
