import assert from "node:assert/strict";
import { minuteMs } from "../../../../src/core/clock.ts";
import { ProcoreError } from "../../../../src/core/errors.ts";
import type { OAuthApp, TokenEndpoint } from "../../../../src/core/oauth/tokenEndpoint.ts";
import type { TokenSet } from "../../../../src/core/oauth/tokenSet.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { type Caller, type DialogueState, workContext } from "./caller.ts";
import { excuseAll, type Issue } from "./issue.ts";

export type Fault = "lostRequest" | "lostAnswer";

const lifetimeMs = 90 * minuteMs;

/**
 * The login service as the model knows it: single-use refresh tokens, and a revocation that does nothing for an access
 * token past its end. It knows every pair, so it can tell which are usable, and whether one is sent twice.
 */
export class ModelServer {
  readonly issues: Issue[] = [];
  clientSecret = "secret-1";
  /** What the next refresh or exchange of a code meets. */
  fault: Fault | undefined;
  /** Does `/me` answer? */
  me: "answers" | "fails" = "answers";
  /** Each refresh token that came twice without an excuse. */
  readonly sentTwice: string[] = [];
  /** Each that a sign-out ended though the person had given that up before the sign-in. */
  readonly endedLate: Issue[] = [];
  /** By code that was not exchanged yet: whose it is. */
  readonly #goodCodes = new Map<string, number>();
  #codes = 0;
  readonly #now: () => number;
  readonly #isKept: (issue: Issue) => boolean;

  /** `isKept` tells whether a window still has this pair to use. */
  constructor(now: () => number, isKept: (issue: Issue) => boolean) {
    this.#now = now;
    this.#isKept = isKept;
  }

  /** A code that the browser shows to this user. */
  code(user: number): string {
    this.#codes += 1;
    const code = `code-${this.#codes}`;
    this.#goodCodes.set(code, user);
    return code;
  }

  /** The pair with this access token. */
  issueOf(accessToken: Secret): Issue {
    const issue = this.issues.find((one) => one.accessToken === accessToken.reveal());
    assert.ok(issue, "an unknown access token");
    return issue;
  }

  /** A new pair: of a code, or of the pair that it renews. */
  issue(connectionId: string, user: number, renewed?: Issue): Issue {
    const count = this.issues.length + 1;
    const signIn = renewed?.signIn ?? this.issues.length;
    const issue: Issue = {
      connectionId,
      user,
      signIn,
      refreshToken: `refresh-${count}`,
      accessToken: `access-${count}`,
      expiresAt: this.#now() + lifetimeMs,
      state: "live",
      excuse: undefined,
      sentUnknown: undefined,
      arrivals: 0,
    };
    this.issues.push(issue);
    return issue;
  }

  tokensOf({ accessToken, refreshToken, expiresAt }: Issue): TokenSet {
    const [access, refresh] = [new Secret(accessToken), new Secret(refreshToken)];
    return { accessToken: access, refreshToken: refresh, expiresAt, lifetimeMs, clockSkewMs: 0 };
  }

  /** Does the API take this access token now? */
  takes(accessToken: string): boolean {
    const issue = this.issues.find((one) => one.accessToken === accessToken);
    return issue?.state === "live" && this.#now() < issue.expiresAt;
  }

  liveOf(connectionId: string): readonly Issue[] {
    return this.issues.filter((one) => one.connectionId === connectionId && one.state === "live");
  }

  /** The service as one window speaks to it. */
  endpointOf(caller: Caller): TokenEndpoint {
    const check = ({ clientSecret }: OAuthApp): void => {
      if (clientSecret.reveal() === this.clientSecret) return;
      throw new ProcoreError({ kind: "credentialsRejected", environment: "Sandbox", host: "login.test" });
    };
    const unused = (): never => assert.fail("The model does not make this call");
    return {
      checkCredentials: async (app) => {
        await caller.step("tries the keys");
        check(app);
        return { kind: "taken" };
      },
      exchangeCode: async (app, code) => {
        const context = workContext.getStore();
        await caller.pass(`${code.reveal()} arrives`);
        const fault = this.#takeFault();
        const answer = fault === "lostRequest" ? lost : this.#exchange(app, code, check, context?.dialogue);
        if (answer.kind === "issued") {
          if (fault === "lostAnswer") answer.issue.excuse = "its answer was lost";
          caller.opened(answer.issue);
        }
        await caller.step(`answer for ${code.reveal()}`);
        if (fault !== undefined || answer.kind === "lost") throw networkTrouble();
        if (answer.kind === "refused") throw answer.error;
        if (this.#now() >= answer.issue.expiresAt) answer.issue.excuse ??= "it ended while it was on the way";
        if (context !== undefined) context.issue = answer.issue;
        return this.tokensOf(answer.issue);
      },
      clientCredentials: unused,
      tokenInfo: unused,
      refresh: async (app, refreshToken) => {
        const used = this.issues.find((one) => one.refreshToken === refreshToken.reveal());
        assert.ok(used, "an unknown refresh token");
        const isEnding = !this.#isKept(used);
        if (isEnding) caller.ending(used);
        caller.sending(used);
        // What was sent arrives, also when its sender is dead by then.
        await caller.pass(`refresh ${used.refreshToken} arrives`);
        const fault = this.#takeFault();
        const answer = fault === "lostRequest" ? lost : this.#refresh(used, app, check, caller);
        if (fault === "lostRequest" || answer.kind === "refused") this.#excuseOld(used);
        if (fault === "lostAnswer") {
          excuseAll(used, "its answer was lost");
          if (answer.kind === "issued") answer.issue.excuse = "its answer was lost";
        }
        if (answer.kind === "issued") caller.received(answer.issue, isEnding ? "end" : "use");
        if (answer.kind === "issued" && isEnding) caller.ending(answer.issue);
        await caller.step(`answer for ${used.refreshToken}`);
        if (fault !== undefined || answer.kind === "lost") throw networkTrouble();
        if (answer.kind === "refused") throw answer.error;
        if (this.#now() >= answer.issue.expiresAt) answer.issue.excuse ??= "it ended while it was on the way";
        return this.tokensOf(answer.issue);
      },
      revoke: async (app, token) => {
        const issue = this.issues.find((one) => one.accessToken === token.reveal());
        const sentAt = this.#now();
        if (issue !== undefined) {
          caller.decided(issue);
          caller.ending(issue);
        }
        const { gaveUpAt } = workContext.getStore() ?? {};
        if (issue !== undefined && gaveUpAt !== undefined && issue.signIn >= gaveUpAt) {
          this.endedLate.push(issue);
        }
        await caller.step(`revoke ${token.reveal()} arrives`);
        const endedOnTheWay = issue !== undefined && sentAt < issue.expiresAt && this.#now() >= issue.expiresAt;
        if (endedOnTheWay) issue.excuse ??= "it ended while its revocation was on the way";
        const isRefused = app.clientSecret.reveal() !== this.clientSecret;
        if (issue !== undefined && isRefused) issue.excuse ??= "the login service did not take its app's keys any more";
        check(app);
        // Doorkeeper 5.5 leaves the refresh token of a dead access token alive.
        if (issue?.state === "live" && this.#now() < issue.expiresAt) issue.state = "revoked";
        await caller.step(`answer for revoke ${token.reveal()}`);
      },
    };
  }

  /** A pair that another sign-in replaced is ended behind it, as far as that works. */
  #excuseOld(issue: Issue): void {
    if (!this.#isKept(issue)) issue.excuse ??= "it was replaced, and could not be ended";
  }

  #takeFault(): Fault | undefined {
    const { fault } = this;
    this.fault = undefined;
    return fault;
  }

  #exchange(app: OAuthApp, code: Secret, check: (app: OAuthApp) => void, dialogue: DialogueState | undefined): Answer {
    try {
      check(app);
    } catch (error) {
      // Refused unseen: the code is as good as before.
      return { kind: "refused", error };
    }
    const user = this.#goodCodes.get(code.reveal());
    if (user === undefined) {
      return { kind: "refused", error: new ProcoreError({ kind: "codeRejected" }) };
    }
    this.#goodCodes.delete(code.reveal());
    return { kind: "issued", issue: this.issue(dialogue?.connectionId ?? "", user) };
  }

  #refresh(used: Issue, app: OAuthApp, check: (app: OAuthApp) => void, caller: Caller): Answer {
    used.arrivals += 1;
    if (used.arrivals > 1 && used.sentUnknown === undefined && !caller.isOvertaken(used.connectionId))
      this.sentTwice.push(used.refreshToken);
    try {
      check(app);
    } catch (error) {
      // Refused unseen: the token is as good as before.
      used.arrivals -= 1;
      return { kind: "refused", error };
    }
    if (used.state !== "live") {
      return { kind: "refused", error: new ProcoreError({ kind: "signedOut", reason: "refreshTokenSpent" }) };
    }
    used.state = "spent";
    return { kind: "issued", issue: this.issue(used.connectionId, used.user, used) };
  }
}

type Answer =
  | { readonly kind: "issued"; readonly issue: Issue }
  | { readonly kind: "refused"; readonly error: unknown }
  | { readonly kind: "lost" };
const lost: Answer = { kind: "lost" };

const networkTrouble = (): ProcoreError => new ProcoreError({ kind: "network", cause: "timeout", host: "login.test" });
