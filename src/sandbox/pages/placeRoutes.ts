import type { Context, Hono } from "hono";
import type { World } from "../world.ts";
import { pageHeaders, showPage } from "./layout.ts";
import { companyPage, homePage, notFoundPage, projectPage, toolPage } from "./placePages.ts";
import { stylesheet } from "./stylesheet.ts";

function showCompany(c: Context, world: World): Promise<Response> {
  const company = world.directory.company(c.req.param("company") ?? "");
  return showPage(c, company === undefined ? notFoundPage() : companyPage(company));
}

function showProject(c: Context, world: World): Promise<Response> {
  const found = world.directory.project(c.req.param("project") ?? "");
  const company = c.req.param("company");
  const isThere = found !== undefined && (company === undefined || company === found.company.id);
  return showPage(c, isThere ? projectPage(found.company, found.project) : notFoundPage());
}

function showTool(c: Context, world: World): Promise<Response> {
  const found = world.directory.project(c.req.param("project") ?? "");
  const tool = c.req.param("tool") ?? "";
  const isThere = found !== undefined && c.req.param("company") === found.company.id && webTools.includes(tool);
  return showPage(c, isThere ? toolPage(found.project, tool, c.req.param("item")) : notFoundPage());
}

/** Tools whose addresses are known from programs of Procore's customers. */
const webTools: readonly string[] = ["rfis", "submittals"];

/**
 * Adds the pages that web links lead to: company home, and project home in its classic and its newer form,
 * tools and their items.
 * @see procore/documentation oauth/oauth_client_credentials.md (company home)
 */
export function addPlaceRoutes(app: Hono, world: World): void {
  app.get("/", (c) => showPage(c, homePage(world.baseUrl, world.directory.companies)));
  app.get("/sandbox.css", (c) =>
    c.body(stylesheet, 200, { ...pageHeaders(), "Content-Type": "text/css; charset=utf-8" }),
  );
  app.get("/:company/company/home/list", (c) => showCompany(c, world));
  app.get("/:project/project/home", (c) => showProject(c, world));
  app.get("/webclients/host/companies/:company/projects/:project/tools/projecthome", (c) => showProject(c, world));
  for (const below of ["", "/:item"]) {
    const path = `/webclients/host/companies/:company/projects/:project/tools/:tool${below}`;
    app.get(path, (c) => showTool(c, world));
  }
}
