import * as vscode from "vscode";
import type { FollowWaits } from "../core/http/pacing/followWaits.ts";
import { withProgress } from "../platform/cancellation.ts";
import { registerCommand, type CommandId } from "../platform/commands.ts";
import { DisposableStore, type Disposable } from "../platform/disposables.ts";
import { openUrl } from "../platform/openUrl.ts";
import type { Report } from "../platform/report.ts";
import { companyUrl, projectUrl } from "../core/procore/webLinks.ts";
import { adminMessage } from "./adminMessage.ts";
import { clickedNode, companyMeant, idsOf, nodesMeant, type TreeSelection } from "./meant.ts";
import type { ExplorerModel } from "./model.ts";
import { companyOf, type TreeNode } from "./nodes.ts";
import { nameOf } from "./row.ts";
import type { FindWebOrigin } from "./webOrigins.ts";

export interface ExplorerCommandDependencies {
  readonly model: ExplorerModel;
  readonly view: vscode.TreeView<TreeNode>;
  readonly findWebOrigin: FindWebOrigin;
  readonly followWaits: FollowWaits;
  readonly openInstallSteps: () => Promise<void>;
  readonly report: Report;
}

type Run = (parameters: readonly unknown[]) => Promise<void>;

const shownMs = 3_000;

/** Registers the view's commands. Each takes a row of the tree, or works on what is selected in it. */
export function registerExplorerCommands(deps: ExplorerCommandDependencies): Disposable {
  const store = new DisposableStore();
  const add = (id: CommandId, run: Run): void => {
    store.add(registerCommand(id, deps.report, (...parameters) => run(parameters)));
  };
  add("procore.refreshExplorer", (parameters) => refresh(deps, parameters));
  add("procore.loadMore", (parameters) => loadMore(deps, parameters));
  add("procore.checkAgain", (parameters) => checkAgain(deps, parameters));
  add("procore.copyAdminMessage", (parameters) => copyAdminMessage(deps, parameters));
  add("procore.openInProcore", (parameters) => openInProcore(deps, parameters));
  add("procore.copyId", (parameters) => copyIds(deps, parameters));
  add("procore.openInstallSteps", () => deps.openInstallSteps());
  return store;
}

// The selection does not count here: the button in the view's title reads everything again.
async function refresh({ model, view }: ExplorerCommandDependencies, parameters: readonly unknown[]): Promise<void> {
  const clicked = clickedNode(parameters, selectionOf(model, view));
  model.refresh(clicked === undefined ? undefined : companyOf(clicked));
}

async function loadMore(deps: ExplorerCommandDependencies, parameters: readonly unknown[]): Promise<void> {
  const { model, view } = deps;
  const tree = selectionOf(model, view);
  const company = companyMeant(parameters, tree);
  if (company === undefined) return sayToSelect(deps, "a company");
  if (model.hasMore(company) === false) {
    vscode.window.setStatusBarMessage(`All projects of ${nameOf(company.company)} are loaded`, shownMs);
    return;
  }
  const first = await inView(() => model.loadMore(company));
  // The row that was clicked is gone: go on at the first one that came in its place.
  if (first === undefined || clickedNode(parameters, tree) === undefined || !view.visible) return;
  await view.reveal(first, { select: true, focus: true });
}

async function checkAgain(deps: ExplorerCommandDependencies, parameters: readonly unknown[]): Promise<void> {
  const { model, view } = deps;
  const company = companyMeant(parameters, selectionOf(model, view));
  if (company === undefined) return sayToSelect(deps, "a company");
  model.refresh(company);
  const rows = await inView(() => model.children(company));
  if (!rows.some((row) => row.kind === "notConnected")) return;
  deps.report.background(sayStillMissing(deps, nameOf(company.company)), "show a message");
}

async function sayStillMissing(deps: ExplorerCommandDependencies, name: string): Promise<void> {
  const steps = "Show Install Steps";
  const chosen = await vscode.window.showWarningMessage(`The app is still not installed in ${name}.`, steps);
  if (chosen === steps) await deps.openInstallSteps();
}

async function copyAdminMessage(deps: ExplorerCommandDependencies, parameters: readonly unknown[]): Promise<void> {
  const { model, view } = deps;
  const company = companyMeant(parameters, selectionOf(model, view));
  if (company === undefined || model.connection === undefined) return sayToSelect(deps, "a company");
  await vscode.env.clipboard.writeText(adminMessage(company.company, model.connection));
  vscode.window.setStatusBarMessage("Message for your admin copied", shownMs);
}

async function openInProcore(deps: ExplorerCommandDependencies, parameters: readonly unknown[]): Promise<void> {
  const { model, view, findWebOrigin, followWaits } = deps;
  // The clicked row, also where several are selected.
  const selection = selectionOf(model, view);
  const node = clickedNode(parameters, selection) ?? selection.selected[0];
  const company = node === undefined ? undefined : companyOf(node)?.company;
  const { connection } = model;
  if (node === undefined || company === undefined || connection === undefined) {
    return sayToSelect(deps, "a company or project");
  }
  const origin = await withProgress(
    "Asking Procore where this company opens",
    (signal) => findWebOrigin(connection, company.id, signal),
    (show) => followWaits(() => connection.id, show),
  );
  if (origin === undefined) return;
  const isProject = node.kind === "project";
  await openUrl(isProject ? projectUrl(origin, company.id, node.project.id) : companyUrl(origin, company.id));
}

async function copyIds(deps: ExplorerCommandDependencies, parameters: readonly unknown[]): Promise<void> {
  const { model, view } = deps;
  const ids = idsOf(nodesMeant(parameters, selectionOf(model, view)));
  if (ids.length === 0) return sayToSelect(deps, "a company or project");
  await vscode.env.clipboard.writeText(ids.join("\n"));
  const what = ids.length === 1 ? `ID ${ids[0] ?? ""}` : `${ids.length} IDs`;
  vscode.window.setStatusBarMessage(`Copied ${what}`, shownMs);
}

const selectionOf = (model: ExplorerModel, view: vscode.TreeView<TreeNode>): TreeSelection => ({
  selected: view.selection,
  isNode: (value): value is TreeNode => model.isNode(value),
});

async function inView<T>(run: () => Promise<T>): Promise<T> {
  return await vscode.window.withProgress({ location: { viewId: "procore.explorer" } }, run);
}

// Nobody waits for a notification to be closed: the command has done what it could.
function sayToSelect({ report }: ExplorerCommandDependencies, what: string): void {
  const shown = vscode.window.showInformationMessage(`Select ${what} in the Companies view first.`);
  report.background(Promise.resolve(shown), "show a message");
}
