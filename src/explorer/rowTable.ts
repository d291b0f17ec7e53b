import { toTabSeparated } from "../core/table.ts";
import type { CompanyNode, ItemNode, ProjectNode, TreeNode } from "./nodes.ts";

/** The columns of one kind of row: a heading, and what stands below it. */
type Columns<N extends TreeNode> = readonly (readonly [string, (node: N) => string | undefined])[];

const companyColumns: Columns<CompanyNode> = [
  ["Name", ({ company }) => company.name],
  ["ID", ({ company }) => company.id],
  ["State", ({ company }) => stateOf(company.isActive)],
];

const projectColumns: Columns<ProjectNode> = [
  ["Name", ({ project }) => project.name],
  ["Number", ({ project }) => project.number],
  ["ID", ({ project }) => project.id],
  ["Company", ({ parent }) => parent.company.name],
  ["City", ({ project }) => project.city],
  ["Stage", ({ project }) => project.stage],
  ["State", ({ project }) => stateOf(project.active)],
  ["Start date", ({ project }) => project.startDate],
  ["Completion date", ({ project }) => project.completionDate],
];

const itemColumns: Columns<ItemNode> = [
  ["Number", ({ item }) => item.number],
  ["Title", ({ item }) => item.title],
  ["Status", ({ item }) => item.status],
  ["ID", ({ item }) => item.id],
];

/** Rows as tab-separated text for a spreadsheet, and how many there are in it. */
export interface RowTable {
  readonly text: string;
  readonly rowCount: number;
}

/**
 * The rows that stand for companies, projects and items, under a line of headings; where several kinds are among them,
 * one table for each, with an empty line between. Each row once; other rows are left out.
 */
export function tableOf(nodes: readonly TreeNode[]): RowTable {
  const each = [...new Map(nodes.map((node) => [node.id, node])).values()];
  const tables = [
    tableBy(
      companyColumns,
      each.filter((node) => node.kind === "company"),
    ),
    tableBy(
      projectColumns,
      each.filter((node) => node.kind === "project"),
    ),
    tableBy(
      itemColumns,
      each.filter((node) => node.kind === "item"),
    ),
  ].filter(({ rowCount }) => rowCount > 0);
  return {
    text: tables.map(({ text }) => text).join("\n\n"),
    rowCount: tables.reduce((sum, { rowCount }) => sum + rowCount, 0),
  };
}

function tableBy<N extends TreeNode>(columns: Columns<N>, nodes: readonly N[]): RowTable {
  const headings = columns.map(([heading]) => heading);
  const rows = nodes.map((node) => columns.map(([, cell]) => cell(node) ?? ""));
  return { text: toTabSeparated([headings, ...rows]), rowCount: rows.length };
}

const stateOf = (isActive: boolean): string => (isActive ? "active" : "inactive");
