import * as l10n from "@vscode/l10n";
import { advice, type Failure, ProcoreError } from "../errors.ts";
import type { Company } from "../procore/companies.ts";
import { fact, type Fact, failed, type Outcome, type Trouble } from "./check.ts";
import type { Account } from "./ports.ts";
import { longLimitMs, skipped, type Step } from "./runSteps.ts";
import { hiddenPiece, words } from "./words.ts";

/** Of so many companies at most one list of projects is read: a list for each would use up a spike window of Procore's. */
export const mostCompanies = 20;

/** GET /companies, and one list of projects for each: which of them are connected to the app. */
export function companySteps(account: Account, needs: readonly string[]): readonly Step[] {
  let companies: readonly Company[] = [];
  const answers: Answer[] = [];
  return [
    {
      id: "companies",
      title: words(l10n.t("Companies")),
      needs,
      limitMs: longLimitMs,
      async run(signal) {
        companies = await account.companies(signal);
        const facts = [fact(words(l10n.t("Companies")), words(String(companies.length)))];
        return companies.length > 0 ? { facts } : { facts, troubles: [noCompanies(account)] };
      },
    },
    {
      id: "projects",
      title: words(l10n.t("Projects of each company")),
      needs: [...needs, "companies"],
      limitMs: longLimitMs,
      run: (signal) => askEach(account, { companies, answers }, signal),
      soFar: () => (answers.length === 0 ? undefined : outcomeOf(account, answers, companies.length)),
    },
  ];
}

interface Answer {
  readonly company: Company;
  readonly projects?: { readonly shown: number; readonly total: number | undefined };
  readonly failure?: Failure;
}

/** Notes each answer as it comes: a cancel throws none of them away. */
async function askEach(
  account: Account,
  { companies, answers }: { readonly companies: readonly Company[]; readonly answers: Answer[] },
  signal: AbortSignal,
): Promise<Outcome> {
  if (companies.length === 0) return skipped(words(l10n.t("there is no company")));
  for (const company of companies.slice(0, mostCompanies)) {
    if (signal.aborted) break;
    const answer = await ask(account, company, signal);
    answers.push(answer);
    // The others would only wait for the same limit.
    if (answer.failure?.kind === "rateLimited") break;
  }
  signal.throwIfAborted();
  return outcomeOf(account, answers, companies.length);
}

async function ask(account: Account, company: Company, signal: AbortSignal): Promise<Answer> {
  try {
    return { company, projects: await account.projects(company.id, signal) };
  } catch (error) {
    if (!(error instanceof ProcoreError) || signal.aborted) throw error;
    return { company, failure: error.failure };
  }
}

function outcomeOf(account: Account, answers: readonly Answer[], count: number): Outcome {
  const left = count - answers.length;
  const facts = answers.map(answerFact);
  if (left > 0)
    facts.push(
      fact(
        words(l10n.t("Not asked")),
        words(
          l10n.t(
            "companies: {0}; at most {1} are asked, and none after a rate limit, a cancel or the time this part has",
          ),
          left,
          mostCompanies,
        ),
      ),
    );
  const failures = answers.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
  // One wall is told once, however many companies stand behind it.
  const kinds = new Map(failures.map((failure) => [keyOf(failure), failure]));
  const troubles: readonly Trouble[] = [...Array.from(kinds.values(), failed), ...emptyTroubles(account, answers)];
  const isConnected = answers.some(({ projects }) => projects !== undefined);
  const onlyWalls = failures.every(({ kind }) => kind === "appNotConnected");
  // An app is rarely installed in all companies of a person, and a list may well be empty.
  const verdict = troubles.length === 0 ? "ok" : isConnected && onlyWalls ? "note" : "problem";
  return { facts, troubles, verdict };
}

const keyOf = (failure: Failure): string =>
  failure.kind === "http"
    ? `http ${failure.status} ${failure.message}`
    : failure.kind === "network"
      ? `network ${failure.cause}`
      : failure.kind;

function answerFact({ company, projects, failure }: Answer): Fact {
  const label = words("{0}", hiddenPiece("company", l10n.t("{0}, ID {1}", company.name, company.id)));
  if (failure !== undefined)
    return fact(
      label,
      words(
        l10n.t({ message: "failed: {0}", comment: ["{0} is the headline of a failure, e.g. Certificate not trusted"] }),
        advice(failure).headline,
      ),
    );
  return fact(
    label,
    words(l10n.t("the company is connected to the app; active projects: {0}"), projects?.total ?? projects?.shown ?? 0),
  );
}

/** Nothing in any of them: the likely causes of an empty list. */
function emptyTroubles(account: Account, answers: readonly Answer[]): readonly Trouble[] {
  const counts = answers.flatMap(({ projects }) => (projects === undefined ? [] : [projects.shown]));
  if (counts.length === 0 || counts.some((count) => count > 0)) return [];
  const isService = account.connection().grant.kind === "clientCredentials";
  const message = isService
    ? l10n.t(
        "The list of active projects is empty. A company admin permits a service account's projects under App Management > the app > Permissions, anew after each update of the app.",
      )
    : l10n.t(
        "The list of active projects is empty. Your Procore user may have no access to any, or all of them are inactive: choose Active and inactive projects in Filter Projects, and ask a Procore admin to add you to a project's directory.",
      );
  const action = isService ? "serviceAccountSteps" : "filterProjects";
  return [{ kind: "finding", headline: l10n.t("No active projects"), words: words(message), action }];
}

/** @see procore/documentation overview/quick_start_guide.md, plan_your_app/developer_managed_service_accounts.md */
function noCompanies(account: Account): Trouble {
  const { grant, environment } = account.connection();
  const isService = grant.kind === "clientCredentials";
  const message = isService
    ? l10n.t(
        "Procore lists no company for this service account. It sees those in which a version of the app with Service Account Authentication is installed: a company admin installs it there.",
      )
    : l10n.t(
        "Procore lists no company for this user. In a sandbox only who created the app is in the company's directory: an admin adds other people in the company's Directory tool. Companies on the free plan are left out.",
      );
  const ownSteps = environment.kind === "sandbox" ? "testerSteps" : "retry";
  const action = isService ? "serviceAccountSteps" : ownSteps;
  return { kind: "finding", headline: l10n.t("No companies"), words: words(message), action };
}
