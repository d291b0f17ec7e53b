import type { Context } from "hono";
import type { SandboxCompany } from "../data/companies.ts";
import type { SandboxUser } from "../data/users.ts";
import { bearerToken } from "../oauth/tokenRoutes.ts";
import type { World } from "../world.ts";
import { missingCompanyHeader, notConnected, notFound, unauthorized } from "./restErrors.ts";

/** Whose token a request carries: a person's, or the app's own (client credentials). */
export interface Caller {
  readonly kind: "user" | "app";
  readonly user: SandboxUser;
}

/** Reads the bearer token; gives the refusal when it is no use. */
export function authenticate(c: Context, world: World): Caller | Response {
  const check = world.grants.use(bearerToken(c) ?? "");
  if (check.kind !== "valid") return unauthorized(c, check.kind);
  const { userId } = check.token;
  if (userId === undefined) {
    const company = world.directory.company(c.req.header("Procore-Company-Id")?.trim() ?? "");
    return { kind: "app", user: world.directory.serviceUser(company) };
  }
  const user = world.directory.users.find(({ id }) => id === userId);
  return user === undefined ? unauthorized(c, "unknown") : { kind: "user", user };
}

/**
 * The company that the `Procore-Company-Id` header names, or the refusal: header missing, company unknown or another
 * than in the query, app not installed there.
 * @see procore/documentation tutorials/tutorial_mpz.md, api_essentials/troubleshooting.md
 */
export function companyOf(c: Context, world: World, whenMissing = missingCompanyHeader): SandboxCompany | Response {
  const header = c.req.header("Procore-Company-Id")?.trim();
  if (header === undefined || header === "") return whenMissing(c);
  const company = world.directory.company(header);
  const inQuery = c.req.query("company_id");
  if (company === undefined || (inQuery !== undefined && inQuery !== company.id)) return notFound(c);
  return world.disconnected.has(company.id) ? notConnected(c) : company;
}
