import type { Company } from "../../src/core/procore/companies.ts";
import type { Project } from "../../src/core/procore/projects.ts";
import type { CreateTree } from "./view.ts";

/** A row of a plain tree. */
export type PlainNode =
  { readonly kind: "company"; readonly company: Company } | { readonly kind: "project"; readonly project: Project };

/**
 * What a tree looks like that somebody writes in an hour: a row for every project, all of them at once. It reads through
 * the same client as the view does, several pages at a time, so that the two differ in nothing else.
 */
export const createPlainTree: CreateTree<PlainNode> = (procore, connection) => {
  return {
    async children(parent) {
      if (parent === undefined) {
        const companies = await procore.companies(connection);
        return companies.map((company) => ({ kind: "company", company }));
      }
      if (parent.kind === "project") return [];
      const rows: PlainNode[] = [];
      for await (const { items } of procore.allProjects(connection, { companyId: parent.company.id })) {
        rows.push(...items.map((project): PlainNode => ({ kind: "project", project })));
      }
      return rows;
    },
    isOpen: (node) => node.kind === "company",
    item: (node) => {
      const { id, name } = node.kind === "company" ? node.company : node.project;
      return { id: `${node.kind}:${id}`, label: name, collapsibleState: node.kind === "company" ? 1 : 0 };
    },
    refresh: () => undefined,
    dispose: () => undefined,
  };
};
