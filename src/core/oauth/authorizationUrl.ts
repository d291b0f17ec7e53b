/** The out-of-band redirect URI: Procore shows the code on a page of its own, nothing comes back to a listener. */
export const outOfBandRedirectUri = "urn:ietf:wg:oauth:2.0:oob";

/**
 * The address a person opens to allow the app, ending in a page that shows the authorization code. No PKCE and no
 * state: Procore documents no PKCE, and with an out-of-band redirect a state never comes back.
 * @param app `loginOrigin` is a bare origin
 * @see procore/documentation oauth/oauth_endpoints.md (authorize), oauth/oauth_auth_grant_flow.md (out of band)
 */
export function authorizationUrl(app: { readonly loginOrigin: string; readonly clientId: string }): string {
  const query = [
    ["response_type", "code"],
    ["client_id", app.clientId],
    ["redirect_uri", outOfBandRedirectUri],
  ].map(([name, value]) => `${name}=${encodeURIComponent(value ?? "")}`);
  return `${app.loginOrigin}/oauth/authorize?${query.join("&")}`;
}
