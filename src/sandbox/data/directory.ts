import { createCompanies, type CompanyCounts, type SandboxCompany } from "./companies.ts";
import { createProject, projectIdAt, projectIndexOf, type SandboxProject } from "./projects.ts";
import { createUsers, serviceUser, type SandboxUser } from "./users.ts";

/** Everything there is to list: made from a seed, the same for the same seed and counts, each part on first use. */
export interface Directory {
  readonly users: readonly SandboxUser[];
  /** The app's service user in a company. */
  serviceUser(company: SandboxCompany | undefined): SandboxUser;
  /** With the free company last. */
  readonly companies: readonly SandboxCompany[];
  company(id: string): SandboxCompany | undefined;
  /** Those the user may see, by name; equal names by id. */
  projects(company: SandboxCompany, user: SandboxUser): readonly SandboxProject[];
  project(id: string): { readonly company: SandboxCompany; readonly project: SandboxProject } | undefined;
}

/** Whether a user was added to a project. */
export function sees(user: SandboxUser, project: SandboxProject): boolean {
  return user.sees === "everyProject" || (user.sees === "someProjects" && project.index % 5 === 0);
}

function byName(a: SandboxProject, b: SandboxProject): number {
  if (a.sortKey !== b.sortKey) return a.sortKey < b.sortKey ? -1 : 1;
  return a.index - b.index;
}

/** Costs next to nothing until projects are asked for. */
export function createDirectory(seed: number, counts: CompanyCounts): Directory {
  const companies = createCompanies(seed, counts);
  const byId = new Map(companies.map((company) => [company.id, company]));
  const lists = new Map<string, readonly SandboxProject[]>();
  const all = (company: SandboxCompany): readonly SandboxProject[] => {
    const known = lists.get(company.id);
    if (known !== undefined) return known;
    const made = Array.from({ length: company.allProjects }, (_, index) => createProject(seed, company, index)).sort(
      byName,
    );
    lists.set(company.id, made);
    return made;
  };
  return {
    users: createUsers(seed),
    serviceUser: (company) => serviceUser(seed, company?.index ?? 0),
    companies,
    company: (id) => byId.get(id),
    projects: (company, user) =>
      user.sees === "everyProject" ? all(company) : all(company).filter((project) => sees(user, project)),
    project(id) {
      for (const company of companies) {
        const index = projectIndexOf(company, id);
        if (index === undefined || projectIdAt(seed, company, index) !== id) continue;
        return { company, project: createProject(seed, company, index) };
      }
      return undefined;
    },
  };
}
