import { ProcoreError, type Failure } from "../../src/core/errors.ts";
import type { KeysVerdict, OAuthApp, TokenEndpoint, TokenInfo } from "../../src/core/oauth/tokenEndpoint.ts";
import type { TokenSet } from "../../src/core/oauth/tokenSet.ts";
import { Secret } from "../../src/core/secret.ts";
import { minuteMs, type Clock } from "../../src/core/clock.ts";

/** A login service of one app in memory: single-use refresh tokens, a log of calls, answers held back on demand. */
export class FakeTokenEndpoint implements TokenEndpoint {
  readonly calls: string[] = [];
  readonly revoked: string[] = [];
  /** The login origin that each refresh and each revocation was sent to. */
  readonly sentTo: string[] = [];
  /** The refresh token that is good now. */
  live = "refresh-0";
  #count = 0;
  #failure: Failure | undefined;
  #gate: Promise<void> | undefined;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The next calls fail so, until `fail(undefined)`. */
  fail(failure: Failure | undefined): void {
    this.#failure = failure;
  }

  /** Holds every answer back until the returned function is called. */
  hold(): () => void {
    let open = (): void => undefined;
    this.#gate = new Promise((resolve) => {
      open = resolve;
    });
    return () => {
      this.#gate = undefined;
      open();
    };
  }

  issue(): TokenSet {
    this.#count += 1;
    this.live = `refresh-${this.#count}`;
    return {
      accessToken: new Secret(`access-${this.#count}`),
      refreshToken: new Secret(this.live),
      expiresAt: this.#clock.now() + 90 * minuteMs,
      lifetimeMs: 90 * minuteMs,
      clockSkewMs: 0,
    };
  }

  async checkCredentials(): Promise<KeysVerdict> {
    await this.#answer("check");
    return { kind: "taken" };
  }

  async exchangeCode(): Promise<TokenSet> {
    await this.#answer("exchange");
    return this.issue();
  }

  async refresh({ loginOrigin }: OAuthApp, refreshToken: Secret): Promise<TokenSet> {
    this.sentTo.push(loginOrigin);
    await this.#answer(`refresh ${refreshToken.reveal()}`);
    if (refreshToken.reveal() !== this.live) throw new ProcoreError({ kind: "signedOut", reason: "refreshTokenSpent" });
    return this.issue();
  }

  async clientCredentials(): Promise<TokenSet> {
    await this.#answer("client credentials");
    const { live } = this;
    const issued = this.issue();
    this.live = live;
    return { ...issued, refreshToken: undefined };
  }

  async revoke({ loginOrigin }: OAuthApp, token: Secret): Promise<void> {
    this.sentTo.push(loginOrigin);
    await this.#answer(`revoke ${token.reveal()}`);
    this.revoked.push(token.reveal());
  }

  async tokenInfo(): Promise<TokenInfo> {
    await this.#answer("info");
    return { resourceOwnerId: "1", applicationUid: undefined, scopes: [], expiresInSeconds: 1, createdAt: undefined };
  }

  async #answer(call: string): Promise<void> {
    this.calls.push(call);
    await this.#gate;
    if (this.#failure !== undefined) throw new ProcoreError(this.#failure);
  }
}
