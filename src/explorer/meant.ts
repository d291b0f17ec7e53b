import { companyOf, lineage, type CompanyNode, type ToolNode, type TreeNode } from "./nodes.ts";

/** What the tree can say about a command's arguments. */
export interface TreeSelection {
  readonly selected: readonly TreeNode[];
  isNode(value: unknown): value is TreeNode;
}

/**
 * The row a command was called on, or undefined when its arguments name none of ours: menus give `(clicked, all)`, the
 * palette nothing, other extensions anything.
 */
export function clickedNode(parameters: readonly unknown[], tree: TreeSelection): TreeNode | undefined {
  const [clicked] = parameters;
  return tree.isNode(clicked) ? clicked : undefined;
}

/** The rows a command is meant for: the clicked one with all that were selected with it, else the selection. */
export function nodesMeant(parameters: readonly unknown[], tree: TreeSelection): readonly TreeNode[] {
  const clicked = clickedNode(parameters, tree);
  if (clicked === undefined) return tree.selected;
  const all: unknown = parameters[1];
  const together = Array.isArray(all) ? all.filter((item) => tree.isNode(item)) : [];
  return together.includes(clicked) ? together : [clicked];
}

/** The company a command is meant for: that of the clicked row, else of the first selected row that has one. */
export function companyMeant(parameters: readonly unknown[], tree: TreeSelection): CompanyNode | undefined {
  const clicked = clickedNode(parameters, tree);
  const candidates = clicked === undefined ? tree.selected : [clicked];
  return candidates.map((node) => companyOf(node)).find((company) => company !== undefined);
}

/** The list a command is meant for, a company's projects or a tool's items: that of the clicked or selected row. */
export function listMeant(parameters: readonly unknown[], tree: TreeSelection): CompanyNode | ToolNode | undefined {
  const node = clickedNode(parameters, tree) ?? tree.selected[0];
  return node === undefined
    ? undefined
    : lineage(node).find((above) => above.kind === "company" || above.kind === "tool");
}

/** The ids to copy: of companies, projects and items, each once; other rows have none. */
export function idsOf(nodes: readonly TreeNode[]): readonly string[] {
  const ids = nodes.flatMap((node): readonly string[] => {
    if (node.kind === "company") return [node.company.id];
    if (node.kind === "project") return [node.project.id];
    return node.kind === "item" ? [node.item.id] : [];
  });
  return [...new Set(ids)];
}
