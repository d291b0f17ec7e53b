import * as l10n from "@vscode/l10n";
import { toTabSeparated } from "../core/table.ts";
import type { CompanyNode, ItemNode, ProjectNode, TreeNode } from "./nodes.ts";
import { isRecordNode, type RecordNode } from "./records.ts";

/** The columns of one kind of row: a heading, and what stands below it. */
type Columns<N extends TreeNode> = readonly (readonly [string, (node: N) => string | undefined])[];

const active = l10n.t({ message: "active", comment: ["A company or a project, in a table"] });
const inactive = l10n.t({ message: "inactive", comment: ["A company or a project, in a table"] });

const companyColumns: Columns<CompanyNode> = [
  [l10n.t("Name"), ({ company }) => company.name],
  [l10n.t("ID"), ({ company }) => company.id],
  [l10n.t("State"), ({ company }) => (company.isActive ? active : inactive)],
];

const projectColumns: Columns<ProjectNode> = [
  [l10n.t("Name"), ({ project }) => project.name],
  [l10n.t("Number"), ({ project }) => project.number],
  [l10n.t("ID"), ({ project }) => project.id],
  [l10n.t("Company"), ({ parent }) => parent.company.name],
  [l10n.t("City"), ({ project }) => project.city],
  [l10n.t("Stage"), ({ project }) => project.stage],
  [l10n.t("State"), ({ project, pin }) => (isFromMemory(pin) ? undefined : project.active ? active : inactive)],
  [l10n.t("Start date"), ({ project }) => project.startDate],
  [l10n.t("Completion date"), ({ project }) => project.completionDate],
];

const itemColumns: Columns<ItemNode> = [
  [l10n.t("Number"), ({ item }) => item.number],
  [l10n.t("Title"), ({ item }) => item.title],
  [l10n.t("Status"), ({ item }) => item.status],
  [l10n.t("ID"), ({ item }) => item.id],
];

/** Rows as tab-separated text for a spreadsheet, and how many there are in it. */
export interface RowTable {
  readonly text: string;
  readonly rowCount: number;
}

/**
 * The rows that stand for companies, projects and items, under a line of headings; where several kinds are among them,
 * one table for each, with an empty line between. Each record once, though a project may stand below Pinned and Found as
 * well; other rows are left out.
 */
export function tableOf(nodes: readonly TreeNode[]): RowTable {
  const each = eachRecordOnce(nodes.filter(isRecordNode));
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

function eachRecordOnce(nodes: readonly RecordNode[]): readonly RecordNode[] {
  const each = new Map<string, RecordNode>();
  for (const node of nodes) {
    const key = keyOf(node);
    // The row that knows more counts.
    if (!each.has(key) || node.kind !== "project" || !isFromMemory(node.pin)) each.set(key, node);
  }
  return [...each.values()];
}

function keyOf(node: RecordNode): string {
  if (node.kind === "company") return node.company.id;
  if (node.kind === "project") return `${node.parent.company.id}/${node.project.id}`;
  return `${keyOf(node.parent.parent)}/${node.parent.tool.id}/${node.item.id}`;
}

/** Of such a pinned project only the name is known. */
const isFromMemory = (pin: ProjectNode["pin"]): boolean => pin === "remembered" || pin === "gone";

function tableBy<N extends TreeNode>(columns: Columns<N>, nodes: readonly N[]): RowTable {
  const headings = columns.map(([heading]) => heading);
  const rows = nodes.map((node) => columns.map(([, cell]) => cell(node) ?? ""));
  return { text: toTabSeparated([headings, ...rows]), rowCount: rows.length };
}
