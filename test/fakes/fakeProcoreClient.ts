import type { Pages } from "../../src/core/http/listAll.ts";
import type { ApiRequest } from "../../src/core/http/api.ts";
import type { ProcoreClient, ProjectsQuery } from "../../src/core/procore/client.ts";
import type { ProjectStage } from "../../src/core/procore/stages.ts";
import type { Company } from "../../src/core/procore/companies.ts";
import { companyId, projectId, userId, type CompanyId, type ProjectId } from "../../src/core/procore/ids.ts";
import { bareProject, type Page, type Project } from "../../src/core/procore/projects.ts";
import type { ToolQuery } from "../../src/core/procore/toolClient.ts";
import { tools, type Tool, type ToolItem } from "../../src/core/procore/tools.ts";
import type { Connection, User } from "../../src/core/session.ts";

/** A request that waits for the test to answer it. */
export interface Call<T> {
  readonly connection: Connection;
  readonly signal: AbortSignal | undefined;
  readonly answer: (value: T) => void;
  readonly fail: (error: unknown) => void;
}

export interface ProjectsCall extends Call<Page<Project>>, ProjectsQuery {}

export interface CompaniesCall extends Call<readonly Company[]> {
  readonly which: "withoutFree" | "withFree";
}

export interface FindCall extends Call<readonly Project[]> {
  readonly companyId: CompanyId;
  readonly by: "name" | "number";
  readonly text: string;
}

export interface ProjectCall extends Call<Project> {
  readonly companyId: CompanyId;
  readonly projectId: ProjectId;
}

export interface ItemsCall extends Call<Page<ToolItem>> {
  readonly query: ToolQuery;
}

/** Records every call; each waits until the test answers it or its signal is aborted. */
export class FakeProcoreClient implements ProcoreClient {
  readonly companiesCalls: CompaniesCall[] = [];
  readonly stagesCalls: (Call<readonly ProjectStage[]> & { readonly companyId: CompanyId })[] = [];
  readonly projectsCalls: ProjectsCall[] = [];
  readonly findCalls: FindCall[] = [];
  readonly projectCalls: ProjectCall[] = [];
  readonly webOriginCalls: (Call<string> & { readonly companyId: CompanyId })[] = [];

  readonly itemsCalls: ItemsCall[] = [];
  readonly recordCalls: (Call<string> & { readonly request: ApiRequest })[] = [];

  me(): Promise<User> {
    return Promise.resolve({ id: userId(7), login: "ada@example.com", name: undefined });
  }

  companies(
    connection: Connection,
    signal?: AbortSignal,
    which: CompaniesCall["which"] = "withoutFree",
  ): Promise<readonly Company[]> {
    return pending(connection, signal, (call) => this.companiesCalls.push({ ...call, which }));
  }

  projectStages(connection: Connection, companyId: CompanyId, signal?: AbortSignal): Promise<readonly ProjectStage[]> {
    return pending(connection, signal, (call) => this.stagesCalls.push({ ...call, companyId }));
  }

  projects(connection: Connection, query: ProjectsQuery, signal?: AbortSignal): Promise<Page<Project>> {
    return pending(connection, signal, (call) => this.projectsCalls.push({ ...call, ...query }));
  }

  async *allProjects(
    connection: Connection,
    { companyId, status }: { readonly companyId: CompanyId; readonly status?: "active" | "all" },
    signal?: AbortSignal,
  ): Pages<Project> {
    for (let page = 1; ; page += 1) {
      const loaded = await this.projects(connection, { companyId, page, ...(status && { status }) }, signal);
      yield loaded;
      if (!loaded.hasNext) return;
    }
  }

  findProjects(
    connection: Connection,
    query: { readonly companyId: CompanyId; readonly by: "name" | "number"; readonly text: string },
    signal?: AbortSignal,
  ): Promise<readonly Project[]> {
    return pending(connection, signal, (call) => this.findCalls.push({ ...call, ...query }));
  }

  project(
    connection: Connection,
    query: { readonly companyId: CompanyId; readonly projectId: ProjectId },
    signal?: AbortSignal,
  ): Promise<Project> {
    return pending(connection, signal, (call) => this.projectCalls.push({ ...call, ...query }));
  }

  toolItems(connection: Connection, query: ToolQuery, signal?: AbortSignal): Promise<Page<ToolItem>> {
    return pending(connection, signal, (call) => this.itemsCalls.push({ ...call, query }));
  }

  record(connection: Connection, request: ApiRequest, signal?: AbortSignal): Promise<string> {
    return pending(connection, signal, (call) => this.recordCalls.push({ ...call, request }));
  }

  companyWebOrigin(connection: Connection, companyId: CompanyId, signal?: AbortSignal): Promise<string> {
    return pending(connection, signal, (call) => this.webOriginCalls.push({ ...call, companyId }));
  }
}

function pending<T>(
  connection: Connection,
  signal: AbortSignal | undefined,
  record: (call: Call<T>) => void,
): Promise<T> {
  return new Promise((answer, fail) => {
    signal?.addEventListener("abort", () => fail(signal.reason), { once: true });
    record({ connection, signal, answer, fail });
  });
}

export const sampleCompany = (id: number, changes: Partial<Company> = {}): Company => ({
  id: companyId(id),
  name: `Company ${id}`,
  isActive: true,
  ...changes,
});

/** A project of which Procore tells no more than it must. */
export const sampleProject = (id: number, changes: Partial<Project> = {}): Project => ({
  ...bareProject({ id: projectId(id), companyId: companyId(1), name: `Project ${id}` }),
  ...changes,
});

/** Page `page` of a list of `total` projects in pages of 300. */
export function samplePage(page: number, total: number): Page<Project> {
  const perPage = 300;
  const start = (page - 1) * perPage;
  const length = Math.max(0, Math.min(perPage, total - start));
  const items = Array.from({ length }, (_, index) => sampleProject(start + index + 1));
  return { items, page, perPage, total, hasNext: start + length < total };
}

/** One of the real tools. */
export function toolOf(id: string): Tool {
  const found = tools.find((tool) => tool.id === id);
  if (found === undefined) throw new Error(`There is no tool ${id}`);
  return found;
}

/** An item of which Procore tells no more than it must. */
export const sampleItem = (id: number, changes: Partial<ToolItem> = {}): ToolItem => ({
  id: String(id),
  number: undefined,
  title: undefined,
  status: undefined,
  shape: "item",
  ...changes,
});

/** The only page of a list. */
export const onePage = <T>(items: readonly T[]): Page<T> => ({
  items,
  page: 1,
  perPage: 300,
  total: items.length,
  hasNext: false,
});
