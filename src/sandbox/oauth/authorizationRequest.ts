import { missingParameter, oauthErrors } from "./oauthErrors.ts";

/** Shows the code on a page to copy it from (procore/documentation oauth/oauth_auth_grant_flow.md). */
export const outOfBand = "urn:ietf:wg:oauth:2.0:oob";

/** What the sandbox's app has registered: the pasted code, and the address that Procore presets for every new app. */
const registeredRedirectUris: readonly string[] = [outOfBand, "http://localhost"];

export interface AuthorizationRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string | undefined;
}

/**
 * Judges the query of /oauth/authorize in Doorkeeper's order: client, redirect URI (to the letter), response type.
 * @see procore/documentation oauth/oauth_endpoints.md
 */
export function parseAuthorizationRequest(
  query: Readonly<Record<string, string | undefined>>,
  clientIds: readonly string[],
): AuthorizationRequest | { readonly refused: string } {
  const { client_id: client, redirect_uri: redirectUri, response_type: responseType, state } = query;
  if (client === undefined || client === "") return { refused: missingParameter("client_id") };
  if (!clientIds.includes(client)) return { refused: oauthErrors.invalid_client };
  if (redirectUri === undefined || !registeredRedirectUris.includes(redirectUri)) {
    return { refused: oauthErrors.invalid_redirect_uri };
  }
  if (responseType === undefined || responseType === "") return { refused: missingParameter("response_type") };
  if (responseType !== "code") return { refused: oauthErrors.unsupported_response_type };
  return { clientId: client, redirectUri, state };
}

/** The registered address with the answer added to it (RFC 6749 section 4.1.2). */
export function redirectWith(request: AuthorizationRequest, answer: Readonly<Record<string, string>>): string {
  const url = new URL(request.redirectUri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  if (request.state !== undefined) url.searchParams.set("state", request.state);
  return url.href;
}
