import * as l10n from "@vscode/l10n";
import type { Company } from "../core/procore/companies.ts";
import { plain } from "../core/plain.ts";
import type { Connection } from "../core/session.ts";
import { nameOf } from "./row.ts";

/**
 * What a person sends to a company admin when the app is not installed: plain text, nothing secret (a client ID is
 * public: RFC 6749 section 2.2).
 * @see procore/documentation overview/quick_start_guide.md (Install App > Install Custom App)
 */
export function adminMessage(
  company: Company,
  { environment, clientId, grant }: Pick<Connection, "environment" | "clientId" | "grant">,
): string {
  return [
    l10n.t("Hello,"),
    "",
    l10n.t("Please install an app in our Procore company. Until then Procore refuses its requests."),
    "",
    l10n.t("Company: {0} (ID {1})", nameOf(company), plain(company.id)),
    l10n.t("Environment: {0}", plain(environment.label)),
    l10n.t("App client ID: {0}", plain(clientId)),
    l10n.t("{0} (36 characters): please ask me or the app's owner for it", versionKeyOf(environment.id)),
    "",
    l10n.t("Steps (they need the Admin level on the company's Directory tool):"),
    l10n.t("1. Open the company in Procore, then Company Tools > Admin > App Management."),
    l10n.t("2. Choose Install App, then Install Custom App."),
    l10n.t("3. Paste the app version key, choose Install and confirm."),
    ...(grant.kind === "clientCredentials" ? [permitProjects] : []),
    "",
    l10n.t(
      'If there is no "Install App" button, custom apps may be switched off for the account: Procore or your account representative can switch them on.',
    ),
    "",
    l10n.t("Thank you!"),
    "",
  ].join("\n");
}

/** @see procore/documentation plan_your_app/developer_managed_service_accounts.md (permitted projects) */
const permitProjects = l10n.t(
  "4. Open the app there, and under Permissions add the projects that its service account may see.",
);

/** @see procore/documentation platform_concepts/development_environments.md (monthly sandboxes take the production key) */
function versionKeyOf(environmentId: string): string {
  switch (environmentId) {
    case "development-sandbox":
      return l10n.t("Sandbox app version key");
    case "production":
    case "monthly-sandbox":
      return l10n.t("Production app version key");
    default:
      return l10n.t("App version key");
  }
}
