import { ProcoreError } from "../core/errors.ts";
import type { Connection } from "../core/session.ts";
import { arrange, type Arrangement } from "./arrangement.ts";
import type { BranchPage, BranchSource } from "./branch.ts";
import type { SourceDependencies } from "./branchSources.ts";
import { moreNode, projectNode, type CompanyNode } from "./nodes.ts";

/** Rows that come together, also where all are in memory: a view with thousands of rows is slow. */
const pageSize = 300;

/** Undefined: the company's stages cannot be asked for, so the loaded rows are looked through by the stage's name. */
type StageIds = readonly string[] | undefined;

/** The projects of one company as the person arranged them, in pages of at most 300. */
export function projectsSource(deps: SourceDependencies, parent: CompanyNode): BranchSource {
  const { choices } = deps;
  const { id: companyId } = parent.company;
  let stageIds: StageIds = [];

  const load = async (connection: Connection, page: number, signal: AbortSignal): Promise<BranchPage> => {
    const arrangement = choices.arrangement();
    const all = arrangement.order === "name" ? undefined : choices.allProjects(connection, parent);
    if (all !== undefined) return pageInMemory(parent, arrange(all, arrangement), page);
    const { stage, status } = arrangement;
    if (stage !== undefined && page === 1) {
      stageIds = await readStageIds(deps, { connection, companyId, stage }, signal);
      choices.noteStageFilter(parent, stageIds === undefined ? "loadedRows" : "server");
    }
    // No project can be in a stage that the company does not have.
    if (stage !== undefined && stageIds?.length === 0) return { nodes: [], hasNext: false, total: 0 };
    const byStage = stage === undefined || stageIds === undefined ? {} : { stageIds };
    const query = { companyId, page, ...(status === "all" && { status }), ...byStage };
    const { items, hasNext, total } = await deps.procore.projects(connection, query, signal);
    if (stage === undefined || stageIds !== undefined) {
      return { nodes: items.map((project) => projectNode(parent, project)), hasNext, total };
    }
    const shown = items.filter((project) => project.stage === stage);
    const nodes = shown.map((project) => projectNode(parent, project));
    return { nodes, hasNext, total: undefined, received: items.length };
  };
  return {
    async load(page, signal) {
      const connection = deps.connection();
      try {
        const loaded = await load(connection, page, signal);
        if (!signal.aborted) choices.noteAnswer(connection, companyId, "connected");
        return loaded;
      } catch (error) {
        const isMissing = error instanceof ProcoreError && error.failure.kind === "appNotConnected";
        if (isMissing && !signal.aborted) choices.noteAnswer(connection, companyId, "notConnected");
        throw error;
      }
    },
    empty: () => ({
      kind: "noProjects",
      id: `${parent.id}/noProjects`,
      parent,
      account: deps.connection().grant.kind,
      ...askedFor(choices.arrangement()),
    }),
    more: (count) => moreNode(parent, count),
    problem: (error, retry) => deps.problem(parent, error, retry),
  };
}

const askedFor = ({ status, stage }: Arrangement) => ({
  ...(status === "all" && { status }),
  ...(stage !== undefined && { stage }),
});

function pageInMemory(parent: CompanyNode, projects: Parameters<typeof arrange>[0], page: number): BranchPage {
  const end = page * pageSize;
  const nodes = projects.slice(end - pageSize, end).map((project) => projectNode(parent, project));
  return { nodes, hasNext: projects.length > end, total: projects.length };
}

/** The ids that a stage's name has in a company; undefined where Procore does not tell them to this user. */
async function readStageIds(
  { procore }: SourceDependencies,
  at: { readonly connection: Connection; readonly companyId: CompanyNode["company"]["id"]; readonly stage: string },
  signal: AbortSignal,
): Promise<StageIds> {
  try {
    const stages = await procore.projectStages(at.connection, at.companyId, signal);
    return stages.filter(({ name }) => name === at.stage).map(({ id }) => id);
  } catch (error) {
    const failure = error instanceof ProcoreError ? error.failure : undefined;
    if (failure?.kind === "http" && (failure.status === 403 || failure.status === 404)) return undefined;
    throw error;
  }
}
