import { type Api } from "../http/api.ts";
import { ProcoreError } from "../errors.ts";
import { hasNextPage, readPaging } from "../http/paging.ts";
import type { Reply } from "../http/transport.ts";
import type { Connection } from "../session.ts";
import type { ProcoreClient } from "./client.ts";
import { companiesSchema, type Company } from "./companies.ts";
import { parseBody } from "./parsing.ts";
import { type Page, projectsSchema } from "./projects.ts";
import { userSchema } from "./user.ts";
import { baseUrlSchema, trustedWebOrigin } from "./webLinks.ts";

/** The most that /rest/v1.1/projects gives. @see Procore's OpenAPI description, RestV11ProjectsGet */
const pageSize = 300;
/** 30,000 companies: where an endless list stops. */
const maxPages = 100;

/** Procore's API as features see it; `Api` adds tokens, headers and judgement. */
export function createProcoreClient({ api }: { readonly api: Api }): ProcoreClient {
  return {
    async me(connection, signal) {
      const reply = await api.send(connection, { method: "GET", path: ["rest", "v1.0", "me"] }, signal);
      return parseBody(userSchema, reply.body, { host: apiHost(connection), expected: "a user" });
    },
    async companies(connection, signal) {
      return ownOnly(connection, await allCompanies(api, connection, signal));
    },
    async projects(connection, { companyId, page }, signal) {
      const query = { company_id: companyId, page, per_page: pageSize };
      const request = { method: "GET", path: ["rest", "v1.1", "projects"], query, companyId } as const;
      const reply = await api.send(connection, request, signal);
      const expected = { host: apiHost(connection), expected: "a list of projects" };
      return toPage(parseBody(projectsSchema(companyId), reply.body, expected), page, reply);
    },
    async companyWebOrigin(connection, companyId, signal) {
      const request = { method: "GET", path: ["rest", "v1.0", "company_base_url"], companyId } as const;
      const reply = await api.send(connection, request, signal);
      const host = apiHost(connection);
      const expected = "an address on a Procore domain";
      const { web_base_url: address } = parseBody(baseUrlSchema, reply.body, { host, expected });
      const origin = trustedWebOrigin(address, connection);
      if (origin === undefined) throw new ProcoreError({ kind: "webAddressRefused", host });
      return origin;
    },
  };
}

/** Page after page, until there is no next one or a page brings nothing that is new (lists that do not page). */
async function allCompanies(api: Api, connection: Connection, signal?: AbortSignal): Promise<readonly Company[]> {
  const found = new Map<string, Company>();
  for (let page = 1; page <= maxPages; page += 1) {
    const query = { page, per_page: pageSize };
    const reply = await api.send(connection, { method: "GET", path: ["rest", "v1.0", "companies"], query }, signal);
    const expected = { host: apiHost(connection), expected: "a list of companies" };
    const { items, hasNext } = toPage(parseBody(companiesSchema, reply.body, expected), page, reply);
    const before = found.size;
    for (const company of items) found.set(company.id, company);
    if (!hasNext || found.size === before) break;
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

function toPage<T>(items: readonly T[], page: number, reply: Reply): Page<T> {
  const paging = readPaging(reply.headers);
  const perPage = paging.perPage ?? pageSize;
  const hasNext = hasNextPage(paging, { page, perPage, rows: items.length });
  return { items, page, perPage, total: paging.total, hasNext };
}

const apiHost = (connection: Connection): string => new URL(connection.origins.api).host;
