import type { TokenSet } from "../../core/oauth/tokenSet.ts";
import type { Secret } from "../../core/secret.ts";
import { appOf, type Attempt } from "./attempt.ts";
import { askCode } from "./codeStep.ts";
import type { CodeFate } from "./codeWords.ts";
import { completeSignIn, type CompletionDependencies } from "./completeSignIn.ts";
import type { Drafts } from "./drafts.ts";
import { left, type Place } from "./place.ts";
import { notingReport, type Troubles } from "./troubles.ts";

export interface ExchangeDependencies extends CompletionDependencies {
  readonly troubles: Troubles;
  readonly drafts: Drafts;
  /** Brings the code box back, when an exchange failed behind a closed one. */
  readonly retry: () => Promise<void>;
}

/** The last step of a person's sign-in: from the browser to the session. Which attempt waits for its code is known here. */
export class CodeExchange {
  readonly #deps: ExchangeDependencies;
  /** Codes that this window sent, and what became of them: the likeliest cause when one of them is refused. */
  readonly #fates = new Map<Secret, CodeFate>();
  #waiting: Attempt | undefined;

  constructor(deps: ExchangeDependencies) {
    this.#deps = deps;
  }

  /** The attempt whose browser page was opened, until its code was accepted or it was cancelled. */
  get waiting(): Attempt | undefined {
    return this.#waiting;
  }

  /** Forgets the waiting attempt; sessions stay as they are. */
  cancel(): void {
    this.#waiting = undefined;
    this.#deps.connections.setPending(undefined);
  }

  /** Opens the browser, asks for the code, exchanges it and keeps the session. `cancelled`: by Cancel Sign In. */
  async ask(attempt: Attempt, cancelled: AbortSignal): Promise<Place> {
    const { clock, connections } = this.#deps;
    this.#waiting = attempt;
    connections.setPending({ environmentLabel: attempt.environment.label, startedAt: clock.now() });
    let exchange: Promise<TokenSet> | undefined;
    const result = await askCode({
      attempt,
      cancelled,
      clock,
      report: notingReport(this.#deps, attempt),
      sent: this.#deps.sent,
      fateOf: (code) => this.#fateOf(code),
      exchange: async (code) => {
        exchange = this.#exchange(attempt, code);
        // What the box has told is not told again when it is closed.
        exchange.catch(() => (exchange = undefined));
        return await exchange;
      },
    });
    if (result.kind === "closed") return await this.#closedWhile(attempt, exchange);
    if (result.kind === "back") {
      return attempt.environment.kind === "local" ? { step: "environment" } : { step: "clientSecret", attempt };
    }
    if (result.answer.kind === "editCredentials") return { step: "clientId", attempt };
    return await this.#complete(attempt, result.answer.tokens);
  }

  /** Without a signal: a code is spent once it is sent, so closing the box does not stop the exchange. */
  async #exchange(attempt: Attempt, code: Secret): Promise<TokenSet> {
    if (this.#fateOf(code) === undefined) this.#fates.set(code, "sent");
    const tokens = await this.#deps.tokenEndpoint.exchangeCode(appOf(attempt), code);
    this.#fates.set(code, "accepted");
    return tokens;
  }

  #fateOf(code: Secret): CodeFate {
    const same = Array.from(this.#fates).filter(([other]) => other.equals(code));
    return same.some(([, fate]) => fate === "accepted") ? "accepted" : same[0]?.[1];
  }

  /** The box was closed while its code was on the way: the sign-in ends well all the same, unless it was cancelled. */
  async #closedWhile(attempt: Attempt, exchange: Promise<TokenSet> | undefined): Promise<Place> {
    if (exchange === undefined) return left;
    let tokens: TokenSet;
    try {
      tokens = await exchange;
    } catch (error) {
      notingReport(this.#deps, attempt).failure(error, { retry: this.#deps.retry });
      return left;
    }
    if (this.#waiting === attempt) return await this.#complete(attempt, tokens);
    await this.#deps.tokenEndpoint.revoke(appOf(attempt), tokens.accessToken);
    return left;
  }

  async #complete(attempt: Attempt, tokens: TokenSet): Promise<Place> {
    const { drafts, troubles, sent } = this.#deps;
    drafts.forget(attempt);
    if (this.#waiting === attempt) this.cancel();
    const signedIn = await completeSignIn(this.#deps, attempt, tokens);
    troubles.delete(attempt.environment.id);
    sent.end(attempt);
    return { step: "done", signedIn };
  }
}
