import assert from "node:assert/strict";
import { parseEnv } from "node:util";
import procore from "@procore/js-sdk";
import { appEnvironmentText } from "../../../../src/core/procore/appEnvironment.ts";
import { environmentParts } from "../../../fakes/sampleConnection.ts";
import { assertGolden } from "../../../golden/goldenText.ts";
import { closeBench, openBench, type Bench } from "../../sandbox/client.ts";

const { origins } = environmentParts("development-sandbox");

describe("the environment for one's own app", () => {
  it("reads as reviewed, with an empty secret", () => {
    const text = appEnvironmentText({ origins, clientId: "0123abcd", clientSecret: "", companyId: "12" });
    assertGolden("auth/sent/environment", text);
  });

  it("leaves a value empty that a shell could run, or that would start another line", () => {
    for (const value of ["$(id)", "`id`", "a b", "a;b", "a\nPATH=/tmp", "a'b", 'a"b', "a#b", "a&b", "a$b"]) {
      const env = parseEnv(appEnvironmentText({ origins, clientId: value, clientSecret: value, companyId: value }));
      for (const name of ["PROCORE_CLIENT_ID", "PROCORE_CLIENT_SECRET", "PROCORE_COMPANY_ID", "CLIENT_ID"]) {
        assert.equal(env[name], "", `${name} for ${value}`);
      }
      assert.equal(env["PATH"], undefined);
    }
  });

  describe("of the Local Sandbox, read by Procore's own JavaScript SDK", () => {
    let bench: Bench;
    before(async () => (bench = await openBench({ companies: 2, projects: 20, disconnected: [] })));
    after(() => closeBench(bench));

    const fieldOf = (value: unknown, name: string): unknown =>
      Object.entries({ ...(value as object) }).find(([key]) => key === name)?.[1];

    const names: readonly (readonly [string, Readonly<Record<"id" | "secret" | "uri" | "login" | "api", string>>])[] = [
      [
        "by the names of this product",
        {
          id: "PROCORE_CLIENT_ID",
          secret: "PROCORE_CLIENT_SECRET",
          uri: "PROCORE_REDIRECT_URI",
          login: "PROCORE_LOGIN",
          api: "PROCORE_API",
        },
      ],
      [
        "by the names of Procore's sample app",
        { id: "CLIENT_ID", secret: "CLIENT_SECRET", uri: "REDIRECT_URI", login: "OAUTH_URL", api: "BASE_URL" },
      ],
    ];
    for (const [what, name] of names) {
      it(`signs in and lists projects, ${what}`, async () => {
        const { baseUrl: origin, clientId, clientSecret, control } = bench.sandbox;
        const company = control.companies()[0]?.id ?? "";
        const local = { login: origin, api: origin, web: origin };
        const text = appEnvironmentText({ origins: local, clientId, clientSecret, companyId: company });
        const env = parseEnv(text);
        const read = (key: keyof typeof name): string => env[name[key]] ?? "";
        const app = { id: read("id"), secret: read("secret"), uri: read("uri") };
        assert.ok(
          procore.authorize({ clientId: app.id, uri: app.uri }, read("login")).startsWith(`${origin}/oauth/authorize?`),
        );
        const pair: unknown = await procore.token({ ...app, code: control.issueCode() }, read("login"));
        const authorizer = procore.oauth(String(fieldOf(pair, "access_token")));
        const companyId = env["PROCORE_COMPANY_ID"] ?? "";
        const client = procore.client(authorizer, {}, { apiHostname: read("api"), defaultVersion: "v1.0" });
        const me: unknown = (await client.get({ base: "/me" })).body;
        assert.equal(fieldOf(me, "login"), control.users[0]?.login);
        const query = { base: "/projects", version: "v1.1", qs: { company_id: companyId } };
        const projects: unknown = (await client.get(query, { companyId })).body;
        assert.ok(Array.isArray(projects) && projects.length > 0);
      });
    }

    it("has the gem's names for the same hosts", () => {
      const env = parseEnv(appEnvironmentText({ origins, clientId: "", clientSecret: "", companyId: "" }));
      assert.equal(env["PROCORE_BASE_LOGIN_PATH"], origins.login);
      assert.equal(env["PROCORE_BASE_API_PATH"], origins.api);
    });
  });
});
