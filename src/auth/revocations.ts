import type { Clock } from "../core/clock.ts";
import type { OAuthApp, TokenEndpoint } from "../core/oauth/tokenEndpoint.ts";
import type { TokenSet } from "../core/oauth/tokenSet.ts";
import type { Secret } from "../core/secret.ts";
import type { Connection } from "../core/session.ts";
import { appOf } from "./sessionStates.ts";
import type { TokenStore } from "./tokenStore.ts";
import type { Overtaken, WindowTokens } from "./windowTokens.ts";

export interface RevocationsDependencies {
  readonly store: TokenStore;
  readonly memory: WindowTokens;
  readonly tokenEndpoint: TokenEndpoint;
  readonly clock: Clock;
}

/** A pair that came too late to be stored and could not be revoked either. */
interface Stray {
  readonly error: unknown;
}

/** How pairs end at the server, whether anybody waits for that or not. */
export class Revocations {
  readonly #deps: RevocationsDependencies;
  readonly #strays = new Map<string, Stray>();

  constructor(deps: RevocationsDependencies) {
    this.#deps = deps;
  }

  /**
   * Ends a pair at the server. An access token past its end is renewed first, because revoking a dead one leaves its
   * refresh token alive; one that had none is over, whether the server hears of it or not.
   * @see doorkeeper-gem/doorkeeper 5.5 (TokensController#revoke)
   */
  async revoke(connection: Connection, app: OAuthApp, tokens: TokenSet): Promise<"revoked" | "nothingToRevoke"> {
    const { accessToken, refreshToken, expiresAt } = tokens;
    const { tokenEndpoint, clock } = this.#deps;
    const ended = clock.now() + connection.clockSkewMs >= expiresAt;
    if (ended && refreshToken === undefined) {
      // Nothing lives on, unless a clock is wrong.
      await tokenEndpoint.revoke(app, accessToken).catch(noop);
      return "nothingToRevoke";
    }
    const living = ended && refreshToken !== undefined ? await tokenEndpoint.refresh(app, refreshToken) : undefined;
    await tokenEndpoint.revoke(app, living?.accessToken ?? accessToken);
    return "revoked";
  }

  /**
   * Ends a pair that nobody uses any more behind whatever goes on; a server that cannot be told is no trouble of that.
   * A pair of another login service than the connection's is dropped: who took that address may be anybody.
   */
  retire(connection: Connection, old: Overtaken | undefined): void {
    if (old === undefined || old.loginOrigin !== connection.origins.login) return;
    const end = async (): Promise<void> => {
      const app =
        old.clientSecret === undefined ? await this.#deps.store.app(connection) : appOf(connection, old.clientSecret);
      await this.revoke(connection, app, old.tokens);
    };
    end().catch(noop);
  }

  /** The same for what only this window has of a connection that was removed; the secret is in no store any more. */
  retireRemoved(connection: Connection, clientSecret?: Secret): void {
    const { memory } = this.#deps;
    const own = memory.own(connection.id)?.overtaken;
    memory.forget(connection.id, "all");
    if (own !== undefined) this.retire(connection, { ...own, clientSecret: own.clientSecret ?? clientSecret });
  }

  /** Ends a pair that came too late to be kept; one that could not be ended is told by the next sign-out. */
  async giveBack(connection: Connection, app: OAuthApp, tokens: TokenSet): Promise<void> {
    try {
      await this.revoke(connection, app, tokens);
    } catch (error) {
      this.#strays.set(connection.id, { error });
    }
  }

  /** Why a pair could not be given back that this window got since the last sign-in; undefined when there is none. */
  stray(connectionId: string): Stray | undefined {
    return this.#strays.get(connectionId);
  }

  /** A new sign-in: what was left behind before it is no news any longer. */
  forgetStray(connectionId: string): void {
    this.#strays.delete(connectionId);
  }
}

const noop = (): void => undefined;
