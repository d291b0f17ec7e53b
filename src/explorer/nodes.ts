import { ProcoreError, type Failure } from "../core/errors.ts";
import type { Company } from "../core/procore/companies.ts";
import type { Project } from "../core/procore/projects.ts";
import type { Connection, Grant } from "../core/session.ts";

/**
 * The rows of the Companies view as plain data; `rows.ts` says how each looks. Ids are unique in the whole tree and the
 * same after every reload, because the editor remembers open folders and the selection by id.
 */
export type TreeNode =
  CompanyNode | ProjectNode | MoreNode | NoProjectsNode | NoCompaniesNode | NotConnectedNode | FailedNode;

export interface CompanyNode {
  readonly kind: "company";
  readonly id: string;
  readonly company: Company;
  /** The only company of a user opens by itself. */
  readonly opens: "byItself" | "onDemand";
}

export interface ProjectNode {
  readonly kind: "project";
  readonly id: string;
  readonly parent: CompanyNode;
  readonly project: Project;
}

/** Stands below the loaded projects while the server has more. */
export interface MoreNode {
  readonly kind: "more";
  readonly id: string;
  readonly parent: CompanyNode;
  readonly loadedCount: number;
  readonly totalCount: number | undefined;
}

export interface NoProjectsNode {
  readonly kind: "noProjects";
  readonly id: string;
  readonly parent: CompanyNode;
  /** A service account sees no projects for another reason than a person. */
  readonly account: Grant["kind"];
}

export interface NoCompaniesNode {
  readonly kind: "noCompanies";
  readonly id: string;
  readonly environment: Connection["environment"];
}

/** 403 "App is not connected to this company.": a step of the set-up, not an error of the session. */
export interface NotConnectedNode {
  readonly kind: "notConnected";
  readonly id: string;
  readonly parent: CompanyNode;
}

export interface FailedNode {
  readonly kind: "failed";
  readonly id: string;
  /** Undefined when the companies themselves could not be read. */
  readonly parent: CompanyNode | undefined;
  /** Undefined for an error of our own, which the log describes. */
  readonly failure: Failure | undefined;
  /** What trying again reads: the whole branch, or the page after the rows that are there. */
  readonly retry: "branch" | "nextPage";
}

/** A company's row. */
export function companyNode(company: Company, opens: CompanyNode["opens"]): CompanyNode {
  return { kind: "company", id: `company:${encodeURIComponent(company.id)}`, company, opens };
}

/** A project's row in its company. */
export function projectNode(parent: CompanyNode, project: Project): ProjectNode {
  return { kind: "project", id: `${parent.id}/project:${encodeURIComponent(project.id)}`, parent, project };
}

/** The paging row. Its id tells the pages apart: after a click the selection must not run down to the next such row. */
export function moreNode(parent: CompanyNode, count: { readonly loaded: number; readonly total?: number }): MoreNode {
  const id = `${parent.id}/more:${count.loaded}`;
  return { kind: "more", id, parent, loadedCount: count.loaded, totalCount: count.total };
}

/** The row for what stopped a load: a missing installation where Procore said so, else a failure. */
export function problemNode(
  parent: CompanyNode | undefined,
  error: unknown,
  retry: FailedNode["retry"],
): FailedNode | NotConnectedNode {
  const failure = error instanceof ProcoreError ? error.failure : undefined;
  const prefix = parent === undefined ? "" : `${parent.id}/`;
  if (parent !== undefined && failure?.kind === "appNotConnected") {
    return { kind: "notConnected", id: `${prefix}notConnected`, parent };
  }
  return { kind: "failed", id: `${prefix}failed`, parent, failure, retry };
}

/** The company a row belongs to; undefined for the rows that stand in place of companies. */
export function companyOf(node: TreeNode): CompanyNode | undefined {
  if (node.kind === "company") return node;
  return node.kind === "noCompanies" ? undefined : node.parent;
}
