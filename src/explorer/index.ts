import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Clock } from "../core/clock.ts";
import { lazily } from "../core/lazily.ts";
import type { FollowWaits } from "../core/http/pacing/followWaits.ts";
import type { ProcoreClient } from "../core/procore/client.ts";
import type { SessionSource } from "../core/session.ts";
import { explorerCommandIds, registerCommand } from "../platform/commands.ts";
import { DisposableStore, type Disposable } from "../platform/disposables.ts";
import type { Log } from "../platform/log.ts";
import type { Report } from "../platform/report.ts";
import type { TellWalkthrough } from "../platform/walkthrough.ts";
import { describeActive } from "../core/describeActive.ts";
import type { Explorer } from "./explorer.ts";
import type { TreeNode } from "./nodes.ts";
import { followRemovals, forgetRemoved } from "./removals.ts";

export interface ExplorerDependencies {
  readonly session: SessionSource;
  readonly procore: ProcoreClient;
  readonly followWaits: FollowWaits;
  readonly clock: Clock;
  readonly report: Report;
  readonly log: Log;
  readonly tellWalkthrough: TellWalkthrough;
  /** Keeps what is open and selected in the view for this window. */
  readonly memory: vscode.Memento;
  /** Makes a connection this window's active one. */
  readonly activate: (connectionId: string) => Promise<void>;
  /** Keeps pins, and how companies answered, for all windows. */
  readonly shared: vscode.Memento;
}

/** As package.json calls it. */
const viewName = l10n.t("Companies");

/**
 * The Companies view and its commands. Here is what activation needs; the rest, a bundle of its own, is loaded when the
 * editor asks for rows or somebody runs a command. Nothing is asked of Procore before the view is shown.
 */
export function registerExplorer(deps: ExplorerDependencies): Disposable {
  const { session, report } = deps;
  const store = new DisposableStore();
  const changed = store.add(new vscode.EventEmitter<TreeNode | undefined>());
  const recordChanged = store.add(new vscode.EventEmitter<vscode.Uri>());
  let isNeeded = false;
  const load = lazily(async () => {
    const { createExplorer } = await import("./explorer.ts");
    const created = store.add(
      createExplorer({
        ...deps,
        view,
        changed: (node) => changed.fire(node),
        recordChanged: (uri) => recordChanged.fire(uri),
      }),
    );
    forgetRemoved(session, created);
    return created;
  });
  const explorer = (): Promise<Explorer> => {
    isNeeded = true;
    return load();
  };
  const view = store.add(createView(changed.event, explorer));
  const describeView = (): void => {
    const active = describeActive(session.current.active);
    // In the title: a view that is alone in its container shows no description.
    view.title = active === "" ? viewName : `${viewName}: ${active}`;
  };
  describeView();
  store.add(session.onDidChange(describeView));
  store.add(
    followRemovals(session, (connections, why) => {
      const forget = async (): Promise<void> => (await load()).keepOnly(connections);
      // Also before the view was ever shown: nothing may stay of a connection that was removed.
      if (why === "removed" || isNeeded) report.background(forget(), "forget a removed connection");
    }),
  );
  for (const id of explorerCommandIds) {
    const run = async (...parameters: readonly unknown[]): Promise<void> => {
      // Rows that nobody has seen need no refresh.
      if (id === "procore.refreshExplorer" && !isNeeded) return;
      await (await explorer()).run(id, parameters);
    };
    store.add(registerCommand(id, report, run));
  }
  store.add(
    vscode.workspace.registerTextDocumentContentProvider("procore", {
      onDidChange: recordChanged.event,
      // Other documents of this scheme have providers of their own: the editor asks each in turn.
      provideTextDocumentContent: async (uri) =>
        uri.authority === "record" || uri.authority === "help" ? (await explorer()).documentText(uri) : undefined,
    }),
  );
  return store;
}

function createView(
  onDidChangeTreeData: vscode.Event<TreeNode | undefined>,
  explorer: () => Promise<Explorer>,
): vscode.TreeView<TreeNode> {
  const treeDataProvider: vscode.TreeDataProvider<TreeNode> = {
    onDidChangeTreeData,
    getTreeItem: async (node) => (await explorer()).treeItem(node),
    getParent: async (node) => (await explorer()).parent(node),
    getChildren: async (node) => (await explorer()).children(node),
  };
  return vscode.window.createTreeView("procore.explorer", {
    treeDataProvider,
    canSelectMany: true,
    dragAndDropController: {
      dropMimeTypes: [],
      dragMimeTypes: ["text/plain"],
      handleDrag: async (nodes, transfer) => (await explorer()).drag(nodes, transfer),
    },
    showCollapseAll: true,
  });
}
