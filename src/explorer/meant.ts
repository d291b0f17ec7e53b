import { companyOf, type CompanyNode, type TreeNode } from "./nodes.ts";

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

/** The ids to copy: of companies and projects, each once; other rows have none. */
export function idsOf(nodes: readonly TreeNode[]): readonly string[] {
  const ids = nodes.flatMap((node): readonly string[] => {
    if (node.kind === "company") return [node.company.id];
    return node.kind === "project" ? [node.project.id] : [];
  });
  return [...new Set(ids)];
}
