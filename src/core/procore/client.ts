import type { ApiRequest } from "../http/api.ts";
import type { Pages } from "../http/listAll.ts";
import type { Priority } from "../http/pacing/lane.ts";
import type { Connection, User } from "../session.ts";
import type { Company } from "./companies.ts";
import type { CompanyId, ProjectId } from "./ids.ts";
import type { Page, Project } from "./projects.ts";
import type { ProjectStage } from "./stages.ts";
import type { ToolQuery } from "./toolClient.ts";
import type { ToolItem } from "./tools.ts";

/** Which projects of a company, and which page of them. */
export interface ProjectsQuery {
  readonly companyId: CompanyId;
  /** From 1. */
  readonly page: number;
  /** Active projects only unless `all` is asked for. */
  readonly status?: "active" | "all" | undefined;
  /** Only projects in these stages, by id; the company's own ids. */
  readonly stageIds?: readonly string[] | undefined;
}

/** The port to Procore's API for features; every method rejects with `ProcoreError` and honours its signal. */
export interface ProcoreClient {
  /** GET /rest/v1.0/me */
  me(connection: Connection, signal?: AbortSignal): Promise<User>;
  /**
   * GET /rest/v1.0/companies, all pages; for a service account the one company it was made for. Companies on Procore's
   * free plan come only when they are asked for.
   */
  companies(
    connection: Connection,
    signal?: AbortSignal,
    which?: "withoutFree" | "withFree",
  ): Promise<readonly Company[]>;
  /** GET /rest/v1.1/projects, one page of at most 300 in the server's order, which is by name. */
  projects(connection: Connection, query: ProjectsQuery, signal?: AbortSignal): Promise<Page<Project>>;
  /** GET /rest/v1.0/companies/{company_id}/project_stages, all of them. */
  projectStages(connection: Connection, companyId: CompanyId, signal?: AbortSignal): Promise<readonly ProjectStage[]>;
  /**
   * GET /rest/v1.1/projects, every page of a company, as `listAll` gives them; active projects only unless `all` is
   * asked for.
   */
  allProjects(
    connection: Connection,
    query: { readonly companyId: CompanyId; readonly status?: "active" | "all"; readonly priority?: Priority },
    signal?: AbortSignal,
  ): Pages<Project>;
  /**
   * GET /rest/v1.1/projects with a filter: what the server itself finds by name or number in a company, of every status,
   * at most one page of 300. What counts as a match is the server's business: Procore documents none.
   */
  findProjects(
    connection: Connection,
    query: { readonly companyId: CompanyId; readonly by: "name" | "number"; readonly text: string },
    signal?: AbortSignal,
  ): Promise<readonly Project[]>;
  /** GET /rest/v1.0/projects/{id}: one project, of every status; 404 when it is not there or not for this user. */
  project(
    connection: Connection,
    query: { readonly companyId: CompanyId; readonly projectId: ProjectId },
    signal?: AbortSignal,
  ): Promise<Project>;
  /**
   * GET /rest/v1.0/company_base_url: where a person opens this company, as a bare origin. Addresses that are neither
   * the connection's own web origin nor https on a Procore domain are refused (`webAddressRefused`).
   */
  companyWebOrigin(connection: Connection, companyId: CompanyId, signal?: AbortSignal): Promise<string>;
  /** One page of a tool's items in a project, in the server's order. */
  toolItems(connection: Connection, query: ToolQuery, signal?: AbortSignal): Promise<Page<ToolItem>>;
  /** The body of a reply as the server sent it: JSON that nobody has parsed. */
  record(connection: Connection, request: ApiRequest, signal?: AbortSignal): Promise<string>;
}
