import * as l10n from "@vscode/l10n";
import { type Failure, ProcoreError } from "../errors.ts";
import type { ToolPlace } from "../procore/toolPlace.ts";
import { fact, type Fact, failed, type Outcome, type Trouble } from "./check.ts";
import type { Account } from "./ports.ts";
import { longLimitMs, skipped, type Step } from "./runSteps.ts";
import { hiddenPiece, words } from "./words.ts";

type Refusal = Extract<Failure, { kind: "http" }>;

/**
 * The list of one tool, as the Companies view asks for it, and before it the tool's project with the same company in the
 * header: so it shows which of the two Procore refuses. Nothing is asked where no tool is meant.
 */
export function toolStep(account: Account, place: ToolPlace | undefined, needs: readonly string[]): Step {
  if (place === undefined) {
    const how = l10n.t(
      "no tool was meant: choose Diagnose Connection in the menu of a tool's row to have it asked for",
    );
    return { id: "tool", title: words(l10n.t("A project's tool")), run: async () => skipped(words(how)) };
  }
  const facts: Fact[] = placeFacts(place);
  return {
    id: "tool",
    title: words(l10n.t('The tool "{0}"'), place.tool.title),
    needs,
    limitMs: longLimitMs,
    async run(signal) {
      try {
        return await askTool(account, { place, facts }, signal);
      } catch (error) {
        // Which tool it is about stands there all the same.
        if (error instanceof ProcoreError && !signal.aborted) return { facts, troubles: [failed(error.failure)] };
        throw error;
      }
    },
    soFar: () => ({ facts }),
  };
}

const placeFacts = ({ companyId, companyName, projectId, projectName }: ToolPlace): Fact[] => [
  fact(words(l10n.t("Company")), words("{0}", hiddenPiece("company", l10n.t("{0}, ID {1}", companyName, companyId)))),
  fact(words(l10n.t("Project")), words("{0}", hiddenPiece("project", l10n.t("{0}, ID {1}", projectName, projectId)))),
];

/** Notes each answer as it comes: a cancel throws none of them away. */
async function askTool(
  account: Account,
  { place, facts }: { readonly place: ToolPlace; readonly facts: Fact[] },
  signal: AbortSignal,
): Promise<Outcome> {
  const unseen = await refusalOf(() => account.project(place, signal), signal);
  if (unseen !== undefined) {
    facts.push(fact(words(l10n.t("The project itself")), refusedWords(unseen)));
    return { facts, troubles: [projectTrouble(account, unseen)] };
  }
  facts.push(
    fact(
      words(l10n.t("The project itself")),
      words(l10n.t("Procore shows it, so the app is connected and the company in the header is the right one")),
    ),
  );
  let count = 0;
  const refused = await refusalOf(async () => {
    const { shown, total } = await account.toolItems(place, signal);
    count = total ?? shown;
  }, signal);
  const label = words(l10n.t("The tool's list"));
  if (refused === undefined) {
    facts.push(fact(label, words(l10n.t("Procore answers; items that you can see: {0}"), count)));
    return { facts };
  }
  facts.push(fact(label, refusedWords(refused)));
  return { facts, troubles: [toolTrouble(account, place, refused)] };
}

/**
 * A 403 or 404 of Procore's own; whatever else goes wrong is no word about rights, and is thrown.
 * @see procore/documentation api_essentials/troubleshooting.md
 */
async function refusalOf(ask: () => Promise<void>, signal: AbortSignal): Promise<Refusal | undefined> {
  try {
    await ask();
    return undefined;
  } catch (error) {
    if (!(error instanceof ProcoreError) || signal.aborted) throw error;
    const { failure } = error;
    if (failure.kind !== "http" || failure.instead !== undefined) throw error;
    if (failure.status !== 403 && failure.status !== 404) throw error;
    return failure;
  }
}

const refusedWords = ({ status, message }: Refusal): Fact["words"] =>
  message === ""
    ? words(l10n.t("Procore answers {0}"), status)
    : words(l10n.t("Procore answers {0}: {1}"), status, hiddenPiece("words", message));

const isService = (account: Account): boolean => account.connection().grant.kind === "clientCredentials";

/** @see procore/documentation api_essentials/troubleshooting.md, plan_your_app/developer_managed_service_accounts.md */
function projectTrouble(account: Account, failure: Refusal): Trouble {
  const headline = l10n.t("Project not visible");
  if (isService(account)) {
    const message = l10n.t(
      "Procore does not show this project to the service account, so none of its tools either. A company admin permits it under App Management > the app > Permissions, anew after each update of the app.",
    );
    return { kind: "finding", headline, words: words(message), action: "serviceAccountSteps", failure };
  }
  const message = l10n.t(
    "Procore does not show this project to you, so none of its tools either: you are not in the project's directory, or the project is gone or belongs to another company. Ask a project admin to add you in the project's Directory.",
  );
  return { kind: "finding", headline, words: words(message), action: "copyAdminMessage", failure };
}

/** @see procore/documentation api_essentials/troubleshooting.md, tutorials/tutorial_user_permissions.md */
function toolTrouble(account: Account, { tool }: ToolPlace, failure: Refusal): Trouble {
  // This one says itself what it is.
  if (failure.code === "TOOL_OFF") return failed(failure);
  const action = "copyAdminMessage";
  const finding = { kind: "finding", action, failure } as const;
  if (failure.status === 403) {
    const message = isService(account)
      ? l10n.t(
          "Procore shows this project to the service account, but not {0}: its permission level on this tool is too low, or the tool is switched off in the project. A project admin sees both: the level of the service account's user in the project's Directory, the tool under Project Admin > Tools. A new sign-in does not change it.",
        )
      : l10n.t(
          "Procore shows this project to you, but not {0}: your permission level on this tool is too low, the tool is switched off in the project, or you are not in the project's directory. A project admin sees all three: you and your level in the project's Directory, the tool under Project Admin > Tools. Signing in again does not change it.",
        );
    return { ...finding, headline: l10n.t("No permission for this tool"), words: words(message, tool.title) };
  }
  const message = l10n.t(
    "Procore shows this project, so the company in the header is not the cause, but answers 404 for {0}: the tool is not enabled there, or the permissions hide it, for which Procore says 404 as well. A project admin sees which: Project Admin > Tools, and the permission levels in the project's Directory.",
  );
  return { ...finding, headline: l10n.t("Tool not found in this project"), words: words(message, tool.title) };
}
