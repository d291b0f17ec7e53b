import type { CurlRequest, CurlValue } from "../http/curl.ts";
import { buildUrl } from "../http/origin.ts";
import type { PlaceholderName, Step, StepSubject, Value } from "./steps.ts";

/**
 * The environment variables that hold what no command line does: those of Open Signed-in Terminal and of Copy
 * Environment for My App.
 */
export const variables: Readonly<Record<PlaceholderName, string>> = {
  client_id: "PROCORE_CLIENT_ID",
  client_secret: "PROCORE_CLIENT_SECRET",
  code: "PROCORE_CODE",
  access_token: "PROCORE_TOKEN",
  refresh_token: "PROCORE_REFRESH_TOKEN",
  company_id: "PROCORE_COMPANY_ID",
};

/** A step as a command line sends it. */
export function stepCurl({ origins }: Pick<StepSubject, "origins">, { id, request }: Step): CurlRequest {
  const { host, path, query, form, company, authorization } = request;
  const fields = (form.length > 0 ? form : query).map(([name, value]) => [name, toCurl(value)] as const);
  const data = fields.length === 0 ? {} : { data: { in: form.length > 0 ? "form" : "query", fields } as const };
  return {
    url: buildUrl(origins[host], path).href,
    headers: {
      // The authorization page is none of the API's answers.
      ...(id !== "authorize" && { accept: "application/json" }),
      ...(company !== undefined && { "procore-company-id": toCurl(company) }),
    },
    authorization,
    ...data,
  };
}

/** The variables that have to be set before the command line of a step runs, in the order in which they stand in it. */
export function variablesOf({ request }: Step): readonly string[] {
  const { form, query, company, authorization } = request;
  const values = [...(company === undefined ? [] : [company]), ...[...query, ...form].map(([, value]) => value)];
  const named = values.flatMap((value) => (typeof value === "string" ? [] : [variables[value.placeholder]]));
  return [...new Set([...(authorization === "token" ? [variables.access_token] : []), ...named])];
}

const toCurl = (value: Value): CurlValue =>
  typeof value === "string" ? value : { variable: variables[value.placeholder] };
