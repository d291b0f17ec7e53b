import type { Context } from "hono";
import { challenge, tokenProblem } from "../oauth/oauthErrors.ts";

/** Some v1 endpoints answer with a plain string (procore/ruby-sdk test/procore/requestable_test.rb). */
export const notFound = (c: Context): Response => c.json({ errors: "Not Found" }, 404);

/** The app is not installed in the company, or was disconnected (procore/documentation api_essentials/troubleshooting.md). */
export const notConnected = (c: Context): Response =>
  c.json({ errors: ["App is not connected to this company."] }, 403);

/**
 * The user's level on the tool is too low, or the tool is off
 * (Procore's OpenAPI, ListProjects "unexpected error"; procore/documentation api_essentials/troubleshooting.md).
 */
export function forbidden(c: Context): Response {
  const details = [{ code: "FORBIDDEN", message: "You do not have permission to use this tool", source: "tool" }];
  return c.json({ error: { code: "403", message: "Forbidden", details } }, 403);
}

/** A field map, as validation errors have it. */
export const missingField = (c: Context, field: string): Response =>
  c.json({ errors: { [field]: ["is required"] } }, 400);

/** The body of a 429 is not documented: Procore's commonest shape, in our own words. */
export const rateLimited = (c: Context): Response =>
  c.json({ errors: "Too many requests: the rate limit of this app is used up." }, 429);

/** Plain text under the heading that procore/documentation tutorials/tutorial_mpz.md shows; its status is not documented. */
export function missingCompanyHeader(c: Context): Response {
  const text = "Missing Procore-Company-Id header!\n\nEvery request names the company it is about in this header.\n";
  return c.body(text, 400, { "Content-Type": "text/plain; charset=utf-8" });
}

/** `company_base_url` has a shape of its own (Procore's OpenAPI, 400 of GET /rest/v1.0/company_base_url). */
export function missingCompany(c: Context): Response {
  return c.json({ error: { code: "MISSING_COMPANY", message: "The Procore-Company-Id header is required." } }, 400);
}

/** An access token that is no use: an empty body, and the reason in the challenge only, as Doorkeeper does it. */
export function unauthorized(c: Context, kind: "expired" | "revoked" | "unknown"): Response {
  return c.body("", 401, {
    "Content-Type": "text/html",
    "WWW-Authenticate": challenge("invalid_token", tokenProblem(kind)),
  });
}
