import * as l10n from "@vscode/l10n";
import { Secret } from "../secret.ts";
import {
  callLibrary,
  clientCredentialsCall,
  exchangeCall,
  type OAuthApp,
  refreshCall,
  revokeCall,
  sendTokenInfo,
  type TokenCall,
  type TokenCallDependencies,
} from "./tokenCall.ts";
import {
  type GrantRefused,
  notTheLogin,
  oauthFailure,
  parseTokenInfo,
  readOAuthError,
  serviceAccountFailure,
  type TokenInfo,
  toTokenSet,
} from "./tokenReply.ts";
import type { TokenSet } from "./tokenSet.ts";
import { triedCode } from "./triedCode.ts";

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
   * does not know them, and when it was not reached or something else answered in its place; any other answer is fine
   * to go on with, but says of the keys only what it resolves with.
   */
  checkCredentials(app: OAuthApp, signal?: AbortSignal): Promise<KeysVerdict>;
  /** `invalid_grant` becomes `codeRejected`. A refused exchange may leave the code good for another try. */
  exchangeCode(app: OAuthApp, code: Secret, signal?: AbortSignal): Promise<TokenSet>;
  /**
   * `invalid_grant` becomes `signedOut` with `refreshTokenSpent`. An answer that brings no refresh token keeps the one
   * that was sent (RFC 6749 section 6).
   */
  refresh(app: OAuthApp, refreshToken: Secret, signal?: AbortSignal): Promise<TokenSet>;
  /**
   * A token of the app's own service account: asking again costs nothing, a lost answer loses nothing. Rejects with
   * `serviceAccountMissing` when the login service knows the app but gives it no such token. A refresh token, should
   * one come, is left out (RFC 6749 section 4.4.3).
   */
  clientCredentials(app: OAuthApp, signal?: AbortSignal): Promise<TokenSet>;
  /** Ends a token and its pair; also resolves when it was no longer good. */
  revoke(app: OAuthApp, token: Secret, signal?: AbortSignal): Promise<void>;
  /** What the login service itself says of a token; needs no client secret. */
  tokenInfo(
    app: Pick<OAuthApp, "connectionId" | "environmentLabel" | "loginOrigin">,
    accessToken: Secret,
    signal?: AbortSignal,
  ): Promise<TokenInfo>;
}

/**
 * What an answer says of client ID and secret. `taken`: the login service refused the code or the grant alone, for which
 * it had to take the keys first. `notJudged`: it answered something else, such as 429, 503 or `invalid_request`.
 * @see RFC 6749 section 5.2
 */
export type KeysVerdict = { readonly kind: "taken" } | { readonly kind: "notJudged"; readonly status: number };

export type TokenEndpointDependencies = TokenCallDependencies;

const impossibleCode = new Secret(triedCode);

/** Speaks OAuth through oauth4webapi, over our own transport. */
export function createTokenEndpoint(deps: TokenEndpointDependencies): TokenEndpoint {
  const tokens = async (call: TokenCall, onInvalidGrant: GrantRefused, signal?: AbortSignal): Promise<TokenSet> => {
    const { answer, timed } = await callLibrary(deps, call, signal);
    if (answer === undefined) throw oauthFailure(timed, call.app, onInvalidGrant);
    return toTokenSet(answer, timed);
  };
  return {
    async checkCredentials(app, signal) {
      const { answer, timed } = await callLibrary(deps, exchangeCall(app, impossibleCode), signal);
      const { status } = timed.reply;
      const error = answer === undefined ? readOAuthError(timed)?.error : undefined;
      if (answer === undefined && (error === "invalid_client" || status < 400)) throw oauthFailure(timed, app);
      const isTaken = error === "invalid_grant" || error === "unauthorized_client";
      return isTaken ? { kind: "taken" } : { kind: "notJudged", status };
    },
    exchangeCode: (app, code, signal) => tokens(exchangeCall(app, code), { kind: "codeRejected" }, signal),
    async refresh(app, refreshToken, signal) {
      const spent: GrantRefused = { kind: "signedOut", reason: "refreshTokenSpent" };
      const renewed = await tokens(refreshCall(app, refreshToken), spent, signal);
      return { ...renewed, refreshToken: renewed.refreshToken ?? refreshToken };
    },
    async clientCredentials(app, signal) {
      const { answer, timed } = await callLibrary(deps, clientCredentialsCall(app), signal);
      if (answer === undefined) throw serviceAccountFailure(timed, app);
      return { ...toTokenSet(answer, timed), refreshToken: undefined };
    },
    async revoke(app, token, signal) {
      const { answer, timed } = await callLibrary(deps, revokeCall(app, token), signal);
      if (answer === undefined) throw oauthFailure(timed, app);
    },
    async tokenInfo(app, accessToken, signal) {
      const timed = await sendTokenInfo(deps, { app, accessToken }, signal);
      if (timed.reply.status !== 200) throw oauthFailure(timed, app);
      const info = parseTokenInfo(timed.reply.body);
      if (info === undefined) throw notTheLogin(timed, app.loginOrigin, l10n.t("token info"));
      return info;
    },
  };
}
