import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import type { ApiRequest } from "../../../src/core/http/api.ts";
import { renderCurl, toCurlRequest, type Shell } from "../../../src/core/http/curl.ts";
import { companyId, projectId } from "../../../src/core/procore/ids.ts";
import { companyNode, itemNode, projectNode, toolNode } from "../../../src/explorer/nodes.ts";
import { requestBehind } from "../../../src/explorer/records.ts";
import type { Connection } from "../../../src/core/session.ts";
import { sampleCompany, sampleItem, sampleProject, toolOf } from "../../fakes/fakeProcoreClient.ts";
import { sampleConnection } from "../../fakes/sampleConnection.ts";
import { askForToken, closeBench, openBench, outOfBand, readJson, type Bench } from "../sandbox/client.ts";

const run = promisify(execFile);
const names: readonly (readonly [string, string])[] = [
  ["a single quote", "O'Brien"],
  ["double quotes", 'The "Tower"'],
  ["variables", "$HOME $(id) `id` ${PATH} $env:PATH %PATH%"],
  ["carets and the like", "^ & | < > ! ~ * ? ( ) { } [ ] \\ # ;"],
  ["line breaks", "first\nsecond\r\nthird"],
  ["all of it", `O'Brien "The" $HOME %PATH% ^\n\`id\`\r\n‘quoted’ ü`],
];

/** Shells that may be on this machine, and how each runs a line. */
const shells: readonly { readonly shell: Shell; readonly program: string; readonly options: readonly string[] }[] = [
  { shell: "bash", program: "bash", options: ["--noprofile", "--norc", "-c"] },
  { shell: "powershell", program: "pwsh", options: ["-NoProfile", "-NonInteractive", "-Command"] },
];

for (const { shell, program, options } of shells) {
  if (spawnSync(program, ["--version"]).status !== 0) continue;

  describe(`a copied command line, run by ${program} against the Local Sandbox`, function () {
    this.timeout("30s");
    let bench: Bench;
    let connection: Connection;
    let token = "";
    let company = companyNode(sampleCompany(1), "onDemand");

    before(async () => {
      bench = await openBench({ companies: 2, projects: 20, disconnected: [] });
      const { sandbox } = bench;
      const code = sandbox.control.issueCode();
      const reply = await askForToken(sandbox, { grant_type: "authorization_code", code, redirect_uri: outOfBand });
      token = String((await readJson(reply))["access_token"]);
      const { baseUrl: origin } = sandbox;
      connection = sampleConnection({ origins: { login: origin, api: origin, web: origin } });
      const [first] = sandbox.control.companies();
      company = companyNode(sampleCompany(1, { id: companyId(first?.id ?? "") }), "onDemand");
    });
    after(async () => {
      if (bench !== undefined) await closeBench(bench);
    });

    const send = async (request: ApiRequest): Promise<unknown> => {
      const line = renderCurl(toCurlRequest(connection, request), shell);
      assert.ok(!line.includes(token));
      const env = { ...process.env, PROCORE_TOKEN: token, NO_PROXY: "*" };
      const { stdout } = await run(program, [...options, line], { env });
      return JSON.parse(stdout);
    };
    const projects = (filters: Readonly<Record<string, string>>): Promise<unknown> => {
      const { id } = company.company;
      const query = { company_id: id, ...filters, page: 1, per_page: 300 };
      return send({ method: "GET", path: ["rest", "v1.1", "projects"], query, companyId: id });
    };
    const rowsOf = (body: unknown): readonly Readonly<Record<string, unknown>>[] => {
      assert.ok(Array.isArray(body), JSON.stringify(body));
      return body.map((row: unknown) => ({ ...(row as object) }));
    };

    for (const [what, name] of names) {
      it(`filters projects by a name with ${what}`, async () => {
        bench.sandbox.control.clearRequests();
        assert.deepEqual(await projects({ "filters[name]": name }), []);
        const [request, ...more] = bench.sandbox.control.requests();
        assert.deepEqual(more, []);
        assert.deepEqual(request?.queryNames, ["company_id", "filters[name]", "page", "per_page"]);
        assert.ok(request.headerNames.includes("procore-company-id"));
      });
    }

    it("finds a project by its name, and reads the records behind rows of every kind", async () => {
      const [first] = rowsOf(await projects({ "filters[name]": "Sandbox Test Project" }));
      const project = projectNode(company, sampleProject(1, { id: projectId(String(first?.["id"])) }));
      const tool = toolNode(project, toolOf("rfis"));
      const read = (node: Parameters<typeof requestBehind>[0]): Promise<unknown> => {
        const request = requestBehind(node);
        assert.ok(request !== undefined);
        return send(request);
      };
      const companies = rowsOf(await read(company));
      assert.ok(companies.some(({ id }) => String(id) === company.company.id));
      assert.equal(((await read(project)) as Record<string, unknown>)["id"], first?.["id"]);
      const [rfi] = rowsOf(await read(tool));
      const item = itemNode(tool, sampleItem(1, { id: String(rfi?.["id"]) }));
      assert.equal(((await read(item)) as Record<string, unknown>)["id"], rfi?.["id"]);
    });
  });
}

describe("toCurlRequest", () => {
  it("has the headers of our own requests, without the token, and the connection's API origin", () => {
    const companies = { method: "GET", path: ["rest", "v1.0", "companies"] } as const;
    assert.deepEqual(toCurlRequest(sampleConnection(), companies), {
      url: "https://sandbox.procore.com/rest/v1.0/companies",
      headers: { accept: "application/json" },
    });
    const grant = { kind: "clientCredentials", companyId: companyId("9"), companyName: "Nine" } as const;
    assert.deepEqual(toCurlRequest(sampleConnection({ grant }), companies).headers, {
      accept: "application/json",
      "procore-company-id": "9",
    });
  });

  it("refuses what would be another address or header", () => {
    const path = ["rest", "v1.0", "projects", ".."];
    assert.throws(() => toCurlRequest(sampleConnection(), { method: "GET", path }));
    const request = { method: "GET", path: ["rest"], companyId: companyId("1\nx: y") } as const;
    assert.throws(() => toCurlRequest(sampleConnection(), request));
  });
});
