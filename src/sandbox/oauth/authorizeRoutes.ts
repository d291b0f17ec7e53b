import type { Context, Hono } from "hono";
import { pageHeaders, showPage } from "../pages/layout.ts";
import { approvalPage, codePage, errorPage } from "../pages/oauthPages.ts";
import type { World } from "../world.ts";
import { outOfBand, parseAuthorizationRequest, redirectWith } from "./authorizationRequest.ts";
import { missingParameter, oauthErrors } from "./oauthErrors.ts";
import { readParameters } from "./parameters.ts";

function ask(c: Context, world: World): Promise<Response> {
  const request = parseAuthorizationRequest(
    c.req.query(),
    world.clients.map(({ id }) => id),
  );
  // Doorkeeper shows its error page with status 200 and never redirects.
  if ("refused" in request) return showPage(c, errorPage(request.refused));
  // Doorkeeper does not ask again who allowed the app before. Here one always picks who signs in, so one is always asked.
  return showPage(c, approvalPage(world.directory.users, request, world.pending.add(request)));
}

/** Relative where it stays with us (behind a path prefix an absolute one would lead elsewhere). */
function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { ...pageHeaders(), Location: location } });
}

const stale = "This page was answered before, or is too old, or another site sent its form. Nothing was allowed.";

async function answer(c: Context, world: World): Promise<Response> {
  const parameters = await readParameters(c);
  const decision = parameters["_method"]?.toLowerCase() === "delete" ? "deny" : "allow";
  const user = world.directory.users.find(({ id }) => id === parameters["user"]);
  if (decision === "allow" && user === undefined) return showPage(c, errorPage(missingParameter("user"), 400));
  const request = world.pending.take(decision, parameters["authenticity_token"]);
  if (request === undefined) return showPage(c, errorPage(stale, 403));
  const isOutOfBand = request.redirectUri === outOfBand;
  if (user === undefined || decision === "deny") {
    if (isOutOfBand) return showPage(c, errorPage(oauthErrors.access_denied));
    return redirect(redirectWith(request, { error: "access_denied", error_description: oauthErrors.access_denied }));
  }
  const code = world.grants.issueCode({
    userId: user.id,
    redirectUri: request.redirectUri,
    clientId: request.clientId,
  });
  return redirect(isOutOfBand ? `authorize/native?code=${encodeURIComponent(code)}` : redirectWith(request, { code }));
}

function showCode(c: Context, world: World): Promise<Response> {
  const code = c.req.query("code");
  return showPage(
    c,
    code === undefined ? errorPage(missingParameter("code")) : codePage(code, world.settings.codeTtlSeconds),
  );
}

/**
 * Adds the pages a person clicks through.
 * @see procore/documentation oauth/oauth_endpoints.md, oauth/oauth_auth_grant_flow.md
 */
export function addAuthorizeRoutes(app: Hono, world: World): void {
  app.get("/oauth/authorize", (c) => ask(c, world));
  app.post("/oauth/authorize", (c) => answer(c, world));
  app.get("/oauth/authorize/native", (c) => showCode(c, world));
}
