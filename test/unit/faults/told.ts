import { advice, ProcoreError, type Failure } from "../../../src/core/errors.ts";
import { actionCommands } from "../../../src/platform/failureActions.ts";

/** What a person reads of a call that failed, and what helps. */
export interface Told {
  readonly failure: Failure;
  readonly text: string;
  readonly helps: string;
}

/** Makes a call whose failure comes as a message; gives what it says, undefined when the call went well. */
export async function inMessage(call: () => Promise<unknown>): Promise<Told | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    if (!(error instanceof ProcoreError)) throw error;
    const { message, action } = advice(error.failure);
    const helps = action === "retry" ? "Try Again" : actionCommands[action].title;
    return { failure: error.failure, text: message, helps };
  }
}
