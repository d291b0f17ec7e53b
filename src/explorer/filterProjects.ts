import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { ProcoreError } from "../core/errors.ts";
import { plain } from "../core/plain.ts";
import type { ProcoreClient } from "../core/procore/client.ts";
import type { Connection } from "../core/session.ts";
import { withProgress } from "../platform/cancellation.ts";
import { askChoice, type Choice } from "../platform/quickInput.ts";
import { setProjectsSetting } from "../platform/settings.ts";
import { asItComes, type Arrangement } from "./arrangement.ts";
import type { Choices } from "./createChoices.ts";
import type { ExplorerModel } from "./model.ts";
import type { CompanyNode } from "./nodes.ts";

export interface FilterDependencies {
  readonly model: ExplorerModel;
  readonly choices: Choices;
  readonly procore: Pick<ProcoreClient, "projectStages">;
}

type Answer = Partial<Arrangement> | "chooseStage";

/** Asks what the view should show and in what order, and shows it so. */
export async function filterProjects(deps: FilterDependencies): Promise<void> {
  const { current } = deps.choices.choice;
  const result = await askChoice<Answer>({
    title: l10n.t("Filter and order projects"),
    step: 1,
    totalSteps: 1,
    back: "hidden",
    placeholder: l10n.t("What should the Companies view show?"),
    choices: filterChoices(current),
  });
  if (result.kind !== "answer") return;
  if (result.answer !== "chooseStage") return arrangeBy(deps, result.answer);
  const stage = await chooseStage(deps);
  if (stage !== undefined) await arrangeBy(deps, { stage });
}

/** Back to what Procore gives by itself. */
export async function clearFilter(deps: FilterDependencies): Promise<void> {
  await arrangeBy(deps, asItComes);
}

/** The choices; those that hold now say so. */
function filterChoices(current: Arrangement): readonly Choice<Answer>[] {
  const { stage, freeCompanies } = current;
  const choice = choiceIn(current);
  return [
    heading(l10n.t("Projects")),
    choice(l10n.t("Active projects"), "", { status: "active" }),
    choice(l10n.t("Active and inactive projects"), "", { status: "all" }),
    heading(l10n.t("Stage")),
    choice(l10n.t("Every stage"), "", { stage: undefined }),
    choice(l10n.t("One stage…"), plain(stage ?? "", 60), "chooseStage"),
    heading(l10n.t("Order")),
    choice(l10n.t("By name"), l10n.t("as Procore gives them"), { order: "name" }),
    choice(l10n.t("By number"), l10n.t("loads all projects of each open company"), { order: "number" }),
    choice(l10n.t("By last update"), l10n.t("loads all projects of each open company"), { order: "lastUpdate" }),
    heading(l10n.t("Companies")),
    freeCompanies === "shown"
      ? choice(l10n.t("Hide companies on the free plan"), "", { freeCompanies: "hidden" })
      : choice(l10n.t("Show companies on the free plan"), "", { freeCompanies: "shown" }),
  ];
}

const heading = (label: string): Choice<Answer> => ({ label, kind: vscode.QuickPickItemKind.Separator });

type Choose = (label: string, description: string, answer: Answer) => Choice<Answer>;

/** Makes choices that say whether they hold now: a screen reader reads label and description, and nothing of an icon. */
const choiceIn =
  (current: Arrangement): Choose =>
  (label, description, answer) => {
    const isOn = holds(answer, current);
    const chosen = l10n.t({
      message: "chosen",
      comment: ["Beside the choice that holds now, e.g. beside Active projects"],
    });
    return {
      label,
      description: [...(isOn ? [chosen] : []), description].filter((part) => part !== "").join(" \u00b7 "),
      iconPath: new vscode.ThemeIcon(isOn ? "check" : "blank"),
      answer,
    };
  };

/** Would nothing change by this answer? */
function holds(answer: Answer, current: Arrangement): boolean {
  if (answer === "chooseStage") return current.stage !== undefined;
  const { status, stage, order, freeCompanies } = { ...current, ...answer };
  return (
    status === current.status &&
    stage === current.stage &&
    order === current.order &&
    freeCompanies === current.freeCompanies
  );
}

async function arrangeBy({ model, choices }: FilterDependencies, changes: Partial<Arrangement>): Promise<void> {
  const before = choices.choice.current;
  const { status, ...others } = changes;
  choices.choice.choose(others);
  choices.rearranged();
  if (choices.choice.current.freeCompanies !== before.freeCompanies) model.refresh();
  // The view follows the setting by itself.
  if (status !== undefined && status !== before.status) await setProjectsSetting(status);
  else model.refreshProjects();
}

async function chooseStage(deps: FilterDependencies): Promise<string | undefined> {
  const { connection } = deps.model;
  if (connection === undefined) return undefined;
  const names = await withProgress(l10n.t("Reading the stages of projects"), (signal) =>
    stageNames(deps, connection, signal),
  );
  if (names === undefined) return undefined;
  const choice = choiceIn(deps.choices.choice.current);
  const choices = names.map((name) => choice(plain(name, 60), "", { stage: name }));
  const result = await askChoice<Answer>({
    title: l10n.t("Filter projects by stage"),
    step: 1,
    totalSteps: 1,
    back: "hidden",
    placeholder: choices.length === 0 ? l10n.t("No stage is known yet: open a company first") : l10n.t("Which stage?"),
    choices,
  });
  return result.kind === "answer" && result.answer !== "chooseStage" ? result.answer.stage : undefined;
}

const mostCompanies = 10;

/** The stages of the companies that are open, or of the first ones, by name. */
async function stageNames(
  deps: FilterDependencies,
  connection: Connection,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { model, choices } = deps;
  const opened = model.openedCompanies();
  const rows = opened.length > 0 ? opened : await model.children();
  const companies = rows
    .filter((node) => node.kind === "company")
    .filter(({ company }) => choices.answerOf(connection, company.id)?.kind !== "notConnected")
    .slice(0, mostCompanies);
  const found = await Promise.all(companies.map((company) => stagesOf(deps, { connection, company }, signal)));
  return [...new Set(found.flat())].toSorted((one, other) => one.localeCompare(other, "en"));
}

/** Those of the loaded rows, where Procore does not tell a company's stages to this user. */
async function stagesOf(
  { procore, model }: FilterDependencies,
  { connection, company }: { readonly connection: Connection; readonly company: CompanyNode },
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    return (await procore.projectStages(connection, company.company.id, signal)).map(({ name }) => name);
  } catch (error) {
    const kind = error instanceof ProcoreError ? error.failure.kind : undefined;
    if (kind !== "http" && kind !== "appNotConnected") throw error;
    const loaded = model.loaded(company) ?? [];
    return loaded.flatMap((node) => (node.kind === "project" ? (node.project.stage ?? []) : []));
  }
}
