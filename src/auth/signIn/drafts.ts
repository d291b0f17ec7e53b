import type { Attempt } from "./attempt.ts";

/** What was typed for each environment and connection whose sign-in was not finished; in memory only. */
export class Drafts {
  readonly #attempts = new Map<string, Attempt>();

  /**
   * Keeps what will be typed into this attempt, which begins with what was typed for these very addresses before; for a
   * connection that is signed in again, with the secret of its own client ID.
   */
  resume(attempt: Attempt): void {
    const draft = this.#attempts.get(keyOf(attempt));
    const isSameServer = draft?.environment.origins.login === attempt.environment.origins.login;
    const isSameApp = attempt.connection === undefined || draft?.clientId === attempt.clientId;
    if (draft !== undefined && isSameServer && isSameApp) {
      attempt.clientId = draft.clientId;
      attempt.clientSecret = draft.clientSecret ?? attempt.clientSecret;
      attempt.typedCompany = draft.typedCompany;
    }
    this.#attempts.set(keyOf(attempt), attempt);
  }

  forget(attempt: Attempt): void {
    this.#attempts.delete(keyOf(attempt));
  }
}

const keyOf = ({ account, connection, environment }: Attempt): string =>
  `${account} ${connection?.id ?? environment.id}`;
