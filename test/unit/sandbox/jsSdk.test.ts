import assert from "node:assert/strict";
import procore from "@procore/js-sdk";
import { closeBench, companyAt, openBench, outOfBand, postForm, readApproval, readJson, type Bench } from "./client.ts";

const { authorize, client, info, oauth, refresh, refresher, revoke, token } = procore;

function textField(value: unknown, name: string): string {
  assert.ok(typeof value === "object" && value !== null);
  const field: unknown = Object.entries(value).find(([key]) => key === name)?.[1];
  assert.ok(typeof field === "string", `${name} is missing`);
  return field;
}

/** Clicks Allow as a browser would, with fetch. */
async function approve(url: string): Promise<string> {
  const page = readApproval(await (await fetch(url)).text());
  const answered = await postForm(url.replace(/\?.*$/, ""), {
    authenticity_token: page.allow,
    user: page.userIds[0] ?? "",
  });
  const codePage = await fetch(new URL(answered.headers.get("Location") ?? "", url));
  return /id="authorization_code"[^>]*>([^<]+)</.exec(await codePage.text())?.[1] ?? "";
}

describe("Local Sandbox: Procore's own client, @procore/js-sdk, unchanged", () => {
  let bench: Bench;
  before(async () => (bench = await openBench()));
  after(() => closeBench(bench));

  it("signs in, lists companies and projects, refreshes and revokes", async () => {
    const { baseUrl, clientId, clientSecret } = bench.sandbox;
    const app = { id: clientId, secret: clientSecret, uri: outOfBand };
    const code = await approve(authorize({ clientId, uri: outOfBand }, baseUrl));
    const first: unknown = await token({ ...app, code }, baseUrl);

    const authorizer = oauth(textField(first, "access_token"));
    const api = client(authorizer, {}, { apiHostname: baseUrl, defaultVersion: "v1.0" });
    const me: unknown = (await api.get({ base: "/me" })).body;
    assert.equal(textField(me, "login"), bench.sandbox.control.users[0]?.login);
    const companies: unknown = (await api.get({ base: "/companies" })).body;
    assert.equal(Array.isArray(companies) ? companies.length : companies, 3);

    const companyId = companyAt(bench.sandbox, 0);
    const query = {
      base: "/projects",
      version: "v1.1",
      qs: { company_id: companyId, per_page: 300, filters: { by_status: "All" } },
    };
    const projects: { body: unknown; response: Response } = await api.get(query, { companyId });
    assert.equal(Array.isArray(projects.body) ? projects.body.length : projects.body, 300);
    assert.equal(projects.response.headers.get("Total"), "1114");
    const oneFilter = { base: "/projects", qs: { company_id: companyId, filters: { name: "Sandbox Test" } } };
    const found: unknown = (await api.get(oneFilter, { companyId })).body;
    assert.equal(Array.isArray(found) ? found.length : found, 1);

    const described: unknown = await info(textField(first, "access_token"), baseUrl);
    assert.ok(typeof described === "object" && described !== null && "expires_in_seconds" in described);
    const second: unknown = await refresh({ ...app, refresh: textField(first, "refresh_token") }, baseUrl);
    const ended: unknown = await revoke({ token: textField(second, "access_token"), clientId, clientSecret }, baseUrl);
    assert.deepEqual(ended, {});
    const gone = await fetch(`${baseUrl}/oauth/token/info`, {
      headers: { Authorization: `Bearer ${textField(second, "access_token")}` },
    });
    assert.equal((await readJson(gone))["error_description"], "The access token was revoked");
  });

  it("renews by itself after a 401", async () => {
    const { baseUrl, clientId, clientSecret, control } = bench.sandbox;
    const app = { id: clientId, secret: clientSecret, uri: outOfBand };
    const pair: unknown = await token({ ...app, code: control.issueCode() }, baseUrl);
    control.expireAccessTokens();
    const renewing = refresher(oauth(textField(pair, "access_token")), () =>
      refresh({ ...app, refresh: textField(pair, "refresh_token") }, baseUrl),
    );
    const me: unknown = (await client(renewing, {}, baseUrl).get({ base: "/me" })).body;
    assert.equal(textField(me, "login"), control.users[0]?.login);
  });
});
