import type { Context, Hono } from "hono";
import { secondMs } from "../../core/clock.ts";
import type { GrantType, SandboxClient, World } from "../world.ts";
import { fingerprint } from "./fingerprint.ts";
import type { TokenRecord } from "./grants.ts";
import { challenge, missingParameter, refuse, refuseRevocation, tokenProblem } from "./oauthErrors.ts";
import { clientOf, readParameters, type Parameters } from "./parameters.ts";

const jsonHeaders = {
  "Content-Type": "application/json; charset=utf-8",
  "Cache-Control": "no-store",
  Pragma: "no-cache",
};

/** The five keys that Procore documents (procore/documentation oauth/oauth_endpoints.md); an app's token has no refresh token. */
function tokenReply(c: Context, token: TokenRecord): Response {
  const body = {
    access_token: token.accessToken,
    token_type: "Bearer",
    expires_in: Math.round((token.expiresAt - token.createdAt) / secondMs),
    ...(token.refreshToken === undefined ? {} : { refresh_token: token.refreshToken }),
    created_at: Math.floor(token.createdAt / secondMs),
  };
  return c.body(JSON.stringify(body), 200, jsonHeaders);
}

const required: Readonly<Record<GrantType, readonly string[]>> = {
  authorization_code: ["code", "redirect_uri"],
  refresh_token: ["refresh_token"],
  client_credentials: [],
};

const isGrantType = (name: string): name is GrantType => Object.hasOwn(required, name);

function grant(
  { grants }: World,
  { id: clientId }: SandboxClient,
  asked: { readonly grantType: GrantType; readonly parameters: Parameters },
): TokenRecord | undefined {
  const { grantType, parameters } = asked;
  if (grantType === "client_credentials") return grants.issueForApp(clientId);
  if (grantType === "refresh_token") return grants.refresh(parameters["refresh_token"] ?? "", clientId);
  const redirectUri = parameters["redirect_uri"] ?? "";
  return grants.exchangeCode(parameters["code"] ?? "", { redirectUri, clientId });
}

function tellRefresh(
  c: Context,
  world: World,
  { offered, issued }: { readonly offered: string; readonly issued: TokenRecord | undefined },
): void {
  world.refreshes.fire({
    tokenFingerprint: fingerprint(offered),
    outcome: issued === undefined ? "refused" : "renewed",
    issuedFingerprint: issued?.refreshToken === undefined ? undefined : fingerprint(issued.refreshToken),
    sender: c.req.header("User-Agent"),
  });
}

async function token(c: Context, world: World): Promise<Response> {
  const parameters = await readParameters(c);
  const grantType = parameters["grant_type"] ?? "";
  if (grantType === "") return refuse(c, "invalid_request", missingParameter("grant_type"));
  if (!isGrantType(grantType)) return refuse(c, "unsupported_grant_type");
  const missing = required[grantType].find((name) => (parameters[name] ?? "") === "");
  if (missing !== undefined) return refuse(c, "invalid_request", missingParameter(missing));
  const client = clientOf(c, world, parameters);
  if (client === undefined) return refuse(c, "invalid_client");
  if (!client.grants.includes(grantType)) return refuse(c, "unauthorized_client");
  const issued = grant(world, client, { grantType, parameters });
  if (grantType === "refresh_token") tellRefresh(c, world, { offered: parameters["refresh_token"] ?? "", issued });
  return issued === undefined ? refuse(c, "invalid_grant") : tokenReply(c, issued);
}

async function revoke(c: Context, world: World): Promise<Response> {
  const parameters = await readParameters(c);
  const client = clientOf(c, world, parameters);
  // RFC 7009 section 2.2: 200 also for a token that is unknown or already invalid.
  const outcome = client === undefined ? "refused" : world.grants.revoke(parameters["token"] ?? "", client.id);
  if (outcome === "refused") return refuseRevocation(c);
  return c.body("{}", 200, jsonHeaders);
}

/** Both what Procore documents (`scopes`, `expires_in_seconds`) and what Doorkeeper sends (`scope`, `expires_in`). */
function tokenInfo(c: Context, world: World): Response {
  const check = world.grants.use(bearerToken(c) ?? "");
  if (check.kind !== "valid") {
    const description = tokenProblem(check.kind);
    const body = { error: "invalid_token", error_description: description, state: "unauthorized" };
    return c.body(JSON.stringify(body), 401, {
      ...jsonHeaders,
      "WWW-Authenticate": challenge("invalid_token", description),
    });
  }
  const left = Math.floor((check.token.expiresAt - world.clock.now()) / secondMs);
  const body = {
    resource_owner_id: check.token.userId === undefined ? null : Number(check.token.userId),
    scope: ["public"],
    scopes: ["public"],
    expires_in: left,
    expires_in_seconds: left,
    application: { uid: check.token.clientId },
    created_at: Math.floor(check.token.createdAt / secondMs),
  };
  return c.body(JSON.stringify(body), 200, jsonHeaders);
}

/** The token of an `Authorization: Bearer` header (RFC 6750 section 2.1). */
export function bearerToken(c: Context): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(c.req.header("Authorization") ?? "")?.[1];
}

/** Adds /oauth/token (with and without a slash at its end: Procore's quick start still prints one), revoke and info. */
export function addTokenRoutes(app: Hono, world: World): void {
  app.post("/oauth/token", (c) => token(c, world));
  app.post("/oauth/token/", (c) => token(c, world));
  app.post("/oauth/revoke", (c) => revoke(c, world));
  app.get("/oauth/token/info", (c) => tokenInfo(c, world));
}
