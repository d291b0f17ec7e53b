import { sees } from "../data/directory.ts";
import type { SandboxCompany } from "../data/companies.ts";
import type { SandboxProject } from "../data/projects.ts";
import type { SandboxUser } from "../data/users.ts";
import type { World } from "../world.ts";

/** The part of a list request that decides which projects come, and in what order. */
export interface ProjectQuery {
  readonly status: string | undefined;
  readonly name: string | undefined;
  readonly number: string | undefined;
  /** Names of the stages that were asked for by id; undefined for any. */
  readonly stages: readonly string[] | undefined;
  readonly sort: string | undefined;
}

type Test = (project: SandboxProject) => boolean;

/** Active projects only unless asked otherwise; lower-case `all` is in use too, so case is not looked at. */
function statusTest(status: string | undefined): Test | undefined {
  switch (status?.toLowerCase()) {
    case "all":
      return undefined;
    case "inactive":
      return (project) => !project.active;
    default:
      return (project) => project.active;
  }
}

function tests(query: ProjectQuery): readonly Test[] {
  const name = query.name?.toLowerCase();
  const status = statusTest(query.status);
  const { stages } = query;
  return [
    ...(status === undefined ? [] : [status]),
    ...(name === undefined ? [] : [(project: SandboxProject) => project.name.toLowerCase().includes(name)]),
    ...(query.number === undefined ? [] : [(project: SandboxProject) => project.number === query.number]),
    ...(stages === undefined ? [] : [(project: SandboxProject) => stages.includes(project.stage ?? "")]),
  ];
}

function byDisplayName(a: SandboxProject, b: SandboxProject): number {
  if (a.displayName === b.displayName) return a.index - b.index;
  return a.displayName < b.displayName ? -1 : 1;
}

/**
 * The projects of a company that a user may see and a query asks for. Filters are ANDed; without `sort` the order is by
 * name; a "-" in front turns it round.
 * @see procore/documentation tutorials/filtering_on_list_actions.md, Procore's OpenAPI for GET /rest/v1.1/projects
 */
export function selectProjects(
  world: World,
  company: SandboxCompany,
  user: SandboxUser,
  query: ProjectQuery,
): readonly SandboxProject[] {
  const wanted = tests(query);
  const found = world.directory.projects(company, user).filter((project) => wanted.every((test) => test(project)));
  const order = query.sort?.replace(/^-/, "") === "display_name" ? found.sort(byDisplayName) : found;
  return query.sort?.startsWith("-") ? order.toReversed() : order;
}

/** One project by id, if the user may see it. */
export function findProject(world: World, id: string, user: SandboxUser) {
  const found = world.directory.project(id);
  return found !== undefined && sees(user, found.project) ? found : undefined;
}
