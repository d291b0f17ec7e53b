import type { Context, Hono } from "hono";
import type { World } from "../world.ts";
import { pageHeaders, showPage } from "./layout.ts";
import { companyPage, homePage, notFoundPage, projectPage } from "./placePages.ts";
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

/**
 * Adds the pages that web links lead to: company home, and project home in its classic and its newer form.
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
}
