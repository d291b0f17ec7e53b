import { type Connection, ownCompanyId } from "../session.ts";
import type { ApiRequest } from "./api.ts";
import { buildUrl, notAllowed } from "./origin.ts";

/** A request as its connection sends it, but for the token and the program's name. */
export interface Addressed {
  readonly request: ApiRequest;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Gives a request its address at the connection's own API origin, and its headers. Refused (`notAllowed`) are segments
 * and company ids that would make another address or header of it.
 */
export function addressed(connection: Connection, asked: ApiRequest): Addressed {
  const companyId = asked.companyId ?? ownCompanyId(connection);
  const request = companyId === undefined ? asked : { ...asked, companyId };
  const url = buildUrl(connection.origins.api, request.path, request.query);
  assertHeaderValue(companyId, url);
  const company = companyId === undefined ? {} : { "procore-company-id": companyId };
  return { request, url, headers: { accept: "application/json", ...company } };
}

// An id comes from a server or a person; it must not be able to start another header.
function assertHeaderValue(value: string | undefined, url: URL): void {
  if (value !== undefined && !/^[\w-]{1,64}$/u.test(value)) throw notAllowed(url.host);
}
