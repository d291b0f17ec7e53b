import * as l10n from "@vscode/l10n";
import { ProcoreError } from "../core/errors.ts";
import type { FollowWaits } from "../core/http/pacing/followWaits.ts";
import { plain } from "../core/plain.ts";
import type { Company } from "../core/procore/companies.ts";
import type { CompanyId } from "../core/procore/ids.ts";
import type { Connection } from "../core/session.ts";
import { withProgress } from "../platform/cancellation.ts";
import { askChoice, type Choice } from "../platform/quickInput.ts";
import { isCancellation, type Report } from "../platform/report.ts";

export interface CompanyQuestion {
  readonly companies: (connection: Connection, signal: AbortSignal) => Promise<readonly Company[]>;
  readonly followWaits: FollowWaits;
  readonly report: Report;
  readonly title: string;
  readonly placeholder: string;
  /** What it means to choose none. */
  readonly withoutOne: string;
  /** Is a company that is the only one taken unasked? */
  readonly only: "taken" | "asked";
}

/**
 * A company of the connection, or none, as a person chooses; undefined when the choice was closed. Where they cannot be
 * listed, the question says why.
 */
export async function chooseCompany(
  question: CompanyQuestion,
  connection: Connection,
): Promise<CompanyId | "none" | undefined> {
  let companies: readonly Company[] | undefined;
  let problem = "";
  try {
    companies = await withProgress(
      l10n.t("Asking Procore for your companies"),
      (signal) => question.companies(connection, signal),
      (show) => question.followWaits(() => connection.id, show),
    );
    if (companies === undefined) return undefined;
  } catch (error) {
    // It can be done without a company.
    if (isCancellation(error) || !(error instanceof ProcoreError) || error.failure.kind === "signedOut") throw error;
    question.report.told(error, "list companies to choose one");
    problem = l10n.t("The companies could not be listed. {0}", error.message);
  }
  const [only, ...more] = companies ?? [];
  if (question.only === "taken" && only !== undefined && more.length === 0) return only.id;
  const choices: readonly Choice<CompanyId | "none">[] = [
    ...(companies ?? []).map(({ id, name }) => ({ label: plain(name, 120), description: id, answer: id })),
    { label: l10n.t("Without a company"), description: question.withoutOne, answer: "none" },
  ];
  const result = await askChoice({
    title: question.title,
    step: 1,
    totalSteps: 1,
    back: "hidden",
    placeholder: problem === "" ? question.placeholder : plain(problem, 300),
    choices,
  });
  return result.kind === "answer" ? result.answer : undefined;
}
