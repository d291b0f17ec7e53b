import * as v from "valibot";
import type { Api } from "../http/api.ts";
import { notTheApi } from "../http/apiFailure.ts";
import { hasNextPage, readPaging } from "../http/paging.ts";
import type { Connection } from "../session.ts";
import { parseBody } from "./parsing.ts";
import type { Page } from "./projects.ts";
import type { ProjectPlace, Tool, ToolItem } from "./tools.ts";

/** One page of a tool's items in a project. */
export interface ToolQuery extends ProjectPlace {
  readonly tool: Tool;
  /** From 1. */
  readonly page: number;
}

/**
 * v1 answers with a bare array, v2 with `{"data": […]}`.
 * @see procore/documentation announcements/new_rest_v2_version.md
 */
const rowsSchema = v.union([
  v.array(v.unknown()),
  v.pipe(
    v.object({ data: v.array(v.unknown()) }),
    v.transform(({ data }) => data),
  ),
]);

/** Reads one page. A row that cannot be read is left out; when that is true of all, the reply is not understood. */
export async function readToolPage(
  api: Api,
  connection: Connection,
  { tool, page, ...place }: ToolQuery,
  signal?: AbortSignal,
): Promise<Page<ToolItem>> {
  const { path, query } = tool.list(place);
  const paged = { ...query, page, per_page: tool.pageSize };
  const { companyId } = place;
  const reply = await api.send(connection, { method: "GET", path, query: paged, companyId }, signal);
  const host = new URL(connection.origins.api).host;
  const expected = `a list of ${tool.items}`;
  const rows = parseBody(rowsSchema, reply.body, { host, expected });
  const items = rows.map((row) => tool.readItem(row)).filter((item) => item !== undefined);
  if (rows.length > 0 && items.length === 0) throw notTheApi(host, expected, "0.id");
  const paging = readPaging(reply.headers);
  const perPage = paging.perPage ?? tool.pageSize;
  const hasNext = hasNextPage(paging, { page, perPage, rows: rows.length });
  return { items, page, perPage, total: paging.total, hasNext };
}
