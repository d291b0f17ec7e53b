import * as v from "valibot";
import { assertNever } from "../core/assertNever.ts";
import type { ApiRequest } from "../core/http/api.ts";
import { elementsOf, formatJson } from "../core/jsonText.ts";
import type { ProcoreClient } from "../core/procore/client.ts";
import { idSchema } from "../core/procore/parsing.ts";
import type { Connection } from "../core/session.ts";
import { toolPageRequest } from "../core/procore/toolClient.ts";
import type { CompanyNode, ItemNode, ProjectNode, ToolNode, TreeNode } from "./nodes.ts";

/** Rows that stand for a record of Procore's. */
export type RecordNode = CompanyNode | ProjectNode | ItemNode;

/** A record as the server sent it, and how it was asked for: without the token, which is the connection's. */
export interface FetchedRecord {
  readonly request: ApiRequest;
  /** Formatted; names, texts and numbers are the server's own. */
  readonly text: string;
}

/** The request that brings the whole record of a row. */
export function recordRequest(node: RecordNode): ApiRequest {
  switch (node.kind) {
    case "company":
      // No request gives a single company: its record is an element of this list, which leaves out free ones unasked.
      return {
        method: "GET",
        path: ["rest", "v1.0", "companies"],
        query: { page: 1, per_page: companiesPerPage, include_free_companies: "true" },
      };
    case "project": {
      const { id: companyId } = node.parent.company;
      const path = ["rest", "v1.0", "projects", node.project.id];
      return { method: "GET", path, query: { company_id: companyId }, companyId };
    }
    case "item": {
      const { tool, parent } = node.parent;
      const { id: companyId } = parent.parent.company;
      return { method: "GET", ...tool.show({ companyId, projectId: parent.project.id }, node.item), companyId };
    }
    default:
      return assertNever(node);
  }
}

/** The request behind a row: for its record, or for the first page of a tool's list. Other rows have none. */
export function requestBehind(node: TreeNode): ApiRequest | undefined {
  if (node.kind === "tool") return listRequest(node);
  return isRecordNode(node) ? recordRequest(node) : undefined;
}

/** Does a row stand for a record of Procore's? */
export const isRecordNode = (node: TreeNode): node is RecordNode =>
  node.kind === "company" || node.kind === "project" || node.kind === "item";

function listRequest({ tool, parent }: ToolNode): ApiRequest {
  return toolPageRequest({ tool, companyId: parent.parent.company.id, projectId: parent.project.id, page: 1 });
}

const companiesPerPage = 300;
const mostPages = 100;

/** Asks for a row's record; undefined when the server no longer has it in the list that it comes from. */
export async function fetchRecord(
  procore: Pick<ProcoreClient, "record">,
  { connection, node }: { readonly connection: Connection; readonly node: RecordNode },
  signal: AbortSignal,
): Promise<FetchedRecord | undefined> {
  const request = recordRequest(node);
  if (node.kind !== "company") {
    return { request, text: formatJson(await procore.record(connection, request, signal)) };
  }
  for (let page = 1; page <= mostPages; page += 1) {
    const paged = { ...request, query: { ...request.query, page } };
    const elements = elementsOf(await procore.record(connection, paged, signal));
    const found = elements.find((element) => idOf(element) === node.company.id);
    if (found !== undefined) return { request: paged, text: formatJson(found) };
    if (elements.length < companiesPerPage) return undefined;
  }
  return undefined;
}

function idOf(element: string): string | undefined {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), v.object({ id: idSchema })), element);
  return parsed.success ? parsed.output.id : undefined;
}
