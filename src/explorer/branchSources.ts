import type { ProcoreClient } from "../core/procore/client.ts";
import type { Company } from "../core/procore/companies.ts";
import { tools } from "../core/procore/tools.ts";
import type { Project } from "../core/procore/projects.ts";
import type { Connection } from "../core/session.ts";
import type { BranchSource } from "./branch.ts";
import {
  companyNode,
  itemNode,
  moreNode,
  projectNode,
  toolNode,
  type CompanyNode,
  type FoundNode,
  type ParentNode,
  type ProjectNode,
  type ToolNode,
  type TreeNode,
} from "./nodes.ts";

/** What all kinds of branch need. */
export interface SourceDependencies {
  readonly procore: ProcoreClient;
  /** The connection as it is when a page is asked for. */
  readonly connection: () => Connection;
  /** The projects that were found in a company, the last one first. */
  readonly found: (company: Company) => readonly Project[];
  readonly problem: (parent: ParentNode | undefined, error: unknown, retry: "branch" | "nextPage") => TreeNode;
}

/** The top of the tree: all companies at once. */
export function companiesSource({ procore, connection, problem }: SourceDependencies): BranchSource {
  return {
    async load(_page, signal) {
      const companies = await procore.companies(connection(), signal);
      return { nodes: companyNodes(companies), hasNext: false, total: undefined };
    },
    empty: () => ({
      kind: "noCompanies",
      id: "noCompanies",
      parent: undefined,
      environment: connection().environment,
    }),
    more: () => {
      throw new Error("Companies have no pages");
    },
    problem: (error, retry) => problem(undefined, error, retry),
  };
}

/** Rows for companies; a company that is the only one opens by itself. */
function companyNodes(companies: readonly Company[]): readonly CompanyNode[] {
  const opens = companies.length === 1 ? "byItself" : "onDemand";
  return companies.map((company) => companyNode(company, opens));
}

/** The projects of one company, in pages of at most 300 (the most that the server gives). */
export function projectsSource(deps: SourceDependencies, parent: CompanyNode): BranchSource {
  return {
    async load(page, signal) {
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

/** The projects of one company that somebody found: known without a request. */
export function foundSource(deps: SourceDependencies, parent: FoundNode): BranchSource {
  return {
    async load() {
      const projects = deps.found(parent.company);
      return { nodes: projects.map((project) => projectNode(parent, project)), hasNext: false, total: projects.length };
    },
    empty: () => {
      throw new Error("A row Found has projects");
    },
    more: (count) => moreNode(parent, count),
    problem: (error, retry) => deps.problem(parent, error, retry),
  };
}

/** The tools of one project: always all, because nothing tells which are there before their lists are asked for. */
export function toolsSource(deps: SourceDependencies, parent: ProjectNode): BranchSource {
  return {
    load: async () => ({ nodes: tools.map((tool) => toolNode(parent, tool)), hasNext: false, total: tools.length }),
    empty: () => {
      throw new Error("There are tools");
    },
    more: (count) => moreNode(parent, count),
    problem: (error, retry) => deps.problem(parent, error, retry),
  };
}

/** The items of one tool, in pages. */
export function itemsSource(deps: SourceDependencies, parent: ToolNode): BranchSource {
  const { project } = parent.parent;
  const { company } = parent.parent.parent;
  return {
    async load(page, signal) {
      const query = { tool: parent.tool, companyId: company.id, projectId: project.id, page };
      const { items, hasNext, total } = await deps.procore.toolItems(deps.connection(), query, signal);
      return { nodes: items.map((item) => itemNode(parent, item)), hasNext, total };
    },
    empty: () => ({ kind: "noItems", id: `${parent.id}/noItems`, parent }),
    more: (count) => moreNode(parent, count),
    problem: (error, retry) => deps.problem(parent, error, retry),
  };
}
