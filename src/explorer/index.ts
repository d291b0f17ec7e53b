import * as vscode from "vscode";
import type { FollowWaits } from "../core/http/pacing/followWaits.ts";
import { plain } from "../core/plain.ts";
import type { ProcoreClient } from "../core/procore/client.ts";
import type { SessionSource } from "../core/session.ts";
import { DisposableStore, type Disposable } from "../platform/disposables.ts";
import type { Log } from "../platform/log.ts";
import type { Report } from "../platform/report.ts";
import { registerExplorerCommands } from "./commands.ts";
import { openInstallSteps } from "./installSteps.ts";
import { ExplorerModel } from "./model.ts";
import { companyOf, type TreeNode } from "./nodes.ts";
import { toTreeItem } from "./treeItem.ts";
import { createWebOrigins } from "./webOrigins.ts";

export interface ExplorerDependencies {
  readonly session: SessionSource;
  readonly procore: ProcoreClient;
  readonly followWaits: FollowWaits;
  readonly report: Report;
  readonly log: Log;
  readonly extensionUri: vscode.Uri;
}

/** The Companies view and its commands. Nothing is asked of Procore before the view is shown. */
export function registerExplorer(deps: ExplorerDependencies): Disposable {
  const { session, procore, followWaits, report, log, extensionUri } = deps;
  const store = new DisposableStore();
  const onUnforeseen = (error: unknown): void => log.error("The Companies view could not load", error);
  const model = store.add(new ExplorerModel({ session, procore, onUnforeseen }));
  const view = store.add(createView(model));
  const describeView = (): void => {
    const environment = session.current.active?.environment;
    view.description = environment === undefined ? "" : plain(environment.shortLabel);
  };
  describeView();
  store.add(session.onDidChange(describeView));
  const connectionId = (): string | undefined => session.current.active?.id;
  store.add(followWaits(connectionId, (text = "") => void (view.message = text)));
  store.add(
    registerExplorerCommands({
      model,
      view,
      report,
      followWaits,
      findWebOrigin: createWebOrigins(procore),
      openInstallSteps: () => openInstallSteps(extensionUri, log),
    }),
  );
  return store;
}

function createView(model: ExplorerModel): vscode.TreeView<TreeNode> {
  const treeDataProvider: vscode.TreeDataProvider<TreeNode> = {
    onDidChangeTreeData: model.onDidChange,
    getTreeItem: toTreeItem,
    getParent: (node) => (node.kind === "company" ? undefined : companyOf(node)),
    async getChildren(node) {
      if (node !== undefined && node.kind !== "company") return [];
      return [...(await model.children(node))];
    },
  };
  return vscode.window.createTreeView("procore.explorer", {
    treeDataProvider,
    canSelectMany: true,
    showCollapseAll: true,
  });
}
