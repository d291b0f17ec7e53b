/**
 * The steps from an app's keys to a list of projects, and what ends a session. The ids are part of documents' addresses:
 * lower case, and never changed while a window is open.
 */
export type StepId =
  | "authorize"
  | "key-check"
  | "exchange"
  | "client-credentials"
  | "me"
  | "companies"
  | "projects"
  | "refresh"
  | "token-info"
  | "revoke";

/** A name with its value, in the order in which they were sent. In place of a secret stands `hidden` of mask.ts. */
export type Named = readonly [name: string, value: string];

/** JSON of which only listed fields are left. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** What is kept of a reply's body. */
export type SentBody =
  | { readonly kind: "empty" }
  /** `leftOut` counts the fields that are not kept; `rows` is the length of a list of which the first few are. */
  | { readonly kind: "json"; readonly value: Json; readonly leftOut: number; readonly rows: number | undefined }
  /** Not JSON: nothing of it is kept. */
  | { readonly kind: "other"; readonly contentType: string; readonly characters: number };

/** What came back. */
export type SentOutcome =
  | {
      readonly kind: "reply";
      readonly status: number;
      readonly durationMs: number;
      readonly headers: readonly Named[];
      readonly body: SentBody;
    }
  /** No reply came; words for a person. */
  | { readonly kind: "failed"; readonly words: string; readonly durationMs: number }
  /** An address for the browser: what came back, only the browser has seen. */
  | { readonly kind: "browser"; readonly how: "opened" | "copied" };

/** One request as this window sent it. No secret is in it: it is made from an allow-list of fields. */
export interface SentRecord {
  readonly step: StepId;
  /** Epoch ms of this machine. */
  readonly at: number;
  readonly method: string;
  /** Without the query. */
  readonly address: string;
  readonly query: readonly Named[];
  /** Names in lower case. */
  readonly headers: readonly Named[];
  /** The fields of the body's form. */
  readonly form: readonly Named[];
  readonly outcome: SentOutcome;
}
