import { type Failure } from "../errors.ts";
import { notTheApi } from "../http/apiFailure.ts";
import { Secret } from "../secret.ts";
import {
  callLibrary,
  exchangeCall,
  type OAuthApp,
  refreshCall,
  revokeCall,
  sendTokenInfo,
  type TokenCall,
  type TokenCallDependencies,
} from "./tokenCall.ts";
import { oauthFailure, parseTokenInfo, readOAuthError, type TokenInfo, toTokenSet } from "./tokenReply.ts";
import type { TokenSet } from "./tokenSet.ts";

export { type OAuthApp, tokenCallTimeoutMs } from "./tokenCall.ts";
export type { TokenInfo } from "./tokenReply.ts";

/**
 * OAuth's token calls. Every method sends exactly one request, repeats nothing, follows no redirect, gives up after
 * `tokenCallTimeoutMs`, and rejects with a `ProcoreError` in whose chain of causes there is no token, code or secret.
 * @see procore/documentation oauth/oauth_endpoints.md
 */
export interface TokenEndpoint {
  /**
   * Tries the keys by exchanging a code that cannot exist: rejects with `credentialsRejected` when the login service
   * does not know them, and when it was not reached or something else answered in its place; any other answer is fine.
   */
  checkCredentials(app: OAuthApp, signal?: AbortSignal): Promise<void>;
  /** `invalid_grant` becomes `codeRejected`. A refused exchange may leave the code good for another try. */
  exchangeCode(app: OAuthApp, code: Secret, signal?: AbortSignal): Promise<TokenSet>;
  /**
   * `invalid_grant` becomes `signedOut` with `refreshTokenSpent`. An answer that brings no refresh token keeps the one
   * that was sent (RFC 6749 section 6).
   */
  refresh(app: OAuthApp, refreshToken: Secret, signal?: AbortSignal): Promise<TokenSet>;
  /** Ends a token and its pair; also resolves when it was no longer good. */
  revoke(app: OAuthApp, token: Secret, signal?: AbortSignal): Promise<void>;
  /** What the login service itself says of a token; needs no client secret. */
  tokenInfo(
    app: Pick<OAuthApp, "environmentLabel" | "loginOrigin">,
    accessToken: Secret,
    signal?: AbortSignal,
  ): Promise<TokenInfo>;
}

export type TokenEndpointDependencies = TokenCallDependencies;

/** A code that no login service gives out. */
const impossibleCode = new Secret("procore-explorer-tries-the-keys");

/** Speaks OAuth through oauth4webapi, over our own transport. */
export function createTokenEndpoint(deps: TokenEndpointDependencies): TokenEndpoint {
  const tokens = async (call: TokenCall, onInvalidGrant: Failure, signal?: AbortSignal): Promise<TokenSet> => {
    const { answer, timed } = await callLibrary(deps, call, signal);
    if (answer === undefined) throw oauthFailure(timed, call.app, onInvalidGrant);
    return toTokenSet(answer, timed);
  };
  return {
    async checkCredentials(app, signal) {
      const { answer, timed } = await callLibrary(deps, exchangeCall(app, impossibleCode), signal);
      const isRefused = readOAuthError(timed)?.error === "invalid_client";
      if (answer === undefined && (isRefused || timed.reply.status < 400)) throw oauthFailure(timed, app);
    },
    exchangeCode: (app, code, signal) => tokens(exchangeCall(app, code), { kind: "codeRejected" }, signal),
    async refresh(app, refreshToken, signal) {
      const spent: Failure = { kind: "signedOut", reason: "refreshTokenSpent" };
      const renewed = await tokens(refreshCall(app, refreshToken), spent, signal);
      return { ...renewed, refreshToken: renewed.refreshToken ?? refreshToken };
    },
    async revoke(app, token, signal) {
      const { answer, timed } = await callLibrary(deps, revokeCall(app, token), signal);
      if (answer === undefined) throw oauthFailure(timed, app);
    },
    async tokenInfo(app, accessToken, signal) {
      const timed = await sendTokenInfo(deps, { loginOrigin: app.loginOrigin, accessToken }, signal);
      if (timed.reply.status !== 200) throw oauthFailure(timed, app);
      const info = parseTokenInfo(timed.reply.body);
      if (info === undefined) throw notTheApi(new URL(app.loginOrigin).host, "token info");
      return info;
    },
  };
}
