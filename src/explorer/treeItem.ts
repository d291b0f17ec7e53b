import * as vscode from "vscode";
import { describeRow } from "./kinds.ts";
import type { TreeNode } from "./nodes.ts";
import type { About, Row } from "./row.ts";

const collapsibleStates: Readonly<Record<Row["collapsible"], vscode.TreeItemCollapsibleState>> = {
  none: vscode.TreeItemCollapsibleState.None,
  collapsed: vscode.TreeItemCollapsibleState.Collapsed,
  expanded: vscode.TreeItemCollapsibleState.Expanded,
};

/** What a row's item depends on beside the row itself. */
export interface ItemState {
  /** The rows below it, as far as they are loaded. */
  readonly children: readonly TreeNode[] | undefined;
  /** Did the person leave it open? */
  readonly isOpen: boolean;
  readonly about: About;
}

/** Paints a row. The tooltip is a string, not Markdown: names from Procore stay text whatever they contain. */
export function toTreeItem(node: TreeNode, { children, isOpen, about }: ItemState): vscode.TreeItem {
  const row = describeRow(node, children, about);
  const { color, id } = row.icon;
  const collapsible = isOpen && row.collapsible === "collapsed" ? "expanded" : row.collapsible;
  const item = new vscode.TreeItem(row.label, collapsibleStates[collapsible]);
  item.id = node.id;
  item.tooltip = row.tooltip.join("\n");
  item.iconPath =
    color === undefined ? new vscode.ThemeIcon(id) : new vscode.ThemeIcon(id, new vscode.ThemeColor(color));
  item.contextValue = row.contextValue;
  item.accessibilityInformation = { label: row.accessibilityLabel };
  if (row.description !== undefined) item.description = row.description;
  if (row.action !== undefined) {
    const { command, parameters, title } = row.action;
    item.command = { command, title, arguments: parameters === "node" ? [node] : [...parameters] };
  }
  return item;
}
