import { ProcoreError, type Failure } from "../core/errors.ts";
import type { Company } from "../core/procore/companies.ts";
import { bareProject, type Project } from "../core/procore/projects.ts";
import type { Tool, ToolItem } from "../core/procore/tools.ts";
import type { Connection, Grant } from "../core/session.ts";
import type { Pin } from "./pins.ts";
import type { PinnedProject } from "./viewChoices.ts";

/**
 * The rows of the Companies view as plain data; `kinds.ts` says what each kind holds and how it looks. An id is the
 * path to its row (`company:12/project:34/tool:rfis/item:56`): unique in the whole tree and the same after every
 * reload, because the editor knows open folders and the selection by id.
 */
export type TreeNode =
  | PinnedNode
  | CompanyNode
  | FoundNode
  | ProjectNode
  | ToolNode
  | ItemNode
  | MoreNode
  | NoCompaniesNode
  | NoProjectsNode
  | NoItemsNode
  | NoAccessNode
  | NotConnectedNode
  | FailedNode;

/** Rows that others can stand below. */
export type ParentNode = PinnedNode | CompanyNode | FoundNode | ProjectNode | ToolNode;

/** Stands above the pinned projects, on top of the tree. */
export interface PinnedNode {
  readonly kind: "pinned";
  readonly id: "pinned";
  readonly parent: undefined;
}

export interface CompanyNode {
  readonly kind: "company";
  readonly id: string;
  readonly parent: undefined;
  readonly company: Company;
  /** The only company of a user opens by itself. */
  readonly opens: "byItself" | "onDemand";
}

/** Holds the projects of a company that somebody found, so that the pages before them need not be loaded. */
export interface FoundNode {
  readonly kind: "found";
  readonly id: string;
  readonly parent: CompanyNode;
  /** The parent's: the company of a project is its parent's, whichever that is. */
  readonly company: Company;
}

export interface ProjectNode {
  readonly kind: "project";
  readonly id: string;
  /** What it stands below in its company; the row of a pinned project stands below the Pinned row (`rowAbove`). */
  readonly parent: CompanyNode | FoundNode;
  readonly project: Project;
  /** Only on the row of a pinned project: what is known of it. */
  readonly pin?: "remembered" | "read" | "gone";
}

/** One of Procore's tools in a project, e.g. RFIs. */
export interface ToolNode {
  readonly kind: "tool";
  readonly id: string;
  readonly parent: ProjectNode;
  readonly tool: Tool;
}

export interface ItemNode {
  readonly kind: "item";
  readonly id: string;
  readonly parent: ToolNode;
  readonly item: ToolItem;
}

/** Stands below what is loaded while the server has more. */
export interface MoreNode {
  readonly kind: "more";
  readonly id: string;
  readonly parent: ParentNode;
  readonly loadedCount: number;
  readonly totalCount: number | undefined;
}

export interface NoCompaniesNode {
  readonly kind: "noCompanies";
  readonly id: string;
  readonly parent: undefined;
  readonly environment: Connection["environment"];
}

export interface NoProjectsNode {
  readonly kind: "noProjects";
  readonly id: string;
  readonly parent: CompanyNode;
  /** A service account sees no projects for another reason than a person. */
  readonly account: Grant["kind"];
  /** What was asked for, where it was not the active projects in any stage. */
  readonly status?: "all";
  readonly stage?: string;
}

export interface NoItemsNode {
  readonly kind: "noItems";
  readonly id: string;
  readonly parent: ToolNode;
}

/** 403 or 404 for a tool's list: the user may not see it, or the project does not have it. */
export interface NoAccessNode {
  readonly kind: "noAccess";
  readonly id: string;
  readonly parent: ToolNode;
  readonly failure: Extract<Failure, { kind: "http" }>;
}

/** 403 "App is not connected to this company.": a step of the set-up, not an error of the session. */
export interface NotConnectedNode {
  readonly kind: "notConnected";
  readonly id: string;
  readonly parent: ParentNode;
}

export interface FailedNode {
  readonly kind: "failed";
  readonly id: string;
  /** Undefined when the companies themselves could not be read. */
  readonly parent: ParentNode | undefined;
  /** Undefined for an error of our own, which the log describes. */
  readonly failure: Failure | undefined;
  /** What trying again reads: the whole branch, or the page after the rows that are there. */
  readonly retry: "branch" | "nextPage";
}

/** A company's row. */
export function companyNode(company: Company, opens: CompanyNode["opens"]): CompanyNode {
  return { kind: "company", id: `company:${encodeURIComponent(company.id)}`, parent: undefined, company, opens };
}

/** The row above a company's found projects. */
export function foundNode(parent: CompanyNode): FoundNode {
  return { kind: "found", id: `${parent.id}/found`, parent, company: parent.company };
}

/** A project's row in its company, or among those that were found there. */
export function projectNode(parent: ProjectNode["parent"], project: Project): ProjectNode {
  return { kind: "project", id: `${parent.id}/project:${encodeURIComponent(project.id)}`, parent, project };
}

/** The Pinned row: there is only one. */
export const pinnedNode: PinnedNode = { kind: "pinned", id: "pinned", parent: undefined };

/** What a project is pinned as. */
export const pinOf = ({ project, parent }: ProjectNode): Pin => ({
  companyId: parent.company.id,
  companyName: parent.company.name,
  projectId: project.id,
  name: project.name,
});

/** The row of a pinned project: from what Procore says of it, else from what was remembered. */
export function pinnedProjectNode({ pin, answer }: PinnedProject): ProjectNode {
  const parent = companyNode({ id: pin.companyId, name: pin.companyName, isActive: true }, "onDemand");
  const isRead = typeof answer === "object";
  const node = projectNode(parent, isRead ? answer : rememberedProject(pin));
  return { ...node, id: `${pinnedNode.id}/${node.id}`, pin: isRead ? "read" : (answer ?? "remembered") };
}

const rememberedProject = ({ projectId: id, companyId, name }: PinnedProject["pin"]): Project =>
  bareProject({ id, companyId, name });

/** The row that the view shows a row below: its parent, but for pinned projects. */
export const rowAbove = (node: TreeNode): TreeNode | undefined =>
  node.kind === "project" && node.pin !== undefined ? pinnedNode : node.parent;

/** A tool's row in its project. */
export function toolNode(parent: ProjectNode, tool: Tool): ToolNode {
  return { kind: "tool", id: `${parent.id}/tool:${tool.id}`, parent, tool };
}

/** An item's row in its tool. */
export function itemNode(parent: ToolNode, item: ToolItem): ItemNode {
  return { kind: "item", id: `${parent.id}/item:${encodeURIComponent(item.id)}`, parent, item };
}

/** The paging row. Its id tells the pages apart: after a click the selection must not run down to the next such row. */
export function moreNode(parent: ParentNode, count: { readonly loaded: number; readonly total?: number }): MoreNode {
  const id = `${parent.id}/more:${count.loaded}`;
  return { kind: "more", id, parent, loadedCount: count.loaded, totalCount: count.total };
}

/** The row for what stopped a load: a missing installation or a missing right where Procore said so, else a failure. */
export function problemNode(
  parent: ParentNode | undefined,
  error: unknown,
  retry: FailedNode["retry"],
): FailedNode | NotConnectedNode | NoAccessNode {
  const failure = error instanceof ProcoreError ? error.failure : undefined;
  const prefix = parent === undefined ? "" : `${parent.id}/`;
  if (parent !== undefined && failure?.kind === "appNotConnected") {
    return { kind: "notConnected", id: `${prefix}notConnected`, parent };
  }
  if (parent?.kind === "tool" && retry === "branch" && failure?.kind === "http" && isNoAccess(failure)) {
    return { kind: "noAccess", id: `${prefix}noAccess`, parent, failure };
  }
  return { kind: "failed", id: `${prefix}failed`, parent, failure, retry };
}

/**
 * 403: the level on the tool is too low, or the tool is off. 404: what a user may not see is "not found". A web
 * page with such a status is no answer of Procore's.
 * @see procore/documentation api_essentials/troubleshooting.md
 */
const isNoAccess = ({ status, instead }: NoAccessNode["failure"]): boolean =>
  (status === 403 || status === 404) && instead === undefined;

/** The row itself and those above it, from the inside out. */
export function lineage(node: TreeNode): readonly TreeNode[] {
  return node.parent === undefined ? [node] : [node, ...lineage(node.parent)];
}

/** The nearest row, from `node` upwards, that others stand below; undefined for rows in place of companies. */
export function branchOf(node: TreeNode): ParentNode | undefined {
  return lineage(node).find(isParent);
}

export function isParent(node: TreeNode): node is ParentNode {
  return ["pinned", "company", "found", "project", "tool"].includes(node.kind);
}

/** The company a row belongs to; undefined for the rows that stand in place of companies. */
export function companyOf(node: TreeNode): CompanyNode | undefined {
  return lineage(node).find((above) => above.kind === "company");
}

/** Do two rows with the same id say the same? Parents count as they are: as objects. */
export function isSameNode(one: TreeNode, other: TreeNode): boolean {
  const data = (node: TreeNode): string =>
    JSON.stringify(node, (key, value: unknown) => (key === "parent" ? undefined : value));
  return rowAbove(one) === rowAbove(other) && data(one) === data(other);
}
