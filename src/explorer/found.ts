import type { Company } from "../core/procore/companies.ts";
import type { CompanyId } from "../core/procore/ids.ts";
import type { Project } from "../core/procore/projects.ts";
import { foundNode, type CompanyNode, type FoundNode } from "./nodes.ts";

const most = 10;

/** The projects that were found in this window, by company: the last ten of each, the last one first. */
export class FoundProjects {
  readonly #projects = new Map<CompanyId, readonly Project[]>();
  readonly #nodes = new WeakMap<CompanyNode, FoundNode>();

  /** The row that holds what was found in a company, the same object each time; undefined when nothing was. */
  row(company: CompanyNode): FoundNode | undefined {
    if (!this.#projects.has(company.company.id)) return undefined;
    const node = this.#nodes.get(company) ?? foundNode(company);
    this.#nodes.set(company, node);
    return node;
  }

  projects({ id }: Pick<Company, "id">): readonly Project[] {
    return this.#projects.get(id) ?? [];
  }

  /** Puts a project first; what was known of it before is replaced. */
  add(project: Project): void {
    const others = this.projects({ id: project.companyId }).filter(({ id }) => id !== project.id);
    this.#projects.set(project.companyId, [project, ...others].slice(0, most));
  }

  /** Forgets what was found in a company, or all. */
  clear(company?: Pick<Company, "id">): void {
    if (company === undefined) this.#projects.clear();
    else this.#projects.delete(company.id);
  }
}
