import * as v from "valibot";
import { isProcoreHost } from "../hosts.ts";
import { isSendable } from "../http/origin.ts";
import type { Connection } from "../session.ts";
import type { CompanyId, ProjectId } from "./ids.ts";

/**
 * A company's home page.
 * @see procore/documentation oauth/oauth_client_credentials.md (`https://app.procore.com/<company_id>/company/home/list`)
 */
export const companyUrl = (webOrigin: string, companyId: CompanyId): string =>
  pageUrl(webOrigin, [companyId, "company", "home", "list"]);

/**
 * A project's home page, in the form that Procore's web application itself shows in the address bar; its documentation
 * promises none.
 */
export const projectUrl = (webOrigin: string, companyId: CompanyId, projectId: ProjectId): string =>
  toolUrl(webOrigin, { companyId, projectId }, ["projecthome"]);

/**
 * A tool of a project, or one of its items: the same place in Procore's web application, one step deeper. The
 * segments are `Tool.webSegment`.
 */
export const toolUrl = (
  webOrigin: string,
  place: { readonly companyId: CompanyId; readonly projectId: ProjectId },
  segments: readonly string[],
): string =>
  pageUrl(
    webOrigin,
    ["webclients", "host", "companies", place.companyId, "projects", place.projectId, "tools"].concat(segments),
  );

const pageUrl = (webOrigin: string, segments: readonly string[]): string =>
  `${new URL(webOrigin).origin}/${segments.map(encodeURIComponent).join("/")}`;

/** GET /rest/v1.0/company_base_url. @see Procore's OpenAPI description, RestV10CompanyBaseUrlGet */
export const baseUrlSchema = v.object({ web_base_url: v.string() });

/**
 * The bare origin of an address that a server named, if it may be opened in a browser: the connection's own web
 * origin, or https on one of Procore's domains. A Local Sandbox may name nothing but itself.
 */
export function trustedWebOrigin(address: string, connection: Connection): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (!isSendable(url)) return undefined;
  if (url.origin === new URL(connection.origins.web).origin) return url.origin;
  const isProcore = url.protocol === "https:" && url.port === "" && isProcoreHost(url.hostname);
  return isProcore && connection.environment.kind !== "local" ? url.origin : undefined;
}
