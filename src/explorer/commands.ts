import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { FollowWaits } from "../core/http/pacing/followWaits.ts";
import type { ProcoreClient } from "../core/procore/client.ts";
import type { SessionSource } from "../core/session.ts";
import { writeClipboard } from "../platform/clipboard.ts";
import { openWalkthroughStep, runCommand, type ExplorerCommand } from "../platform/commands.ts";
import { actionCommand, actionCommands } from "../platform/failureActions.ts";
import type { Report } from "../platform/report.ts";
import { adminMessage } from "./adminMessage.ts";
import { copyAsCurl, type CurlSource } from "./copyAsCurl.ts";
import type { Choices } from "./createChoices.ts";
import { clearFilter, filterProjects } from "./filterProjects.ts";
import type { Finder } from "./find/index.ts";
import { menuActionOf } from "./failureRows.ts";
import { openHelp } from "./helpDocument.ts";
import { clickedNode, companyMeant, idsOf, listMeant, nodesMeant, type TreeSelection } from "./meant.ts";
import type { ExplorerModel } from "./model.ts";
import { branchOf, companyOf, lineage, pinOf, type ProjectNode, type TreeNode } from "./nodes.ts";
import { describeRow } from "./kinds.ts";
import type { OpenAddress } from "./openAddress.ts";
import { isRecordUri, type RecordDocuments } from "./recordDocuments.ts";
import { isRecordNode, requestBehind } from "./records.ts";
import { nameOf } from "./row.ts";
import { tableOf } from "./rowTable.ts";
import { showDetails } from "./showDetails.ts";
import { diagnosisOf, toolMessage, toolNamed, toolPlaceOf } from "./toolHelp.ts";
import { addressOf } from "./webAddress.ts";

export interface ExplorerCommandDependencies {
  readonly model: ExplorerModel;
  readonly view: vscode.TreeView<TreeNode>;
  readonly procore: ProcoreClient;
  readonly session: SessionSource;
  readonly records: RecordDocuments;
  readonly choices: Choices;
  readonly followWaits: FollowWaits;
  readonly openAddress: OpenAddress;
  readonly find: Finder;
  readonly report: Report;
}

type Run = (parameters: readonly unknown[]) => Promise<void>;

const shownMs = 3_000;

/** What the view's commands do. Each takes a row of the tree, or works on what is selected in it. */
export function createCommands(deps: ExplorerCommandDependencies): Readonly<Record<ExplorerCommand, Run>> {
  return {
    "procore.refreshExplorer": (parameters) => refresh(deps, parameters),
    "procore.loadMore": (parameters) => loadMore(deps, parameters),
    "procore.checkAgain": (parameters) => checkAgain(deps, parameters),
    "procore.copyAdminMessage": (parameters) => copyAdminMessage(deps, parameters),
    "procore.diagnoseRow": (parameters) => diagnoseRow(deps, parameters),
    "procore.whatElseHelps": (parameters) => whatElseHelps(deps, parameters),
    "procore.openInProcore": (parameters) => openInProcore(deps, parameters),
    "procore.copyId": (parameters) => copyIds(deps, parameters),
    "procore.copyAsTable": (parameters) => copyTable(deps, parameters),
    "procore.copyAsCurl": (parameters) => copyCurl(deps, parameters),
    "procore.pinProject": (parameters) => pinProjects(deps, parameters, "add"),
    "procore.unpinProject": (parameters) => pinProjects(deps, parameters, "remove"),
    "procore.filterProjects": () => filterProjects(deps),
    "procore.clearFilter": () => clearFilter(deps),
    "procore.showDetails": (parameters) => showRecord(deps, parameters),
    "procore.showAccessibilityHelp": () => openHelp(),
    "procore.findProject": () => deps.find.project(),
    "procore.goToAddress": (parameters) => deps.find.address(parameters[0]),
    "procore.clearFound": (parameters) => clearFound(deps, parameters),
  };
}

// The selection does not count here: the button in the view's title reads everything again.
async function refresh(
  { model, view, choices }: ExplorerCommandDependencies,
  parameters: readonly unknown[],
): Promise<void> {
  const clicked = clickedNode(parameters, selectionOf(model, view));
  const branch = clicked === undefined ? undefined : branchOf(clicked);
  if (branch === undefined || branch.kind === "pinned" || branch.kind === "company") choices.forgetLoaded(branch);
  model.refresh(branch);
}

async function loadMore(deps: ExplorerCommandDependencies, parameters: readonly unknown[]): Promise<void> {
  const { model, view } = deps;
  const tree = selectionOf(model, view);
  const list = listMeant(parameters, tree);
  if (list === undefined) return say(deps, l10n.t("Select a company or a tool in the Companies view first."));
  if (model.hasMore(list) === false) {
    const words =
      list.kind === "tool"
        ? l10n.t("All {0} of {1} are loaded", list.tool.items, nameOf(list.parent.project))
        : l10n.t("All projects of {0} are loaded", nameOf(list.company));
    vscode.window.setStatusBarMessage(words, shownMs);
    return;
  }
  const first = await inView(() => model.loadMore(list));
  // The row that was clicked is gone: go on at the first one that came in its place.
  if (first === undefined || clickedNode(parameters, tree) === undefined || !view.visible) return;
  await view.reveal(first, { select: true, focus: true });
}

async function checkAgain(deps: ExplorerCommandDependencies, parameters: readonly unknown[]): Promise<void> {
  const { model, view } = deps;
  const company = companyMeant(parameters, selectionOf(model, view));
  if (company === undefined) return say(deps, l10n.t("Select a company in the Companies view first."));
  model.refresh(company);
  const rows = await inView(() => model.children(company));
  if (!rows.some((row) => row.kind === "notConnected")) return;
  deps.report.background(sayStillMissing(nameOf(company.company)), "show a message");
}

async function sayStillMissing(name: string): Promise<void> {
  const steps = actionCommands.installSteps.title;
  const chosen = await vscode.window.showWarningMessage(l10n.t("The app is still not installed in {0}.", name), steps);
  if (chosen === steps) await openWalkthroughStep("install");
}

async function copyAdminMessage(deps: ExplorerCommandDependencies, parameters: readonly unknown[]): Promise<void> {
  const text = messageForAdmin(deps, parameters);
  if (text === undefined) return say(deps, l10n.t("Select a company in the Companies view first."));
  await writeClipboard(text);
  vscode.window.setStatusBarMessage(l10n.t("Message for your admin copied"), shownMs);
}

/** About a tool that a report names or a row stands for, else about the company's installation. */
function messageForAdmin(
  { model, view, session }: ExplorerCommandDependencies,
  parameters: readonly unknown[],
): string | undefined {
  const named = toolNamed(parameters[0], session.current.connections);
  if (named !== undefined) return toolMessage(named.place, named.connection);
  const { connection } = model;
  const selection = selectionOf(model, view);
  const clicked = clickedNode(parameters, selection);
  const place = clicked?.kind === "noAccess" ? toolPlaceOf(clicked) : undefined;
  const company = companyMeant(parameters, selection);
  if (connection === undefined || company === undefined) return undefined;
  return place === undefined ? adminMessage(company.company, connection) : toolMessage(place, connection);
}

async function diagnoseRow(
  { model, view }: ExplorerCommandDependencies,
  parameters: readonly unknown[],
): Promise<void> {
  const { connection } = model;
  const node = clickedNode(parameters, selectionOf(model, view));
  const about = connection === undefined ? [] : [diagnosisOf(node, connection)];
  await runCommand("procore.diagnose", ...about);
}

/** A failed row's second step; its first is a click. */
async function whatElseHelps(
  { model, view }: ExplorerCommandDependencies,
  parameters: readonly unknown[],
): Promise<void> {
  const node = clickedNode(parameters, selectionOf(model, view));
  const also = node?.kind === "failed" ? menuActionOf(node) : undefined;
  if (also === undefined) return;
  const { command, parameters: own } = actionCommand(also, model.connection?.id);
  await vscode.commands.executeCommand(command, ...own);
}

async function openInProcore(deps: ExplorerCommandDependencies, parameters: readonly unknown[]): Promise<void> {
  const node = nodeMeant(deps, parameters);
  const company = node === undefined ? undefined : companyOf(node)?.company;
  if (node === undefined || company === undefined) {
    return say(deps, l10n.t("Select a company, project or item in the Companies view first."));
  }
  const address = addressOf(node);
  if (address === undefined) {
    return say(deps, l10n.t("Where this opens in Procore is not known. Open its project instead."));
  }
  await deps.openAddress(company.id, address);
}

async function copyIds(deps: ExplorerCommandDependencies, parameters: readonly unknown[]): Promise<void> {
  const { model, view } = deps;
  const ids = idsOf(nodesMeant(parameters, selectionOf(model, view)));
  if (ids.length === 0) return say(deps, l10n.t("Select a company, project or item in the Companies view first."));
  await writeClipboard(ids.join("\n"));
  const words = ids.length === 1 ? l10n.t("Copied ID {0}", ids[0] ?? "") : l10n.t("Copied {0} IDs", ids.length);
  vscode.window.setStatusBarMessage(words, shownMs);
}

async function copyTable(deps: ExplorerCommandDependencies, parameters: readonly unknown[]): Promise<void> {
  const { model, view } = deps;
  const { text, rowCount } = tableOf(nodesMeant(parameters, selectionOf(model, view)));
  if (rowCount === 0) return say(deps, l10n.t("Select companies, projects or items in the Companies view first."));
  await writeClipboard(text);
  const words = rowCount === 1 ? l10n.t("Copied 1 row as a table") : l10n.t("Copied {0} rows as a table", rowCount);
  vscode.window.setStatusBarMessage(words, shownMs);
}

/** From the palette, which cannot offer another shell later as easily, it always asks for the shell. */
async function copyCurl(deps: ExplorerCommandDependencies, parameters: readonly unknown[]): Promise<void> {
  const [document = parameters.length === 0 ? vscode.window.activeTextEditor?.document.uri : undefined] = parameters;
  const source = isRecordUri(document) ? deps.records.requestOf(document) : behindRow(deps, parameters);
  if (source === undefined && isRecordUri(document)) {
    return say(
      deps,
      l10n.t("How this record was read is not kept over a reload. Choose Show Details on its row again."),
    );
  }
  if (source === undefined)
    return say(deps, l10n.t("Select a company, project, tool or item in the Companies view first."));
  await copyAsCurl(deps.report, source, parameters.length === 0 ? "ask" : "terminal");
}

function behindRow(deps: ExplorerCommandDependencies, parameters: readonly unknown[]): CurlSource | undefined {
  const node = nodeMeant(deps, parameters);
  const { connection } = deps.model;
  const request = node === undefined ? undefined : requestBehind(node);
  if (node === undefined || request === undefined || connection === undefined) return undefined;
  return { connection, request, name: describeRow(node).label };
}

async function pinProjects(
  deps: ExplorerCommandDependencies,
  parameters: readonly unknown[],
  change: "add" | "remove",
): Promise<void> {
  const { model, view, choices } = deps;
  const { connection } = model;
  const projects = nodesMeant(parameters, selectionOf(model, view)).filter((node) => node.kind === "project");
  if (projects.length === 0 || connection === undefined)
    return say(deps, l10n.t("Select a project in the Companies view first."));
  choices.pins[change](connection.id, projects.map(pinOf));
  vscode.window.setStatusBarMessage(pinnedWords(projects, change), shownMs);
}

function pinnedWords(projects: readonly ProjectNode[], change: "add" | "remove"): string {
  const [first] = projects;
  if (projects.length === 1 && first !== undefined) {
    const name = nameOf(first.project);
    return change === "add" ? l10n.t("Pinned {0}", name) : l10n.t("Unpinned {0}", name);
  }
  return change === "add"
    ? l10n.t("Pinned {0} projects", projects.length)
    : l10n.t("Unpinned {0} projects", projects.length);
}

async function showRecord(deps: ExplorerCommandDependencies, parameters: readonly unknown[]): Promise<void> {
  const node = nodeMeant(deps, parameters);
  const { connection } = deps.model;
  if (node === undefined || !isRecordNode(node) || connection === undefined) {
    return say(deps, l10n.t("Select a company, project or item in the Companies view first."));
  }
  const found = await showDetails(deps, { connection, node });
  if (found === "gone") say(deps, l10n.t("Procore no longer lists this company for you. Refresh the view."));
}

async function clearFound({ model, view }: ExplorerCommandDependencies, parameters: readonly unknown[]): Promise<void> {
  const clicked = clickedNode(parameters, selectionOf(model, view));
  const row = clicked === undefined ? undefined : lineage(clicked).find((node) => node.kind === "found");
  model.clearFound(row);
}

/** The clicked row, also where several are selected; else the first that is. */
function nodeMeant({ model, view }: ExplorerCommandDependencies, parameters: readonly unknown[]): TreeNode | undefined {
  const selection = selectionOf(model, view);
  return clickedNode(parameters, selection) ?? selection.selected[0];
}

const selectionOf = (model: ExplorerModel, view: vscode.TreeView<TreeNode>): TreeSelection => ({
  selected: view.selection,
  isNode: (value): value is TreeNode => model.isNode(value),
});

async function inView<T>(run: () => Promise<T>): Promise<T> {
  return await vscode.window.withProgress({ location: { viewId: "procore.explorer" } }, run);
}

// Nobody waits for a notification to be closed: the command has done what it could.
function say({ report }: ExplorerCommandDependencies, message: string): void {
  report.background(Promise.resolve(vscode.window.showInformationMessage(message)), "show a message");
}
