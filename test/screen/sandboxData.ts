import * as v from "valibot";
import type { Site } from "./people.ts";

const tokenSchema = v.object({ access_token: v.string() });
const rowsSchema = v.array(v.object({ id: v.number() }));

/** Every text that a site's API has in what the Companies view shows of it: names, numbers, cities, stages, states. */
export async function textsOf({ sandbox }: Site): Promise<ReadonlySet<string>> {
  const texts = new Set<string>(sandbox.control.users.flatMap(({ login, name }) => [login, name]));
  const { baseUrl, clientId, clientSecret } = sandbox;
  const form = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: clientId,
    client_secret: clientSecret,
    code: sandbox.control.issueCode(),
    redirect_uri: "urn:ietf:wg:oauth:2.0:oob",
  });
  const reply = await fetch(new URL("/oauth/token", baseUrl), { method: "POST", body: form });
  const { access_token: token } = v.parse(tokenSchema, await reply.json());
  const get = async (path: string, company = ""): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, ...(company === "" ? {} : { "procore-company-id": company }) };
    const body: unknown = await (await fetch(new URL(path, baseUrl), { headers })).json();
    collect(body, texts);
    return body;
  };
  await get("/rest/v1.0/companies?per_page=100");
  for (const { id, connection } of sandbox.control.companies()) {
    if (connection === "disconnected") continue;
    const list = await get(`/rest/v1.1/projects?company_id=${id}&per_page=300&filters[by_status]=All`, id);
    const [first] = v.parse(rowsSchema, list);
    if (first === undefined) continue;
    for (const tool of ["rfis", "drawing_revisions"]) {
      await get(`/rest/v1.0/projects/${first.id}/${tool}?per_page=300&drawing_set_id=current_set`, id);
    }
  }
  return texts;
}

function collect(value: unknown, into: Set<string>): void {
  if (typeof value === "string") into.add(value.replaceAll("_", " "));
  else if (typeof value === "object" && value !== null) for (const part of Object.values(value)) collect(part, into);
}
