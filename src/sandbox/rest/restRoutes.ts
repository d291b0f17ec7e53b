import type { Context, Hono } from "hono";
import type { World } from "../world.ts";
import { authenticate, companyOf, type Caller } from "./caller.ts";
import { pageOf, pageQuery, type PageSizes } from "./paging.ts";
import { stages } from "../data/regions.ts";
import { namedId, projectInView, versionOneProject } from "./projectFields.ts";
import { findProject, selectProjects, type ProjectQuery } from "./projectQuery.ts";
import { missingCompany, missingField, notFound, rateLimited } from "./restErrors.ts";
import { toolRoutes } from "./toolRoutes.ts";

/** What Procore's pages advise at most; the figures of this list are not documented. */
const companyPages: PageSizes = { defaultSize: 100, maximumSize: 2_000 };

/** Procore's OpenAPI for GET /rest/v1.1/projects; v1.0 states no figures, and is taken to have the same. */
const projectPages: PageSizes = { defaultSize: 100, maximumSize: 300 };

/** `view=ids` sets the page size, whatever the caller asks (Procore's OpenAPI). */
const idPages: PageSizes = { defaultSize: 200_000, maximumSize: 200_000 };

const asNumber = (id: string): number => Number(id);

function me(c: Context, world: World, caller: Caller): Response {
  const { user } = caller;
  const isAboutCompany = c.req.query("company_id") !== undefined || c.req.query("project_id") !== undefined;
  if (isAboutCompany || caller.kind === "app") {
    const company = companyOf(c, world);
    if (company instanceof Response) return company;
  }
  // The name comes only with company_id or project_id (Procore's OpenAPI for GET /rest/v1.0/me).
  return c.json({ id: asNumber(user.id), login: user.login, name: isAboutCompany ? user.name : null });
}

function companies(c: Context, world: World, caller: Caller): Response {
  if (caller.kind === "app") {
    const company = companyOf(c, world);
    if (company instanceof Response) return company;
  }
  const withFree = c.req.query("include_free_companies") === "true";
  const visible = world.directory.companies.filter(
    // To an app's own token this list is the list of companies that installed it
    // (procore/documentation plan_your_app/developer_managed_service_accounts.md).
    (company) => (withFree || !company.isFree) && (caller.kind === "user" || !world.disconnected.has(company.id)),
  );
  const page = pageOf(visible, pageQuery(c, world), companyPages);
  const rows = page.items.map((company) => ({
    id: asNumber(company.id),
    name: company.name,
    is_active: company.isActive,
    logo_url: null,
    pcn_business_experience: company.pcnBusinessExperience ?? null,
    my_company: company.index === 0,
  }));
  return c.json(rows, 200, page.headers);
}

const stageNames = [...new Set<string>(stages)];

/** One id or several (Procore's OpenAPI: integer or array of integer); an unknown one is in no project. */
function stagesAsked(c: Context): ProjectQuery["stages"] {
  const ids = [c.req.queries("filters[by_stage]"), c.req.queries("filters[by_stage][]")].flatMap(
    (asked) => asked ?? [],
  );
  return ids.length === 0 ? undefined : stageNames.filter((name) => ids.includes(String(namedId(name))));
}

/** Every company has the stages that Procore makes for a new one. */
function projectStages(c: Context, world: World): Response {
  const company = companyOf(c, world);
  if (company instanceof Response) return company;
  if (company.id !== c.req.param("company")) return notFound(c);
  const page = pageOf(stageNames, pageQuery(c, world), companyPages);
  const rows = page.items.map((name) => ({ id: namedId(name), name }));
  return c.json(rows, 200, page.headers);
}

function projectQuery(c: Context): ProjectQuery {
  return {
    status: c.req.query("filters[by_status]"),
    name: c.req.query("filters[name]"),
    number: c.req.query("filters[project_number]"),
    stages: stagesAsked(c),
    sort: c.req.query("sort"),
  };
}

function projects(c: Context, world: World, caller: Caller, version: "v1.0" | "v1.1"): Response {
  const company = companyOf(c, world);
  if (company instanceof Response) return company;
  if (c.req.query("company_id") === undefined) return missingField(c, "company_id");
  const view = version === "v1.1" ? c.req.query("view") : undefined;
  const isCompact = version === "v1.0" && c.req.query("serializer_view") === "compact";
  const list = selectProjects(world, company, caller.user, projectQuery(c));
  const query = pageQuery(c, world);
  const page =
    view === "ids" ? pageOf(list, { ...query, perPage: undefined }, idPages) : pageOf(list, query, projectPages);
  const rows = page.items.map((project) => {
    if (version === "v1.1") return projectInView(view, company, project);
    if (!isCompact) return versionOneProject(company, project);
    return { id: asNumber(project.id), name: project.name, display_name: project.displayName };
  });
  return c.json(rows, 200, page.headers);
}

function project(c: Context, world: World, caller: Caller): Response {
  const company = companyOf(c, world);
  if (company instanceof Response) return company;
  if (c.req.query("company_id") === undefined) return missingField(c, "company_id");
  const found = findProject(world, c.req.param("id") ?? "", caller.user);
  // What a user may not see is "not found", never "forbidden" (procore/documentation api_essentials/troubleshooting.md).
  if (found === undefined || found.company.id !== company.id) return notFound(c);
  if (c.req.query("view") === "minimal") return c.json(projectInView("compact", company, found.project));
  return c.json(projectInView("extended", company, found.project));
}

function companyBaseUrl(c: Context, world: World): Response {
  const company = companyOf(c, world, missingCompany);
  return company instanceof Response ? company : c.json({ zone: company.zone, web_base_url: world.baseUrl });
}

type Handler = (c: Context, world: World, caller: Caller) => Response;

const routes: readonly (readonly [path: string, handler: Handler])[] = [
  ["/rest/v1.0/me", me],
  ["/rest/v1.0/companies", companies],
  ["/rest/v1.0/projects", (c, world, caller) => projects(c, world, caller, "v1.0")],
  ["/rest/v1.1/projects", (c, world, caller) => projects(c, world, caller, "v1.1")],
  ["/rest/v1.0/companies/:company/project_stages", projectStages],
  ["/rest/v1.0/projects/:id", project],
  ["/rest/v1.0/company_base_url", companyBaseUrl],
  ...toolRoutes,
];

/**
 * Adds the REST API. Every answer below /rest carries the rate-limit headers; a request over the limit gets no further.
 * A wrong method falls through to "not found", as it has been seen to.
 */
export function addRestRoutes(app: Hono, world: World): void {
  app.use("/rest/*", async (c, next) => {
    const turn = world.limiter.take();
    if (turn.allowed) await next();
    else c.res = rateLimited(c);
    c.header("X-Rate-Limit-Limit", String(turn.limit));
    c.header("X-Rate-Limit-Remaining", String(turn.remaining));
    c.header("X-Rate-Limit-Reset", String(turn.resetSeconds));
    c.header("Cache-Control", "no-store, must-revalidate, private, max-age=0");
    if (!turn.allowed) c.header("Retry-After", String(turn.retryAfterSeconds));
  });
  for (const [path, handler] of routes) {
    app.get(path, (c) => {
      const caller = authenticate(c, world);
      return caller instanceof Response ? caller : handler(c, world, caller);
    });
  }
}
