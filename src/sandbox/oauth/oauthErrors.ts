import type { Context } from "hono";

/** Doorkeeper's words for each refusal (doorkeeper-gem/doorkeeper config/locales/en.yml), which Procore's service uses too. */
export const oauthErrors = {
  invalid_request:
    "The request is missing a required parameter, includes an unsupported parameter value, or is otherwise malformed.",
  invalid_client:
    "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.",
  invalid_grant:
    "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.",
  unauthorized_client: "The client is not authorized to perform this request using this method.",
  unsupported_grant_type: "The authorization grant type is not supported by the authorization server.",
  unsupported_response_type: "The authorization server does not support this response type.",
  invalid_redirect_uri: "The requested redirect uri is malformed or doesn't match client redirect URI.",
  access_denied: "The resource owner or authorization server denied the request.",
} as const;

export type OauthErrorCode = keyof typeof oauthErrors;

/** A token that another app, or nobody known, wants to end: of all refusals this one comes with 403. */
export const refuseRevocation = (c: Context): Response =>
  send(c, { error: "unauthorized_client", description: "You are not authorized to revoke this token", status: 403 });

/** Doorkeeper's words for a parameter that is not there. */
export const missingParameter = (name: string): string => `Missing required parameter: ${name}.`;

/** Doorkeeper's words for an access token that is no use. */
export function tokenProblem(kind: "expired" | "revoked" | "unknown"): string {
  if (kind === "expired") return "The access token expired";
  return kind === "revoked" ? "The access token was revoked" : "The access token is invalid";
}

/** The challenge that comes with each refusal; quotes in a description would end it early, and ours have none. */
export function challenge(error: string, description: string): string {
  return `Bearer realm="Doorkeeper", error="${error}", error_description="${description}"`;
}

/** A refusal as Doorkeeper sends it: error and description, and the same as a challenge, with 400 too. */
export function refuse(c: Context, error: OauthErrorCode, description: string = oauthErrors[error]): Response {
  return send(c, {
    error,
    description,
    status: error === "invalid_client" || error === "unauthorized_client" ? 401 : 400,
  });
}

function send(
  c: Context,
  refusal: { readonly error: OauthErrorCode; readonly description: string; readonly status: 400 | 401 | 403 },
): Response {
  const { error, description, status } = refusal;
  return c.body(JSON.stringify({ error, error_description: description }), status, {
    "Content-Type": "application/json; charset=utf-8",
    "WWW-Authenticate": challenge(error, description),
    "Cache-Control": "no-store",
    Pragma: "no-cache",
  });
}
