import type { Context } from "hono";
import type { SandboxProject } from "../data/projects.ts";
import { createItem, itemIndexOf, toolState, type ToolName } from "../data/toolItems.ts";
import type { World } from "../world.ts";
import { companyOf, type Caller } from "./caller.ts";
import { pageOf, pageQuery, type PageSizes } from "./paging.ts";
import { findProject } from "./projectQuery.ts";
import { forbidden, missingField, notFound } from "./restErrors.ts";
import { isFolderNumber, itemFields } from "./toolFields.ts";

type Handler = (c: Context, world: World, caller: Caller) => Response;

/** Procore's pages advise at most 2,000 in v1; the figures of single lists are not documented. */
const versionOnePages: PageSizes = { defaultSize: 100, maximumSize: 2_000 };

/** @see procore/documentation announcements/new_rest_v2_version.md */
const versionTwoPages: PageSizes = { defaultSize: 10, maximumSize: 100 };

interface Place {
  readonly project: SandboxProject;
  readonly items: number;
}

/** The project of a request and its tool, or the refusal that Procore gives in its place. */
function placeOf(c: Context, world: World, caller: Caller, tool: ToolName): Place | Response {
  const company = companyOf(c, world);
  if (company instanceof Response) return company;
  const projectId = c.req.param("project") ?? c.req.query("project_id");
  if (projectId === undefined) return missingField(c, "project_id");
  const found = findProject(world, projectId, caller.user);
  if (found === undefined || found.company.id !== company.id) return notFound(c);
  const state = toolState(world.settings.seed, company.index, found.project, tool);
  if (state.kind === "on") return { project: found.project, items: state.items };
  return state.kind === "forbidden" ? forbidden(c) : notFound(c);
}

/** A list of one tool, as a bare array or, in v2, below `data`. */
const list =
  (tool: ToolName, version: "v1" | "v2" = "v1"): Handler =>
  (c, world, caller) => {
    const place = placeOf(c, world, caller, tool);
    if (place instanceof Response) return place;
    const numbers = Array.from({ length: place.items }, (_, index) => index);
    const order = tool === "documents" ? foldersFirst(numbers) : numbers;
    const page = pageOf(order, pageQuery(c, world), version === "v1" ? versionOnePages : versionTwoPages);
    const rows = page.items.map((index) =>
      itemFields(tool, createItem(world.settings.seed, place.project, tool, index)),
    );
    return c.json(version === "v1" ? rows : { data: rows }, 200, page.headers);
  };

/** `sort=document_type_then_name`, as far as it concerns the type. */
const foldersFirst = (numbers: readonly number[]): readonly number[] => [
  ...numbers.filter((index) => isFolderNumber(index + 1)),
  ...numbers.filter((index) => !isFolderNumber(index + 1)),
];

/** One item, by the id in the path or, for daily logs, in the query. */
const show =
  (tool: ToolName): Handler =>
  (c, world, caller) => {
    const place = placeOf(c, world, caller, tool);
    if (place instanceof Response) return place;
    const index = itemIndexOf(place.project, tool, c.req.param("id") ?? c.req.query("id") ?? "");
    if (index === undefined || index >= place.items) return notFound(c);
    return c.json(itemFields(tool, createItem(world.settings.seed, place.project, tool, index)));
  };

/** Lists and items below a project, at Procore's own addresses (its OpenAPI description). */
export const toolRoutes: readonly (readonly [path: string, handler: Handler])[] = [
  ["/rest/v1.0/projects/:project/rfis", list("rfis")],
  ["/rest/v1.0/projects/:project/rfis/:id", show("rfis")],
  ["/rest/v1.1/projects/:project/submittals", list("submittals")],
  ["/rest/v1.1/projects/:project/submittals/:id", show("submittals")],
  ["/rest/v1.0/projects/:project/drawing_revisions", list("drawings")],
  ["/rest/v1.0/projects/:project/drawing_revisions/:id", show("drawings")],
  ["/rest/v1.1/change_events", list("changeEvents")],
  ["/rest/v1.1/change_events/:id", show("changeEvents")],
  ["/rest/v1.1/punch_items", list("punchItems")],
  ["/rest/v1.1/punch_items/:id", show("punchItems")],
  ["/rest/v1.0/observations/items", list("observations")],
  ["/rest/v1.0/observations/items/:id", show("observations")],
  ["/rest/v1.0/projects/:project/daily_log_headers/index", list("dailyLogs")],
  ["/rest/v1.0/projects/:project/daily_log_headers", show("dailyLogs")],
  ["/rest/v1.0/projects/:project/users", list("users")],
  ["/rest/v1.0/projects/:project/users/:id", show("users")],
  ["/rest/v2.0/projects/:project/documents", list("documents", "v2")],
  ["/rest/v1.0/files/:id", show("documents")],
  ["/rest/v1.0/folders/:id", show("documents")],
];
