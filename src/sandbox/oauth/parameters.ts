import type { Context } from "hono";
import type { SandboxClient, World } from "../world.ts";

/** Text parameters of a request, by name; anything that is not text is left out. */
export type Parameters = Readonly<Record<string, string | undefined>>;

function textsOf(value: unknown): Parameters {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/**
 * Reads a form (urlencoded or multipart) or a JSON object: Procore's guides send the first two, its SDK the third
 * (procore/documentation oauth/oauth_endpoints.md, procore/js-sdk lib/token.ts). An unreadable body has no parameters.
 */
export async function readParameters(c: Context): Promise<Parameters> {
  try {
    const isJson = /^application\/(\w+\+)?json\b/i.test(c.req.header("Content-Type") ?? "");
    const body: unknown = isJson ? await c.req.json() : await c.req.parseBody();
    return textsOf(body);
  } catch {
    return {};
  }
}

function basicCredentials(c: Context): Parameters {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(c.req.header("Authorization") ?? "")?.[1];
  if (encoded === undefined) return {};
  const [id, ...secret] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  // RFC 6749 section 2.3.1: both halves are form-urlencoded first; ours have no character that would change.
  return { client_id: id, client_secret: secret.join(":") };
}

/** The app that the body, or HTTP Basic, names with its secret. */
export function clientOf(c: Context, world: World, parameters: Parameters): SandboxClient | undefined {
  const given = parameters["client_id"] === undefined ? basicCredentials(c) : parameters;
  return world.clients.find(({ id, secret }) => given["client_id"] === id && given["client_secret"] === secret);
}
