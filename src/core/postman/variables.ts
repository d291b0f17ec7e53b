import * as l10n from "@vscode/l10n";
import { outOfBandRedirectUri } from "../oauth/authorizationUrl.ts";

/** What the files may hold of a person's own; an empty text leaves the variable empty. */
export interface PostmanValues {
  readonly loginUrl: string;
  readonly apiUrl: string;
  readonly clientId: string;
  readonly companyId: string;
}

/** A variable of the collection and of the environment. */
export interface PostmanVariable {
  readonly key: string;
  readonly value: string;
  /** A secret is always empty, and Postman hides what is typed there. */
  readonly type: "default" | "secret";
  readonly description: string;
}

/** Every variable that the collection uses. */
export function postmanVariables(values: PostmanValues): readonly PostmanVariable[] {
  const open = (key: string, value: string, description: string): PostmanVariable => ({
    key,
    value,
    type: "default",
    description,
  });
  const secret = (key: string, description: string): PostmanVariable => ({
    key,
    value: "",
    type: "secret",
    description,
  });
  return [
    open("login_url", values.loginUrl, l10n.t("Where tokens come from.")),
    open("api_url", values.apiUrl, l10n.t("Where the calls go.")),
    open("client_id", values.clientId, l10n.t("From the Developer Portal, OAuth Credentials, for this environment.")),
    open(
      "callback_url",
      "http://localhost",
      l10n.t("For Get New Access Token. It must be one of the app's redirect URIs; a new app has this one."),
    ),
    open(
      "redirect_uri",
      outOfBandRedirectUri,
      l10n.t("For the steps by hand. It must be one of the app's redirect URIs."),
    ),
    open("company_id", values.companyId, l10n.t("The company that the calls are about.")),
    open("project_id", "", l10n.t("The project whose tools are read.")),
    secret("client_secret", l10n.t("From the same place as the client ID.")),
    secret("code", l10n.t("The authorization code, for the steps by hand.")),
    secret("access_token", l10n.t("Put here by the steps by hand.")),
    secret("refresh_token", l10n.t("Put here by the steps by hand.")),
  ];
}
