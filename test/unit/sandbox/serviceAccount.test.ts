import assert from "node:assert/strict";
import { minuteMs } from "../../../src/core/clock.ts";
import { startSandbox } from "../../../src/sandbox/index.ts";
import { FakeClock } from "../../fakes/fakeClock.ts";
import {
  askAsService,
  authorizeUrl,
  callApi,
  closeBench,
  companyAt,
  openBench,
  outOfBand,
  postForm,
  readJson,
  readRows,
  refresh,
  signIn,
  tokenBody,
  type Bench,
} from "./client.ts";

describe("Local Sandbox: an app with a service account", () => {
  let bench: Bench;
  let token: string;
  beforeEach(async () => {
    bench = await openBench();
    token = (await tokenBody(await askAsService(bench.sandbox, { grant_type: "client_credentials" }))).access_token;
  });
  afterEach(() => closeBench(bench));

  const call = (path: string, companyId?: string): Promise<Response> => callApi(bench.sandbox, path, token, companyId);
  const projects = (company: string): Promise<Response> => call(`/rest/v1.1/projects?company_id=${company}`, company);

  it("gets a token of its own without a refresh token, as often as it asks", async () => {
    const body = await readJson(await askAsService(bench.sandbox, { grant_type: "client_credentials" }));
    assert.equal("refresh_token" in body, false);
    assert.notEqual(body["access_token"], token);
    assert.equal((await call("/rest/v1.0/me", companyAt(bench.sandbox, 0))).status, 200);
  });

  for (const path of ["/rest/v1.0/me", "/rest/v1.0/companies"]) {
    it(`must name a company that installed it, even for ${path}`, async () => {
      const without = await call(path);
      assert.equal(without.status, 400);
      assert.match(await without.text(), /^Missing Procore-Company-Id header!/);
      assert.equal((await call(path, companyAt(bench.sandbox, 0))).status, 200);
      const foreign = await call(path, "7");
      assert.deepEqual([foreign.status, await foreign.json()], [404, { errors: "Not Found" }]);
      const notInstalled = await call(path, companyAt(bench.sandbox, 2));
      const errors = ["App is not connected to this company."];
      assert.deepEqual([notInstalled.status, await notInstalled.json()], [403, { errors }]);
    });
  }

  it("is a user of its own in each company", async () => {
    const users = await Promise.all(
      [0, 1].map(async (index) => await readJson(await call("/rest/v1.0/me", companyAt(bench.sandbox, index)))),
    );
    assert.match(String(users[0]?.["login"]), /^local-sandbox-app-1@/);
    assert.notEqual(users[0]?.["id"], users[1]?.["id"]);
  });

  it("is told of the companies that installed it", async () => {
    const rows = await readRows(await call("/rest/v1.0/companies", companyAt(bench.sandbox, 0)));
    const installed = bench.sandbox.control.companies().filter(({ connection }) => connection === "connected");
    assert.deepEqual(
      rows.map((row) => String(row["id"])),
      installed.map(({ id }) => id),
    );
  });

  it("sees some projects of one company and none of the next, as the control says", async () => {
    const [first, second] = bench.sandbox.control.companies();
    assert.deepEqual([first?.permittedProjects, second?.permittedProjects], ["some", "none"]);
    const some = await projects(first?.id ?? "");
    const total = Number(some.headers.get("Total"));
    assert.ok(total > 100 && total < (first?.activeProjects ?? 0), String(total));
    assert.deepEqual(await readRows(await projects(second?.id ?? "")), []);
    const maya = (await signIn(bench.sandbox)).access_token;
    const path = `/rest/v1.1/projects?company_id=${second?.id}`;
    const [hidden] = await readRows(await callApi(bench.sandbox, path, maya, second?.id));
    const one = `/rest/v1.0/projects/${String(hidden?.["id"])}?company_id=${second?.id}`;
    assert.equal((await call(one, second?.id)).status, 404);
  });

  it("signs people in as well, with codes and tokens that are its own", async () => {
    const { sandbox } = bench;
    const { clientId } = sandbox.serviceAccount;
    assert.match(await (await fetch(authorizeUrl(sandbox, { client_id: clientId }))).text(), /Allow/);
    const grant = { grant_type: "authorization_code", redirect_uri: outOfBand };
    const foreign = sandbox.control.issueCode();
    assert.equal((await askAsService(sandbox, { ...grant, code: foreign })).status, 400);
    const code = sandbox.control.issueCode({ clientId });
    const pair = await tokenBody(await askAsService(sandbox, { ...grant, code }));
    assert.equal((await refresh(sandbox, pair.refresh_token)).status, 400);
    const info = await readJson(await callApi(sandbox, "/oauth/token/info", pair.access_token));
    assert.deepEqual(info["application"], { uid: clientId });
  });

  it("revokes its own token, and nobody else's", async () => {
    const { sandbox } = bench;
    const { clientId, clientSecret } = sandbox.serviceAccount;
    const revoke = (what: string): Promise<Response> =>
      postForm(`${sandbox.baseUrl}/oauth/revoke`, { token: what, client_id: clientId, client_secret: clientSecret });
    const person = (await signIn(sandbox)).access_token;
    assert.equal((await revoke(person)).status, 403);
    assert.equal((await callApi(sandbox, "/rest/v1.0/me", person)).status, 200);
    assert.equal((await revoke(token)).status, 200);
    assert.equal((await call("/rest/v1.0/me", companyAt(sandbox, 0))).status, 401);
  });

  it("lets its token end like any other", async () => {
    await bench.clock.advance(90 * minuteMs);
    assert.equal((await call("/rest/v1.0/me", companyAt(bench.sandbox, 0))).status, 401);
  });

  it("goes on after a restart; a state that knew one app only keeps its codes and tokens", async () => {
    const person = await signIn(bench.sandbox);
    const state = bench.sandbox.state();
    const clock = new FakeClock(bench.clock.now());
    const again = await startSandbox({ clock, state, port: 0 });
    assert.deepEqual(again.serviceAccount, bench.sandbox.serviceAccount);
    assert.equal((await callApi(again, "/rest/v1.0/me", token, companyAt(again, 0))).status, 200);
    await again.close();
    const { serviceClientId: _id, serviceClientSecret: _secret, ...old } = state;
    const tokens = old.tokens.map(({ clientId: _client, ...rest }) => rest);
    const older = await startSandbox({ clock, state: { ...old, tokens }, port: 0 });
    assert.equal((await refresh(older, person.refresh_token)).status, 200);
    await older.close();
  });
});
