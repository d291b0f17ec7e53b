import type { Attempt } from "./attempt.ts";

/** What was typed for each environment and connection whose sign-in was not finished; in memory only. */
export class Drafts {
  readonly #attempts = new Map<string, Attempt>();

  /** Keeps what will be typed into this attempt, which begins with what was typed for these very addresses before. */
  resume(attempt: Attempt): void {
    const draft = this.#attempts.get(keyOf(attempt));
    const isSameServer = draft?.environment.origins.login === attempt.environment.origins.login;
    if (draft !== undefined && isSameServer) {
      if (attempt.connection !== undefined) resumeSecret(attempt, draft);
      else {
        attempt.clientId = draft.clientId;
        attempt.clientSecret = draft.clientSecret;
        attempt.typedCompany = draft.typedCompany;
      }
    }
    this.#attempts.set(keyOf(attempt), attempt);
  }

  forget(attempt: Attempt): void {
    this.#attempts.delete(keyOf(attempt));
  }
}

/** A connection has its app and its company; the secret is the only thing that may be missing or wrong. */
function resumeSecret(attempt: Attempt, { clientId, clientSecret, keptSecret }: Attempt): void {
  const isTyped = clientSecret !== undefined && (keptSecret === undefined || !clientSecret.equals(keptSecret));
  // Mended meanwhile, with Edit App Credentials or in another window: what was typed before that is of no use.
  const isMended =
    attempt.keptSecret !== undefined && (keptSecret === undefined || !attempt.keptSecret.equals(keptSecret));
  if (clientId === attempt.clientId && isTyped && !isMended) attempt.clientSecret = clientSecret;
}

const keyOf = ({ account, connection, environment }: Attempt): string =>
  `${account} ${connection?.id ?? environment.id}`;
