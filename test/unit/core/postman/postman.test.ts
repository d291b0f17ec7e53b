import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { postmanCollection } from "../../../../src/core/postman/collection.ts";
import { postmanEnvironment } from "../../../../src/core/postman/environment.ts";
import type { PostmanValues } from "../../../../src/core/postman/variables.ts";
import { tools } from "../../../../src/core/procore/tools.ts";
import { assertGolden } from "../../../golden/goldenText.ts";
import { closeBench, openBench, type Bench } from "../../sandbox/client.ts";

const folder = path.resolve(import.meta.dirname, "../../../fixtures/postman");
const values: PostmanValues = {
  loginUrl: "https://login-sandbox.procore.com",
  apiUrl: "https://sandbox.procore.com",
  clientId: "0123abcd",
  companyId: "12",
};
const grants = ["authorizationCode", "clientCredentials"] as const;
const collectionOf = (grant: (typeof grants)[number], given = values) =>
  postmanCollection({ name: "Procore (Development Sandbox)", grant, values: given });
const environment = postmanEnvironment({ id: "0b0e7a3e-8f6c-4a56-9c1c-1f1d0a6b7c8d", name: "Procore", values });

async function validator(file: string) {
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormats.default(ajv);
  const schema: unknown = JSON.parse(await readFile(path.join(folder, file), "utf8"));
  assert.ok(typeof schema === "object" && schema !== null);
  const validate = ajv.compile(schema);
  return (value: unknown): unknown => (validate(value) ? [] : validate.errors);
}

describe("the Postman collection", () => {
  for (const grant of grants) {
    it(`fits Postman's published schema (${grant})`, async () => {
      const validate = await validator("collection-v2.1.0.schema.json");
      assert.deepEqual(validate(JSON.parse(JSON.stringify(collectionOf(grant)))), []);
    });

    it(`is as reviewed (${grant})`, () => {
      assertGolden(`auth/sent/postman.${grant}`, JSON.stringify(collectionOf(grant), undefined, 2));
    });

    it(`has OAuth 2.0 once, and requests without one of their own (${grant})`, () => {
      const collection = collectionOf(grant);
      assert.equal(collection.auth.type, "oauth2");
      const own = collection.item.flatMap(({ item }) => item).filter(({ request }) => "auth" in request);
      assert.deepEqual(own, []);
      // Calls that show the app's keys take no token along; nothing else differs from the collection.
      const folders = collection.item.filter(({ auth }) => auth !== undefined);
      assert.deepEqual(
        folders.map(({ auth, item }) => [
          auth?.type,
          item.every(({ request }) => request.url.host[0] === "{{login_url}}"),
        ]),
        [["noauth", true]],
      );
    });

    it(`uses no variable that the environment has not (${grant})`, () => {
      const used = JSON.stringify(collectionOf(grant)).matchAll(/\{\{([^}]+)\}\}/gu);
      const known = environment.values.map(({ key }) => key);
      assert.deepEqual(
        [...new Set(Array.from(used, ([, name]) => name ?? ""))].filter((name) => !known.includes(name)),
        [],
      );
    });
  }

  it("has a list for each project tool", () => {
    const folder = collectionOf("authorizationCode").item.find(({ item }) => item.length === tools.length);
    assert.deepEqual(
      folder?.item.map(({ name }) => name),
      tools.map(({ title }) => title),
    );
  });

  it("the schema refuses what is no collection", async () => {
    const validate = await validator("collection-v2.1.0.schema.json");
    const good = collectionOf("authorizationCode");
    const [first] = good.item;
    for (const bad of [
      { ...good, info: { name: "x" } },
      { ...good, auth: { type: "oauth3" } },
      { ...good, item: [{ name: "neither folder nor request" }] },
      { ...good, item: [{ ...first, item: [{ request: { url: 12 } }] }] },
      { ...good, variable: [{ value: "no key" }] },
    ]) {
      assert.notDeepEqual(validate(bad), []);
    }
  });
});

describe("the Postman environment", () => {
  it("has the fields of Postman's own files; secrets are typed so, and empty", async () => {
    const validate = await validator("environment.schema.json");
    assert.deepEqual(validate(JSON.parse(JSON.stringify(environment))), []);
    const secrets = environment.values.filter(({ type }) => type === "secret");
    assert.deepEqual(
      secrets.map(({ key, value }) => [key, value]),
      ["client_secret", "code", "access_token", "refresh_token"].map((key) => [key, ""]),
    );
    assert.notDeepEqual(validate({ ...environment, values: [{ ...secrets[0], value: "a secret" }] }), []);
  });

  it("holds of a person's own what was said, and the collection the same", () => {
    const nothing = { loginUrl: "", apiUrl: "", clientId: "", companyId: "" };
    const empty = JSON.stringify([
      postmanEnvironment({ id: "i", name: "n", values: nothing }),
      collectionOf("authorizationCode", nothing),
    ]);
    for (const own of Object.values(values)) assert.ok(!empty.includes(own), own);
    const valueOf = (key: string): readonly unknown[] => [
      environment.values.find((item) => item.key === key)?.value,
      collectionOf("authorizationCode").variable.find((item) => item.key === key)?.value,
    ];
    assert.deepEqual(valueOf("client_id"), ["0123abcd", "0123abcd"]);
    assert.deepEqual(valueOf("company_id"), ["12", "12"]);
  });
});

describe("the requests of the Postman collection, sent to the Local Sandbox as Postman would", () => {
  let bench: Bench;
  before(async () => (bench = await openBench({ companies: 2, projects: 20, disconnected: [] })));
  after(() => closeBench(bench));

  it("are answered, each of them", async () => {
    const { baseUrl: origin, clientId, clientSecret, control } = bench.sandbox;
    const company = control.companies()[0]?.id ?? "";
    const own = { loginUrl: origin, apiUrl: origin, clientId, companyId: company };
    const collection = collectionOf("authorizationCode", own);
    const variables = new Map(collection.variable.map(({ key, value }) => [key, value]));
    variables.set("client_secret", clientSecret);
    variables.set("code", control.issueCode());
    const fill = (text: string): string =>
      text.replaceAll(/\{\{(\w+)\}\}/gu, (_, name: string) => variables.get(name) ?? "");
    const [calls, toolLists, byHand] = collection.item;
    assert.ok(calls !== undefined && toolLists !== undefined && byHand !== undefined);
    const ask = async ({ request }: (typeof calls.item)[number], token: "withToken" | "noToken"): Promise<Response> => {
      const headers = Object.fromEntries(request.header.map(({ key, value }) => [key, fill(value)]));
      const bearer = token === "withToken" ? { authorization: `Bearer ${fill("{{access_token}}")}` } : {};
      const fields = request.body?.urlencoded.map(({ key, value }): [string, string] => [key, fill(value)]);
      return await fetch(encodeURI(fill(request.url.raw)), {
        method: request.method,
        headers: { ...headers, ...bearer },
        ...(fields !== undefined && { body: new URLSearchParams(fields) }),
      });
    };
    const send = async (item: (typeof calls.item)[number], token: "withToken" | "noToken"): Promise<unknown> => {
      const reply = await ask(item, token);
      const text = await reply.text();
      assert.equal(reply.status, 200, `${item.name}: ${text}`);
      return /^[{[]/u.test(text) ? JSON.parse(text) : text;
    };
    const keep = (answer: unknown): void => {
      for (const [name, value] of Object.entries({ ...(answer as object) })) {
        if (["access_token", "refresh_token"].includes(name)) variables.set(name, String(value));
      }
    };
    const revoke = byHand.item.at(-1);
    for (const item of byHand.item) if (item !== revoke) keep(await send(item, "noToken"));
    let projects: unknown;
    for (const item of calls.item) {
      const answer = await send(item, "withToken");
      if (item.request.url.raw.includes("/projects?")) projects = answer;
    }
    assert.ok(Array.isArray(projects));
    const rows = projects.map((row: unknown) => JSON.stringify(row));
    const project = rows.find((row) => row.includes("Sandbox Test Project"));
    variables.set("project_id", /"id":(\d+)/u.exec(project ?? "")?.[1] ?? "");
    const statuses: Record<string, number> = {};
    for (const item of toolLists.item) statuses[item.name] = (await ask(item, "withToken")).status;
    // The sandbox has a tool that its first user may not use, and one that is not enabled in this project.
    const troubled: Record<string, number> = { "Change Events": 403, "Daily Logs": 404 };
    const expected = Object.fromEntries(tools.map(({ title }) => [title, troubled[title] ?? 200]));
    assert.deepEqual(statuses, expected);
    assert.ok(revoke !== undefined);
    assert.deepEqual(await send(revoke, "noToken"), {});
  });
});
