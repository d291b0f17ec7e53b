import * as l10n from "@vscode/l10n";
import * as v from "valibot";
import type { Api, ApiRequest } from "../http/api.ts";
import { notTheApi, replyFacts } from "../http/apiFailure.ts";
import { hasNextPage, type Page, readPaging } from "../http/paging.ts";
import type { Connection } from "../session.ts";
import { parseRows } from "./parsing.ts";
import type { ProjectPlace, Tool, ToolItem } from "./tools.ts";

/** One page of a tool's items in a project. */
export interface ToolQuery extends ProjectPlace {
  readonly tool: Tool;
  /** From 1. */
  readonly page: number;
}

/** The request for one page of a tool's list. */
export function toolPageRequest({ tool, page, ...place }: ToolQuery): ApiRequest {
  const { path, query } = tool.list(place);
  return { method: "GET", path, query: { ...query, page, per_page: tool.pageSize }, companyId: place.companyId };
}

/** Reads one page. A row that cannot be read is left out; when that is true of all, the reply is not understood. */
export async function readToolPage(
  api: Api,
  connection: Connection,
  asked: ToolQuery,
  signal?: AbortSignal,
): Promise<Page<ToolItem>> {
  const { tool, page } = asked;
  const reply = await api.send(connection, toolPageRequest(asked), signal);
  const expected = l10n.t("a list of {0}", tool.items);
  const from = {
    host: new URL(connection.origins.api).host,
    ...replyFacts({ reply, receivedAt: reply.receivedAt }),
  };
  const rows = parseRows(v.unknown(), reply.body, { ...from, expected });
  const items = rows.map((row) => tool.readItem(row)).filter((item) => item !== undefined);
  if (rows.length > 0 && items.length === 0) throw notTheApi({ ...from, path: "0.id" }, expected);
  const paging = readPaging(reply.headers);
  const perPage = paging.perPage ?? tool.pageSize;
  const hasNext = hasNextPage(paging, { page, perPage, rows: rows.length });
  return { items, page, perPage, total: paging.total, hasNext };
}
