import * as oauth from "oauth4webapi";
import { type Clock, secondMs } from "../clock.ts";
import { withDeadline } from "../http/deadline.ts";
import { parseJson } from "../parseJson.ts";
import { exchange, type TimedReply } from "../http/exchange.ts";
import type { HttpLog } from "../http/httpLog.ts";
import { buildUrl, isLoopback } from "../http/origin.ts";
import type { Transport, TransportRequest } from "../http/transport.ts";
import type { Secret } from "../secret.ts";
import { toResponse } from "./tokenResponse.ts";

/** An app's keys and the login host they are for. */
export interface OAuthApp {
  /** The connection they belong to; a sign-in has none yet. */
  readonly connectionId?: string;
  readonly environmentLabel: string;
  readonly loginOrigin: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
}

export interface TokenCallDependencies {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly userAgent: string;
  readonly log: HttpLog;
}

/**
 * The total deadline of a token call: with what follows its answer, shorter than half the lease of the lock under which
 * sessions are renewed, after which their window gives up what it has not done.
 */
export const tokenCallTimeoutMs = 20 * secondMs;

/** Out of band: Procore shows the code on a page of its own. @see procore/documentation oauth/oauth_auth_grant_flow.md */
const redirectUri = "urn:ietf:wg:oauth:2.0:oob";

/** One request through oauth4webapi: how it is made, and how its answer is judged. */
export interface TokenCall {
  readonly app: OAuthApp;
  readonly path: readonly string[];
  send(server: oauth.AuthorizationServer, client: oauth.Client, options: RequestOptions): Promise<Response>;
  judge(server: oauth.AuthorizationServer, client: oauth.Client, response: Response): Promise<Answer>;
}

type RequestOptions = oauth.TokenEndpointRequestOptions;
/** What the library found in a success. */
export type Answer = Pick<oauth.TokenEndpointResponse, "access_token" | "refresh_token">;

/** @see RFC 6749 section 4.1.3 */
export const exchangeCall = (app: OAuthApp, code: Secret): TokenCall => ({
  app,
  path: ["oauth", "token"],
  send: (server, client, options) => {
    const pasted = new URLSearchParams({ code: code.reveal() });
    const callback = oauth.validateAuthResponse(server, client, pasted, oauth.expectNoState);
    const keys = oauth.ClientSecretPost(app.clientSecret.reveal());
    return oauth.authorizationCodeGrantRequest(server, client, keys, callback, redirectUri, oauth.nopkce, options);
  },
  judge: (server, client, response) => oauth.processAuthorizationCodeResponse(server, client, response),
});

/** @see RFC 6749 section 6; the redirect URI goes along as in procore/documentation oauth/oauth_auth_grant_flow.md */
export const refreshCall = (app: OAuthApp, refreshToken: Secret): TokenCall => ({
  app,
  path: ["oauth", "token"],
  send: (server, client, options) =>
    oauth.refreshTokenGrantRequest(
      server,
      client,
      oauth.ClientSecretPost(app.clientSecret.reveal()),
      refreshToken.reveal(),
      { ...options, additionalParameters: { redirect_uri: redirectUri } },
    ),
  judge: (server, client, response) => oauth.processRefreshTokenResponse(server, client, response),
});

/** @see RFC 6749 section 4.4, procore/documentation oauth/oauth_client_credentials.md */
export const clientCredentialsCall = (app: OAuthApp): TokenCall => ({
  app,
  path: ["oauth", "token"],
  send: (server, client, options) =>
    oauth.clientCredentialsGrantRequest(server, client, oauth.ClientSecretPost(app.clientSecret.reveal()), {}, options),
  judge: (server, client, response) => oauth.processClientCredentialsResponse(server, client, response),
});

/** @see RFC 7009 section 2.1, procore/documentation oauth/oauth_endpoints.md */
export const revokeCall = (app: OAuthApp, token: Secret): TokenCall => ({
  app,
  path: ["oauth", "revoke"],
  send: (server, client, options) =>
    oauth.revocationRequest(server, client, oauth.ClientSecretPost(app.clientSecret.reveal()), token.reveal(), options),
  judge: async (_server, _client, response) => {
    await oauth.processRevocationResponse(response);
    const body = await response.text();
    if (body.trim() !== "" && parseJson(body) === undefined) throw new Error("Not an answer to a revocation");
    return { access_token: "" };
  },
});

/**
 * Sends a call and has the library judge the reply. `answer` is undefined when it refuses it: the library's errors
 * hold bodies and tokens in their causes, so they end here, and the reply itself tells the rest.
 */
export async function callLibrary(
  deps: TokenCallDependencies,
  call: TokenCall,
  signal?: AbortSignal,
): Promise<{ readonly answer: Answer | undefined; readonly timed: TimedReply }> {
  const { loginOrigin, clientId } = call.app;
  const url = buildUrl(loginOrigin, call.path);
  const server = { issuer: url.origin, token_endpoint: url.href, revocation_endpoint: url.href };
  const client = { client_id: clientId };
  let timed: TimedReply | undefined;
  const options: RequestOptions = {
    headers: { "user-agent": deps.userAgent },
    [oauth.allowInsecureRequests]: isLoopback(url.hostname),
    [oauth.customFetch]: async (address, { method, headers, body }) => {
      const content = body == null ? {} : { body: body.toString() };
      const request = { method, url: address, headers, ...content, ...ownerOf(call.app) };
      timed = await send(deps, { request, path: call.path }, signal);
      return toResponse(timed, url.host);
    },
  };
  const response = await call.send(server, client, options);
  if (timed === undefined) throw new Error("oauth4webapi answered without sending a request");
  try {
    return { answer: await call.judge(server, client, response), timed };
  } catch {
    return { answer: undefined, timed };
  }
}

const ownerOf = ({ connectionId }: Pick<OAuthApp, "connectionId">): Pick<TransportRequest, "connectionId"> =>
  connectionId === undefined ? {} : { connectionId };

async function send(
  deps: TokenCallDependencies,
  { request, path }: { readonly request: TransportRequest; readonly path: readonly string[] },
  signal?: AbortSignal,
): Promise<TimedReply> {
  const { host } = new URL(request.url);
  const outgoing = { request, pathTemplate: `/${path.join("/")}` };
  const limit = { clock: deps.clock, timeoutMs: tokenCallTimeoutMs, host };
  return withDeadline(limit, (inner) => exchange(deps, outgoing, inner), signal);
}

/** GET /oauth/token/info with the token itself. @see procore/documentation oauth/oauth_endpoints.md */
export async function sendTokenInfo(
  deps: TokenCallDependencies,
  { app, accessToken }: { readonly app: Pick<OAuthApp, "loginOrigin" | "connectionId">; readonly accessToken: Secret },
  signal?: AbortSignal,
): Promise<TimedReply> {
  const path = ["oauth", "token", "info"];
  const headers = {
    accept: "application/json",
    authorization: `Bearer ${accessToken.reveal()}`,
    "user-agent": deps.userAgent,
  };
  const request = { method: "GET", url: buildUrl(app.loginOrigin, path).href, headers, ...ownerOf(app) };
  return send(deps, { request, path }, signal);
}
