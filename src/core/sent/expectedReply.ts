import { hidden } from "./mask.ts";
import type { Json, StepId } from "./sentRecord.ts";

const tokens = { access_token: hidden, token_type: "Bearer", expires_in: 5_400, created_at: 1_795_300_000 };
const pair = { ...tokens, refresh_token: hidden };

/**
 * What a step's reply looks like when it goes well, with made-up values; undefined for the page that the browser shows.
 * @see procore/documentation oauth/oauth_endpoints.md; Procore's OpenAPI description (RestV10MeGet, RestV10CompaniesGet,
 * RestV11ProjectsGet); for the key check, Doorkeeper's words
 */
export function expectedReply(step: StepId): { readonly status: number; readonly body: Json } | undefined {
  const bodies: Readonly<Record<Exclude<StepId, "authorize" | "key-check">, Json>> = {
    exchange: pair,
    refresh: pair,
    "client-credentials": tokens,
    me: { id: 1234567, login: "user@example.com", name: null },
    companies: [{ id: 1234, name: "Example Builders", is_active: true, my_company: true }],
    projects: [{ id: 123456, name: "Example Project", project_number: "001", active: true }],
    "token-info": {
      resource_owner_id: 1234567,
      scopes: [],
      expires_in_seconds: 5_000,
      application: { uid: "CLIENT_ID" },
      created_at: 1_795_300_000,
    },
    revoke: {},
  };
  if (step === "authorize") return undefined;
  if (step === "key-check") {
    return {
      status: 400,
      body: { error: "invalid_grant", error_description: "The provided authorization grant is invalid." },
    };
  }
  return { status: 200, body: bodies[step] };
}
