import { isLoopback } from "../http/origin.ts";
import { type CompanyId, companyId, type ProjectId, projectId } from "./ids.ts";

/** What a web address of Procore's names; `item` is a record of one of a project's tools, e.g. an RFI. */
export interface ProcoreAddress {
  /** Bare origin: which environment, and for production which zone. */
  readonly origin: string;
  readonly companyId?: CompanyId;
  readonly projectId?: ProjectId;
  /** The tool's name as the address has it, e.g. `rfis`. */
  readonly tool?: string;
  readonly itemId?: string;
}

const id = /^\d{1,20}$/u;
const toolName = /^[a-z][\w-]{0,59}$/iu;

/**
 * Reads a web address of Procore's: company or project home in the classic and the newer form, pages of a project's or
 * a company's tools, and records in them. Undefined for what is no https address (http on this machine itself). Of an
 * address in no known form only the origin comes back.
 * @see procore/documentation oauth/oauth_client_credentials.md (company home); Procore's web application shows the others
 */
export function parseProcoreAddress(text: string): ProcoreAddress | undefined {
  const url = toUrl(text.trim());
  if (url === undefined) return undefined;
  const segments = url.pathname.split("/").filter((segment) => segment !== "");
  return { origin: url.origin, ...(newerForm(segments) ?? classicForm(segments)) };
}

type Place = Omit<ProcoreAddress, "origin">;

/** `/webclients/host/companies/ID[/projects/ID][/tools/NAME[/…ID]]` */
function newerForm(segments: readonly string[]): Place | undefined {
  const [webclients, host, ...rest] = segments;
  if (webclients !== "webclients" || host !== "host") return undefined;
  const named = (name: string): string | undefined => {
    const value = rest[rest.indexOf(name) + 1];
    return rest.includes(name) && value !== undefined && id.test(value) ? value : undefined;
  };
  const [company, project] = [named("companies"), named("projects")];
  if (company === undefined) return undefined;
  const toolsAt = rest.indexOf("tools");
  return {
    companyId: companyId(company),
    ...(project === undefined ? {} : { projectId: projectId(project) }),
    ...(toolsAt === -1 ? {} : toolOf(rest.slice(toolsAt + 1))),
  };
}

/** `/ID/company/TOOL/…` and `/ID/project/TOOL/…` */
function classicForm([first = "", kind, ...rest]: readonly string[]): Place | undefined {
  if (!id.test(first)) return undefined;
  if (kind === "company") return { companyId: companyId(first), ...toolOf(rest) };
  if (kind === "project") return { projectId: projectId(first), ...toolOf(rest) };
  return undefined;
}

/** `NAME[/…/ID]`; the home pages are no tool. */
function toolOf([name = "", ...rest]: readonly string[]): Pick<ProcoreAddress, "tool" | "itemId"> {
  if (!toolName.test(name) || name === "home" || name === "projecthome") return {};
  const itemId = rest.find((segment) => id.test(segment));
  return { tool: name.toLowerCase(), ...(itemId === undefined ? {} : { itemId }) };
}

/** An address may come without its scheme, as browsers show it, or inside `<…>` or quotes, as mails have it. */
function toUrl(text: string): URL | undefined {
  const bare = text.replace(/^[<"'(]+|[>"').,]+$/gu, "");
  if (bare.length > 2_000 || /\s/u.test(bare)) return undefined;
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//iu.test(bare) ? bare : `https://${bare}`;
  if (!/^[^/]*\/\/[^/]*[.:]/u.test(withScheme) || !URL.canParse(withScheme)) return undefined;
  const url = new URL(withScheme);
  if (url.username !== "" || url.password !== "") return undefined;
  return url.protocol === "https:" || isLocal(url) ? url : undefined;
}

const isLocal = ({ protocol, hostname }: URL): boolean => protocol === "http:" && isLoopback(hostname);
