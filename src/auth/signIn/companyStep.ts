import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { LocalSandboxApp, LocalSandboxCompany } from "../../core/localSandbox.ts";
import { plain } from "../../core/plain.ts";
import { companyId, type CompanyId } from "../../core/procore/ids.ts";
import { parsePastedCompanyId } from "../../core/procore/pastedCompanyId.ts";
import { askChoice, askText, type BoxButton, type StepResult } from "../../platform/quickInput.ts";
import { titleOf, totalSteps } from "./environmentStep.ts";
import { left, type AttemptPlace, type Place } from "./place.ts";

/**
 * Second step for a service account: its company. It comes first, because not even "who am I" is answered without it.
 * In the Local Sandbox, `local` while it runs, it is a choice of the companies there.
 */
export async function askCompany(place: AttemptPlace, local: LocalSandboxApp | undefined): Promise<Place> {
  const { attempt, message } = place;
  const isLocal = attempt.environment.kind === "local" && local !== undefined;
  const result = await (isLocal ? askLocalCompany(local.serviceAccount.companies, place) : askCompanyId(place));
  if (result.kind === "closed") return left;
  if (result.kind === "back") return { step: "serviceEnvironment" };
  attempt.typedCompany = result.answer;
  // After a refused company the keys are known to be good.
  return { step: isLocal || message !== undefined ? "check" : "clientId", attempt };
}

/** Takes the number, or the address of one of the company's pages. */
async function askCompanyId({ attempt, message }: AttemptPlace): Promise<StepResult<CompanyId>> {
  return await askText<CompanyId>({
    title: titleOf(attempt),
    step: 2,
    totalSteps,
    back: "shown",
    prompt: l10n.t(
      "ID of the company that installed the app in {0}. You can paste the address of one of its pages.",
      plain(attempt.environment.label),
    ),
    placeholder: l10n.t("Company ID"),
    value: attempt.typedCompany,
    masked: "no",
    buttons: [whereButton],
    ...(message === undefined ? {} : { message }),
    onType(text) {
      attempt.typedCompany = text.length > longestKept ? "" : text;
      const id = parsePastedCompanyId(text);
      return id === undefined || id === text.trim()
        ? undefined
        : { text: l10n.t("Found company ID {0} in the address.", id), severity: "info" };
    },
    async accept(text) {
      const id = parsePastedCompanyId(text);
      if (id !== undefined) return { kind: "answer", answer: id };
      return { kind: "stay", message: { text: text.trim() === "" ? missing : wrong, severity: "error" } };
    },
  });
}

const longestKept = 4_000;
const example = "https://app.procore.com/1234567/company/home/list";
const missing = l10n.t(
  "Enter the company ID: the number in the address of the company's home page, as in {0}.",
  example,
);
const wrong = l10n.t("There is no company ID in this text. It is a number, as in {0}.", example);

const whereButton: BoxButton<CompanyId> = {
  icon: "question",
  tooltip: l10n.t("Where do I find this?"),
  // Nobody waits for the message to be closed: the box stays usable.
  press: async () => {
    void vscode.window.showInformationMessage(
      l10n.t(
        "Open the company in Procore in the browser: its ID is the number in the address, as in {0}. A service account works in companies that installed the app with Service Account Authentication.",
        example,
      ),
    );
    return await Promise.resolve(undefined);
  },
};

const fates = {
  some: l10n.t("some projects are permitted"),
  none: l10n.t("no project is permitted"),
  notInstalled: l10n.t("the app is not installed"),
} as const;

async function askLocalCompany(
  companies: readonly LocalSandboxCompany[],
  { attempt, message }: AttemptPlace,
): Promise<StepResult<CompanyId>> {
  return await askChoice<CompanyId>({
    title: titleOf(attempt),
    step: 2,
    totalSteps: 2,
    back: "shown",
    placeholder: message?.text ?? l10n.t("Which company is the service account in?"),
    choices: companies.map(({ id, name, projects }) => ({
      label: plain(name),
      description: fates[projects],
      answer: companyId(id),
    })),
  });
}
