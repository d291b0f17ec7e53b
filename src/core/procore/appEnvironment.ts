import * as l10n from "@vscode/l10n";
import { outOfBandRedirectUri } from "../oauth/authorizationUrl.ts";
import type { Origins } from "./environments.ts";

/** What a program needs to know to sign in as an app. */
export interface AppEnvironment {
  readonly origins: Origins;
  /** Empty where none is known. */
  readonly clientId: string;
  /** Empty but for the Local Sandbox's own apps, whose secrets open made-up data on this machine only. */
  readonly clientSecret: string;
  /** Empty where none was chosen. */
  readonly companyId: string;
}

/**
 * The text of a `.env` file for one's own app. Procore's SDKs read no variables by themselves; these are the names that
 * this product's terminal and command lines use, and those in the SDKs' own examples. A value that could mean something
 * to a shell is left empty.
 * @see procore-oss/ruby-sdk README.md (Configuration), procore/js-sdk-sample-app packages/server/.env.example
 */
export function appEnvironmentText({ origins, clientId, clientSecret, companyId }: AppEnvironment): string {
  const line = (name: string, value: string): string => `${name}=${/^[\w.:/@+~[\]-]*$/u.test(value) ? value : ""}`;
  const about =
    clientSecret === ""
      ? l10n.t(
          "Client ID and secret of the app: OAuth Credentials in the Developer Portal. Keep the secret out of version control.",
        )
      : l10n.t("The Local Sandbox's own app. Its client ID and secret open nothing but made-up data on this machine.");
  return [
    `# ${about}`,
    line("PROCORE_CLIENT_ID", clientId),
    line("PROCORE_CLIENT_SECRET", clientSecret),
    line("PROCORE_REDIRECT_URI", outOfBandRedirectUri),
    line("PROCORE_LOGIN", origins.login),
    line("PROCORE_API", origins.api),
    line("PROCORE_COMPANY_ID", companyId),
    "",
    `# ${l10n.t("The names in the README of Procore's Ruby gem")}`,
    line("PROCORE_BASE_LOGIN_PATH", origins.login),
    line("PROCORE_BASE_API_PATH", origins.api),
    "",
    `# ${l10n.t("The names in Procore's sample app for its JavaScript SDK")}`,
    line("CLIENT_ID", clientId),
    line("CLIENT_SECRET", clientSecret),
    line("OAUTH_URL", origins.login),
    line("BASE_URL", origins.api),
    line("REDIRECT_URI", outOfBandRedirectUri),
    "",
  ].join("\n");
}
