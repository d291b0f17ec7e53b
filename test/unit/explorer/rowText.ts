import type { TreeNode } from "../../../src/explorer/nodes.ts";
import type { About } from "../../../src/explorer/row.ts";
import { describeRow } from "../../../src/explorer/kinds.ts";

/** All that a row shows and does, as lines. */
export function rowText(node: TreeNode, about?: About): string {
  const { label, description, tooltip, icon, contextValue, collapsible, accessibilityLabel, action } = describeRow(
    node,
    undefined,
    about,
  );
  const parameters = action?.parameters === "node" ? "this row" : JSON.stringify(action?.parameters);
  return [
    `${label}${description === undefined ? "" : `  |  ${description}`}`,
    `id ${node.id}, icon ${icon.id}${icon.color === undefined ? "" : ` in ${icon.color}`}, ${collapsible}, context "${contextValue}"`,
    `spoken: ${accessibilityLabel}`,
    ...tooltip.map((line) => `  ${line}`),
    action === undefined ? "no click" : `click: ${action.title} = ${action.command}(${parameters})`,
  ].join("\n");
}

/** One line of a tree's outline: what shows at a glance. */
export function outlineLine(node: TreeNode): string {
  const { label, description, icon } = describeRow(node);
  return `[${icon.id}] ${label}${description === undefined ? "" : `  |  ${description}`}`;
}
