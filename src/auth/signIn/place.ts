import type { BoxButton, BoxMessage } from "../../platform/quickInput.ts";
import type { Attempt } from "./attempt.ts";

/** A step that is about an attempt, with what the person should read there first. */
export interface AttemptPlace {
  readonly step: "company" | "clientId" | "clientSecret" | "check" | "code" | "serviceAccount";
  readonly attempt: Attempt;
  readonly message?: BoxMessage | undefined;
  /** Lead to what helps, where the message tells of a failure. */
  readonly buttons?: readonly BoxButton<never>[] | undefined;
}

/** Where the sign-in dialogue is. */
export type Place =
  | { readonly step: "environment" | "serviceEnvironment" }
  | AttemptPlace
  /** The end; `signedIn` is the id of the connection that has the new session, if one has. */
  | { readonly step: "done"; readonly signedIn?: string | undefined };

/** The end without a sign-in: the person left, or there is nothing to sign in to. */
export const left: Place = { step: "done" };
