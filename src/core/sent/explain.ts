import * as l10n from "@vscode/l10n";
import type { StepId } from "./sentRecord.ts";

/** What a parameter of a request is for, in a line; undefined for one that is not known here. */
export function explainParameter(name: string, step: StepId): string | undefined {
  const words = parameterWords(step);
  return Object.hasOwn(words, name) ? words[name] : undefined;
}

/** Why a client ID was left out, which is no secret otherwise. */
export const explainHiddenClientId = (): string =>
  l10n.t(
    "Which app asks. Left out here: the answer does not show that the login service knows this app, and what was typed may be a secret in the wrong box.",
  );

/** What a header of a request or reply is for, in a line. */
export function explainHeader(name: string): string | undefined {
  const words = headerWords();
  return Object.hasOwn(words, name) ? words[name] : undefined;
}

/** What a field of a reply means, in a line. */
export function explainField(name: string, step: StepId): string | undefined {
  const words = fieldWords(step);
  return Object.hasOwn(words, name) ? words[name] : undefined;
}

type Words = Readonly<Record<string, string>>;

/** @see procore/documentation oauth/oauth_endpoints.md, oauth/oauth_auth_grant_flow.md, plan_your_app/pagination.md */
function parameterWords(step: StepId): Words {
  const byGrant: Partial<Record<StepId, string>> = {
    refresh: l10n.t("Which way to a token: a refresh token for a new pair."),
    "client-credentials": l10n.t("Which way to a token: the app's own client ID and secret, for its service account."),
  };
  return {
    response_type: l10n.t("Always code: it asks Procore for an authorization code."),
    client_id: l10n.t("Which app asks. From the Developer Portal, OAuth Credentials, for this environment. No secret."),
    client_secret: l10n.t("Proves that it is the app. From the same place; whoever has it can act as the app."),
    redirect_uri: l10n.t(
      "Where the code goes: this value has Procore show it on a page. It must be registered for the app, exactly so, and be the same in every step.",
    ),
    code:
      step === "key-check"
        ? l10n.t("A code that no login service gives out.")
        : l10n.t("The authorization code, as Procore showed it. Good for ten minutes and one exchange."),
    grant_type: byGrant[step] ?? l10n.t("Which way to a token: an authorization code for the first pair."),
    refresh_token: l10n.t("The newest refresh token. This call spends it, whether or not the answer arrives."),
    token: l10n.t("The token to end. Its pair ends with it."),
    company_id: l10n.t("Whose projects. Needed here and in the header Procore-Company-Id."),
    page: l10n.t("Which page of the list, from 1."),
    per_page: l10n.t("How many rows a page has; 300 is the most for projects."),
    include_free_companies: l10n.t("Also companies on Procore's free plan."),
    "filters[by_status]": l10n.t("Which projects; without it, the active ones only."),
    "filters[by_stage]": l10n.t("Only projects in this stage, by ID."),
    "filters[by_stage][]": l10n.t("Only projects in these stages, by ID."),
  };
}

/** @see procore/documentation tutorials/tutorial_mpz.md, plan_your_app/rate_limiting.md, plan_your_app/pagination.md */
function headerWords(): Words {
  return {
    accept: l10n.t("In which form the answer is wanted."),
    authorization: l10n.t("The access token, behind the word Bearer."),
    "content-type": l10n.t("How the body is written."),
    "user-agent": l10n.t("Which program asks."),
    "procore-company-id": l10n.t(
      "Which company the call is about; it leads to the right zone. Everything but /me and /companies needs it, and for a service account these two as well.",
    ),
    date: l10n.t("The server's time."),
    "per-page": l10n.t("How many rows a page has, as the server counts."),
    total: l10n.t("How many rows there are on all pages."),
    "x-rate-limit-limit": l10n.t("How many calls are allowed in the present stretch of time."),
    "x-rate-limit-remaining": l10n.t("How many of them are left."),
    "x-rate-limit-reset": l10n.t("When the count begins anew, in seconds since 1970."),
    "retry-after": l10n.t("How long to wait before the next try, in seconds."),
    "x-request-id": l10n.t("The name of this call at Procore; their support asks for it."),
  };
}

/** @see procore/documentation oauth/oauth_endpoints.md; Procore's OpenAPI description, RestV10MeGet, RestV11ProjectsGet */
function fieldWords(step: StepId): Words {
  const isOfToken = !["me", "companies", "projects"].includes(step);
  return {
    access_token: l10n.t("Goes with every call, in the header Authorization. Treat it like a password."),
    token_type: l10n.t("How the token is shown: as a bearer token."),
    expires_in: l10n.t("How long the access token is good, in seconds; 5400 is an hour and a half."),
    refresh_token: l10n.t("Gets the next pair of tokens, once."),
    ...(isOfToken && { created_at: l10n.t("When the token was made, in seconds since 1970.") }),
    resource_owner_id: l10n.t("Whose token it is; the same ID as in /me."),
    scopes: l10n.t("Procore's tokens have none: what they may do follows from the user's permissions."),
    scope: l10n.t("Procore's tokens have none: what they may do follows from the user's permissions."),
    expires_in_seconds: l10n.t("How long the token is still good."),
    uid: l10n.t("The client ID of the app that got the token. Left out where it cannot be told from a token."),
    id: l10n.t("The ID that other calls ask for."),
    login: l10n.t("The name or e-mail address that the user signs in with."),
    my_company: l10n.t("Is it the user's own company?"),
    project_number: l10n.t("The number that people know the project by; text, also where it looks like a number."),
    error: l10n.t("OAuth's word for what was refused, or Procore's."),
    error_description: l10n.t("The same in a sentence."),
    errors: l10n.t("What Procore says went wrong."),
  };
}
