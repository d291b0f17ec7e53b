import * as l10n from "@vscode/l10n";
import type * as v from "valibot";
import type { Api, ApiReply } from "../http/api.ts";
import { replyFacts } from "../http/apiFailure.ts";
import { ProcoreError } from "../errors.ts";
import { listAll, type ListSource, type LoadedPage } from "../http/listAll.ts";
import type { Query } from "../http/origin.ts";
import type { Priority } from "../http/pacing/lane.ts";
import { hasNextPage, readPaging } from "../http/paging.ts";
import type { Connection } from "../session.ts";
import type { ProcoreClient, ProjectsQuery } from "./client.ts";
import { companyRow, type Company } from "./companies.ts";
import type { CompanyId } from "./ids.ts";
import { parseBody, parseRows } from "./parsing.ts";
import { type Project, projectRow } from "./projects.ts";
import { stageRow, type ProjectStage } from "./stages.ts";
import { readToolPage } from "./toolClient.ts";
import { userSchema } from "./user.ts";
import { baseUrlSchema, trustedWebOrigin } from "./webLinks.ts";

/** The most that /rest/v1.1/projects gives. @see Procore's OpenAPI description, RestV11ProjectsGet */
const pageSize = 300;
/** Without it only active projects come. @see Procore's OpenAPI description, RestV11ProjectsGet */
const everyStatus: Query = { "filters[by_status]": "All" };
/** 30,000 companies: where an endless list stops. */
const maxPages = 100;

/** Procore's API as features see it; `Api` adds tokens, headers and judgement. */
export function createProcoreClient({ api }: { readonly api: Api }): ProcoreClient {
  return {
    async me(connection, signal) {
      const reply = await api.send(connection, { method: "GET", path: ["rest", "v1.0", "me"] }, signal);
      return parseBody(userSchema, reply.body, from(connection, reply, l10n.t("a user")));
    },
    async companies(connection, signal, which = "withoutFree") {
      const free: Query = which === "withFree" ? { include_free_companies: "true" } : {};
      const path = ["rest", "v1.0", "companies"];
      const source = { path, row: companyRow, expected: l10n.t("a list of companies"), query: free };
      return ownOnly(connection, await wholeList<Company>(api, { connection, ...source }, signal));
    },
    async projectStages(connection, companyId, signal) {
      const path = ["rest", "v1.0", "companies", companyId, "project_stages"];
      const source = { path, row: stageRow, expected: l10n.t("a list of project stages"), companyId };
      return await wholeList<ProjectStage>(api, { connection, ...source }, signal);
    },
    async projects(connection, { companyId, page, status, stageIds }, signal) {
      const filter = projectsFilter(status, stageIds);
      const { items, paging } = await loadProjects(api, { connection, companyId, page, filter }, signal);
      const perPage = paging.perPage ?? pageSize;
      const hasNext = hasNextPage(paging, { page, perPage, rows: items.length });
      return { items, page, perPage, total: paging.total, hasNext };
    },
    allProjects(connection, { companyId, status, priority = "user" }, signal) {
      const filter = projectsFilter(status);
      const load: ListSource<Project>["load"] = (page, priority, signal) =>
        loadProjects(api, { connection, companyId, page, filter, priority }, signal);
      return listAll({ load, perPage: pageSize, idOf: ({ id }) => id, priority }, signal);
    },
    async findProjects(connection, { companyId, by, text }, signal) {
      const filter = { ...everyStatus, [by === "name" ? "filters[name]" : "filters[project_number]"]: text };
      const { items } = await loadProjects(api, { connection, companyId, page: 1, filter }, signal);
      return items;
    },
    async project(connection, { companyId, projectId }, signal) {
      const path = ["rest", "v1.0", "projects", projectId];
      const request = { method: "GET", path, query: { company_id: companyId }, companyId } as const;
      const reply = await api.send(connection, request, signal);
      return parseBody(projectRow(companyId), reply.body, from(connection, reply, l10n.t("a project")));
    },
    async companyWebOrigin(connection, companyId, signal) {
      const request = { method: "GET", path: ["rest", "v1.0", "company_base_url"], companyId } as const;
      const reply = await api.send(connection, request, signal);
      const expected = from(connection, reply, l10n.t("an address on a Procore domain"));
      const { web_base_url: address } = parseBody(baseUrlSchema, reply.body, expected);
      const origin = trustedWebOrigin(address, connection);
      if (origin === undefined) {
        const facts = replyFacts({ reply, receivedAt: reply.receivedAt });
        throw new ProcoreError({ kind: "webAddressRefused", host: expected.host, ...facts });
      }
      return origin;
    },
    toolItems: (connection, query, signal) => readToolPage(api, connection, query, signal),
    record: async (connection, request, signal) => (await api.send(connection, request, signal)).body,
  };
}

/**
 * Without a status Procore lists active projects only; stages are ANDed to it.
 * @see Procore's OpenAPI description, RestV11ProjectsGet
 */
function projectsFilter(status: ProjectsQuery["status"], stageIds: readonly string[] = []): Query {
  const [only] = stageIds;
  return {
    ...(status === "all" && everyStatus),
    ...(only !== undefined && { "filters[by_stage]": stageIds.length === 1 ? only : stageIds }),
  };
}

interface WholeList<T> {
  readonly connection: Connection;
  readonly path: readonly string[];
  readonly row: v.GenericSchema<unknown, T>;
  readonly expected: string;
  readonly query?: Query;
  readonly companyId?: CompanyId;
}

/** The rows of all pages, each id once. */
async function wholeList<T extends { readonly id: string }>(
  api: Api,
  { connection, path, row, expected, query = {}, companyId }: WholeList<T>,
  signal?: AbortSignal,
): Promise<readonly T[]> {
  const load: ListSource<T>["load"] = async (page, priority, signal) => {
    const paged = { ...query, page, per_page: pageSize };
    const request = {
      method: "GET",
      path,
      query: paged,
      priority,
      ...(companyId !== undefined && { companyId }),
    } as const;
    const reply = await api.send(connection, request, signal);
    return { items: parseRows(row, reply.body, from(connection, reply, expected)), paging: readPaging(reply.headers) };
  };
  const found = new Map<string, T>();
  for await (const { items } of listAll({ load, perPage: pageSize, maxPages, idOf: ({ id }) => id }, signal)) {
    for (const item of items) found.set(item.id, item);
  }
  return Array.from(found.values());
}

/**
 * To a service account Procore lists every company that installed the app; the connection is about one of them, which
 * keeps its row also when the list leaves it out (companies on the free plan).
 * @see procore/documentation plan_your_app/developer_managed_service_accounts.md
 */
function ownOnly({ grant }: Connection, companies: readonly Company[]): readonly Company[] {
  if (grant.kind !== "clientCredentials") return companies;
  const { companyId: id, companyName: name = "" } = grant;
  return [companies.find((company) => company.id === id) ?? { id, name, isActive: true }];
}

interface ProjectsRequest {
  readonly connection: Connection;
  readonly companyId: CompanyId;
  readonly page: number;
  readonly filter?: Query;
  readonly priority?: Priority;
}

async function loadProjects(
  api: Api,
  { connection, companyId, page, filter = {}, priority }: ProjectsRequest,
  signal?: AbortSignal,
): Promise<LoadedPage<Project>> {
  const query = { company_id: companyId, ...filter, page, per_page: pageSize };
  const request = {
    method: "GET",
    path: ["rest", "v1.1", "projects"],
    query,
    companyId,
    ...(priority && { priority }),
  } as const;
  const reply = await api.send(connection, request, signal);
  const told = from(connection, reply, l10n.t("a list of projects"));
  return { items: parseRows(projectRow(companyId), reply.body, told), paging: readPaging(reply.headers) };
}

const from = ({ origins }: Connection, reply: ApiReply, expected: string) => ({
  host: new URL(origins.api).host,
  expected,
  ...replyFacts({ reply, receivedAt: reply.receivedAt }),
});
