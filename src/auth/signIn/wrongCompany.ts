import * as l10n from "@vscode/l10n";
import { answered, ProcoreError } from "../../core/errors.ts";
import type { CompanyId } from "../../core/procore/ids.ts";

/**
 * Why a company does not know this service account, in words; undefined for trouble that says nothing about it, e.g. a
 * web filter's page. Procore answers 404 for what a user may not see.
 * @see procore/documentation api_essentials/troubleshooting.md
 */
export function wrongCompanyWords(error: unknown, companyId: CompanyId): string | undefined {
  if (!(error instanceof ProcoreError)) return undefined;
  const { failure } = error;
  if (failure.kind === "appNotConnected") {
    return l10n.t(
      "The app is not installed in company {0}. A company admin installs it with its version key; or check the company ID.",
      companyId,
    );
  }
  if (failure.kind !== "http" || failure.instead !== undefined) return undefined;
  if (![400, 403, 404].includes(failure.status)) return undefined;
  return l10n.t({
    message:
      "Company {0} does not know this service account ({1}). Check the company ID, and that the company installed the app.",
    args: [companyId, answered(failure, failure.message)],
    comment: ["{1} is e.g. api.procore.com answered 404"],
  });
}
