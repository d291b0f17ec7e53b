import { triedCode } from "../oauth/triedCode.ts";
import type { TransportRequest } from "../http/transport.ts";
import type { StepId } from "./sentRecord.ts";

/** The parameters whose values may be kept and shown; of every other one only the name is. */
const open: ReadonlySet<string> = new Set([
  "response_type",
  "client_id",
  "redirect_uri",
  "grant_type",
  "company_id",
  "page",
  "per_page",
  "include_free_companies",
  "filters[by_status]",
  "filters[by_stage]",
  "filters[by_stage][]",
]);

export const isOpen = (parameter: string): boolean => open.has(parameter);

const grants: Readonly<Record<string, StepId>> = {
  authorization_code: "exchange",
  refresh_token: "refresh",
  client_credentials: "client-credentials",
};

const paths: Readonly<Record<string, StepId>> = {
  "GET /oauth/token/info": "token-info",
  "POST /oauth/revoke": "revoke",
  "GET /rest/v1.0/me": "me",
  "GET /rest/v1.0/companies": "companies",
  "GET /rest/v1.1/projects": "projects",
};

/**
 * Which step a request is; undefined for all others, among them later pages and searches: what a person typed is not
 * kept.
 */
export function stepOf({ method, url, body = "" }: TransportRequest): StepId | undefined {
  const { pathname, searchParams } = new URL(url);
  if (method === "POST" && pathname === "/oauth/token") {
    const form = new URLSearchParams(body);
    if (form.get("code") === triedCode) return "key-check";
    const grant = form.get("grant_type") ?? "";
    return Object.hasOwn(grants, grant) ? grants[grant] : undefined;
  }
  const isFirst = (searchParams.get("page") ?? "1") === "1" && [...searchParams.keys()].every(isOpen);
  const key = `${method} ${pathname}`;
  return isFirst && Object.hasOwn(paths, key) ? paths[key] : undefined;
}
