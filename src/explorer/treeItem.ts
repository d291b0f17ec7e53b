import * as vscode from "vscode";
import type { TreeNode } from "./nodes.ts";
import type { Row } from "./row.ts";
import { describeRow } from "./rows.ts";

const collapsibleStates: Readonly<Record<Row["collapsible"], vscode.TreeItemCollapsibleState>> = {
  none: vscode.TreeItemCollapsibleState.None,
  collapsed: vscode.TreeItemCollapsibleState.Collapsed,
  expanded: vscode.TreeItemCollapsibleState.Expanded,
};

/** Paints a row. The tooltip is a string, not Markdown: names from Procore stay text whatever they contain. */
export function toTreeItem(node: TreeNode): vscode.TreeItem {
  const row = describeRow(node);
  const { color, id } = row.icon;
  const item = new vscode.TreeItem(row.label, collapsibleStates[row.collapsible]);
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
