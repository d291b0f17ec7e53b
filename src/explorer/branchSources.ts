import type { ProcoreClient } from "../core/procore/client.ts";
import type { Company } from "../core/procore/companies.ts";
import type { CompanyId } from "../core/procore/ids.ts";
import type { Connection } from "../core/session.ts";
import type { BranchSource } from "./branch.ts";
import { companyNode, moreNode, projectNode, type CompanyNode, type TreeNode } from "./nodes.ts";

/** What both kinds of branch need. */
export interface SourceDependencies {
  readonly procore: ProcoreClient;
  /** The connection as it is when a page is asked for. */
  readonly connection: () => Connection;
  readonly problem: (parent: CompanyNode | undefined, error: unknown, retry: "branch" | "nextPage") => TreeNode;
}

/** The top of the tree: all companies at once. `keep` turns them into their rows, unless the load was stopped. */
export function companiesSource(
  { procore, connection, problem }: SourceDependencies,
  keep: (companies: readonly Company[]) => readonly CompanyNode[],
): BranchSource {
  return {
    load: async (_page, signal) => {
      const companies = await procore.companies(connection(), signal);
      return { nodes: signal.aborted ? [] : keep(companies), hasNext: false, total: undefined };
    },
    empty: () => ({ kind: "noCompanies", id: "noCompanies", environment: connection().environment }),
    more: () => {
      throw new Error("Companies have no pages");
    },
    problem: (error, retry) => problem(undefined, error, retry),
  };
}

/** The projects of one company, in pages of at most 300 (the most that the server gives). */
export function projectsSource(deps: SourceDependencies, parent: CompanyNode): BranchSource {
  return {
    load: async (page, signal) => {
      const query = { companyId: parent.company.id, page };
      const { items, hasNext, total } = await deps.procore.projects(deps.connection(), query, signal);
      return { nodes: items.map((project) => projectNode(parent, project)), hasNext, total };
    },
    empty: () => ({
      kind: "noProjects",
      id: `${parent.id}/noProjects`,
      parent,
      account: deps.connection().grant.kind,
    }),
    more: (count) => moreNode(parent, count),
    problem: (error, retry) => deps.problem(parent, error, retry),
  };
}

/** Rows for `companies`. One that is as it was keeps its object: the editor and commands hold on to it. */
export function mergeCompanies(
  before: ReadonlyMap<CompanyId, CompanyNode>,
  companies: readonly Company[],
): Map<CompanyId, CompanyNode> {
  const opens = companies.length === 1 ? "byItself" : "onDemand";
  const after = new Map<CompanyId, CompanyNode>();
  for (const company of companies) {
    const known = before.get(company.id);
    const isAsItWas =
      known?.company.name === company.name && known.company.isActive === company.isActive && known.opens === opens;
    if (!after.has(company.id)) after.set(company.id, isAsItWas ? known : companyNode(company, opens));
  }
  return after;
}
