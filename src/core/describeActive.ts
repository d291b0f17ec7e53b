import * as l10n from "@vscode/l10n";
import { plain } from "./plain.ts";
import type { Connection } from "./session.ts";

/**
 * What stands in the view's title: where its rows come from, and who sees them. Production is told by a word and a
 * lock: "Federal" alone does not say that it is production.
 */
export function describeActive(connection: Connection | undefined): string {
  if (connection === undefined) return "";
  const { environment, grant, user } = connection;
  const label = plain(environment.shortLabel, 30);
  const isProduction = environment.kind === "production";
  const where = isProduction
    ? `\u{1f512} ${label === "Production" ? label : l10n.t("{0} (production)", label)}`
    : label;
  const who =
    grant.kind === "clientCredentials" ? l10n.t("service account") : plain(user?.name ?? user?.login ?? "", 60);
  return [where, who].filter((part) => part !== "").join(" \u00b7 ");
}
