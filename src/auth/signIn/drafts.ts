import type { Attempt } from "./attempt.ts";

/** What was typed for each environment whose sign-in was not finished; in memory only. */
export class Drafts {
  readonly #attempts = new Map<string, Attempt>();

  /** Keeps what will be typed into this attempt, which begins with what was typed for these very addresses before. */
  resume(attempt: Attempt): void {
    const draft = this.#attempts.get(keyOf(attempt));
    if (draft?.environment.origins.login === attempt.environment.origins.login) {
      attempt.clientId = draft.clientId;
      attempt.clientSecret = draft.clientSecret;
      attempt.typedCompany = draft.typedCompany;
    }
    this.#attempts.set(keyOf(attempt), attempt);
  }

  forget(attempt: Attempt): void {
    this.#attempts.delete(keyOf(attempt));
  }
}

const keyOf = ({ account, environment }: Attempt): string => `${account} ${environment.id}`;
