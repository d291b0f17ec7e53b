import assert from "node:assert/strict";
import type { Account, DiagnosePorts, ShownCertificate, Subject, Way } from "../../../../src/core/diagnose/ports.ts";
import { type Failure, ProcoreError } from "../../../../src/core/errors.ts";
import { companyId, projectId, userId } from "../../../../src/core/procore/ids.ts";
import type { Connection } from "../../../../src/core/session.ts";
import { sampleConnection } from "../../../fakes/sampleConnection.ts";
import { assertGolden } from "../../../golden/goldenText.ts";
import { machine, makeReport, sampleAccount, samplePlace, samplePorts, settings, textOfReport } from "./world.ts";

/** Each stands in a field of its own: whoever reads a report for strangers must find none of them. */
const canaries = {
  login: "canary.person@canary-mail.test",
  userName: "Canary Personname",
  userId: "90010001",
  company: "Canary Builders Incorporated",
  companyId: "90020002",
  project: "Canary Tower Project",
  projectId: "90030003",
  loginHost: "login.canary-hosts.test",
  apiHost: "api.canary-hosts.test:8443",
  proxyHost: "proxy.canary-net.test",
  proxyPassword: "canary-proxy-password",
  proxyUser: "canary-proxy-user",
  redirect: "portal.canary-hotel.test",
  environment: "Canary Environment",
  app: "canaryclientid0123456789abcdef01",
  home: "/home/canaryhome/.config/Code/User/globalStorage/x",
  authority: "Canary Inspection Authority",
  title: "Canary page title",
  words: "Canary words of the server",
  code: "CANARY_CODE",
  address: "198.51.100.77",
  remote: "canary-devbox",
  problem: "Canary entry of the settings",
  requestId: "web03.canary.internal:81f2",
} as const;

const proxyAddress = `${canaries.proxyHost}:8080`;
const origins = {
  login: `https://${canaries.loginHost}`,
  api: `https://${canaries.apiHost}`,
  web: "https://web.canary-hosts.test",
};
const connection: Connection = sampleConnection({
  environment: { id: "canary", kind: "custom", label: canaries.environment, shortLabel: canaries.environment },
  origins,
  clientId: canaries.app,
  user: { id: userId(Number(canaries.userId)), login: canaries.login, name: canaries.userName },
  lastFailure: { at: 0, message: `${canaries.loginHost} answered 500: ${canaries.words}, ${canaries.project}` },
});

/** Every kind of failure, with a canary in each field that can hold a word from outside. */
const failures: readonly Failure[] = [
  {
    kind: "credentialsRejected",
    environment: canaries.environment,
    host: canaries.loginHost,
    requestId: canaries.requestId,
  },
  { kind: "appNotConnected", requestId: canaries.requestId },
  { kind: "serviceAccountMissing", environment: canaries.environment, host: canaries.loginHost },
  { kind: "oauth", error: canaries.code, description: canaries.words, status: 400 },
  { kind: "network", cause: "refused", host: canaries.apiHost, code: "ECONNREFUSED", proxy: proxyAddress },
  { kind: "network", cause: "proxyAuthentication", host: canaries.apiHost, proxy: proxyAddress },
  { kind: "network", cause: "proxySetting", host: canaries.apiHost, proxy: "http.proxy" },
  { kind: "network", cause: "certificate", host: canaries.apiHost },
  {
    kind: "http",
    status: 422,
    message: `${canaries.words}: ${canaries.project} ${canaries.projectId}`,
    host: canaries.apiHost,
    code: canaries.code,
  },
  { kind: "http", status: 403, message: canaries.login, host: "api.procore.com" },
  { kind: "http", status: 403, message: `Unauthorized ${canaries.login}`, host: "api.procore.com" },
  {
    kind: "http",
    status: 403,
    message: "",
    host: canaries.apiHost,
    instead: { kind: "webPage", title: canaries.title },
  },
  {
    kind: "unexpectedReply",
    host: canaries.apiHost,
    expected: "JSON",
    instead: { kind: "redirect", host: canaries.redirect },
  },
  { kind: "unexpectedReply", host: canaries.apiHost, expected: "a user", path: "login" },
  { kind: "webAddressRefused", host: canaries.apiHost },
  { kind: "addressesChanged", environment: canaries.environment, was: origins.login, now: origins.api },
  { kind: "environmentGone", environment: canaries.environment },
  { kind: "signedOut", reason: "notKept" },
  { kind: "rateLimited" },
];

const certificate: ShownCertificate = {
  protocol: "TLSv1.3",
  subject: canaries.loginHost,
  names: `${canaries.loginHost}, *.canary-hosts.test`,
  issuer: canaries.authority,
  root: canaries.authority,
  rootFrom: "added",
  chainLength: 2,
  validFrom: 0,
  validTo: 0,
  refused: { cause: "certificateHost", code: "ERR_TLS_CERT_ALTNAME_INVALID" },
};
const way: Way = {
  kind: "proxy",
  scheme: "http",
  address: proxyAddress,
  namedBy: "http.proxy",
  credentials: "inAddress",
};

/** A report in which every field that there is holds its canary; each failure goes through two of its parts. */
async function reportsOf(): Promise<readonly Awaited<ReturnType<typeof makeReport>>[]> {
  const probe: DiagnosePorts["probe"] = {
    way: () => way,
    resolve: async () => [canaries.address],
    connect: async () => 1,
    certificate: async () => certificate,
  };
  const ports = samplePorts({
    probe,
    machine: { ...machine, storageFolder: canaries.home, remote: canaries.remote, runsOn: "remoteMachine" },
    settings: { ...settings, environmentProblems: [canaries.problem] },
  });
  const direct = samplePorts({ ...ports, probe: { ...probe, way: () => ({ kind: "direct", why: "noneNamed" }) } });
  const companies = async () => [{ id: companyId(Number(canaries.companyId)), name: canaries.company, isActive: true }];
  const me = async () => ({ id: userId(Number(canaries.userId)), login: canaries.login, name: canaries.userName });
  const tokenInfo = async () => ({
    resourceOwnerId: "90040004",
    applicationUid: "canary-other-app",
    scopes: [],
    expiresInSeconds: 1,
    createdAt: 1,
  });
  const tool = {
    ...samplePlace(),
    companyId: companyId(Number(canaries.companyId)),
    companyName: canaries.company,
    projectId: projectId(Number(canaries.projectId)),
    projectName: canaries.project,
  };
  const subject = (changes: Partial<Account> = {}, of = connection): Subject => {
    return { kind: "connection", account: sampleAccount({ companies, me, tokenInfo, ...changes }, of), tool };
  };
  const service = {
    ...connection,
    grant: { kind: "clientCredentials", companyId: companyId(1), companyName: canaries.company },
  } as const;
  const made = [
    await makeReport(ports, subject()),
    await makeReport(direct, subject({}, service)),
    await makeReport(direct, { kind: "environment", label: canaries.environment, origins }),
  ];
  for (const failure of failures) {
    const fail = async (): Promise<never> => {
      throw new ProcoreError(failure);
    };
    const failing = { ...ports, send: fail, signInTrouble: { environment: canaries.environment, at: 0, failure } };
    made.push(await makeReport(failing, subject({ checkKeys: fail, me: fail, projects: fail, tokenInfo: fail })));
    made.push(await makeReport(direct, subject({ project: fail })));
    made.push(await makeReport(direct, subject({ toolItems: fail })));
    made.push(await makeReport(failing, subject({ checkAddresses: fail })));
  }
  return made;
}

describe("security rule 9: a report for strangers", () => {
  it("holds no name, address, company, project, app, host or proxy of anybody's, nor a path", async () => {
    const found = new Set<string>();
    for (const report of await reportsOf()) {
      const text = textOfReport(report, "hidden").toLowerCase();
      for (const [field, canary] of Object.entries(canaries)) if (text.includes(canary.toLowerCase())) found.add(field);
      assert.doesNotMatch(text, /canary|9004|9003|9002|9001/u);
    }
    assert.deepEqual([...found], []);
  });

  it("tells them where they were asked for, but the credentials of a proxy never", async () => {
    const text = (await reportsOf()).map((report) => textOfReport(report, "shown")).join("\n");
    const never: readonly string[] = [canaries.proxyPassword, canaries.proxyUser];
    const told = Object.entries(canaries).filter(([, canary]) => text.includes(canary));
    const expected = Object.entries(canaries).filter(([, canary]) => !never.includes(canary));
    assert.deepEqual(
      told.map(([field]) => field),
      expected.map(([field]) => field),
    );
  });

  it("reads as reviewed: the same number stands for the same name", async () => {
    const [first] = await reportsOf();
    assert.ok(first);
    assertGolden("diagnose/hidden", textOfReport(first, "hidden"));
  });

  it("keeps a request ID that is Procore's, or of which no word can be read", async () => {
    const idIn = async (host: string, requestId: string): Promise<boolean> => {
      const me = async (): Promise<never> => {
        throw new ProcoreError({ kind: "http", status: 418, message: "", host, requestId });
      };
      const account = sampleAccount({ me });
      return textOfReport(await makeReport(samplePorts(), { kind: "connection", account }), "hidden").includes(
        requestId,
      );
    };
    assert.equal(await idIn("api.procore.com", "req-1"), true);
    assert.equal(await idIn("api.acme.test", "req-1"), false);
    assert.equal(await idIn("api.acme.test", "0b6f2c52-6a0f-4e0e-9c43-0d6d6a1f6b8e"), true);
    assert.equal(await idIn("api.acme.test", "0b6f2c526a0f4e0e9c430d6d6a1f6b8e"), true);
  });

  it("makes no link of what came from outside", async () => {
    const link = "see https://evil.test/x, WWW.evil.test or //evil.test";
    const refused: Failure = { kind: "http", status: 403, message: link, host: "api.procore.com" };
    const oauth: Failure = { kind: "oauth", error: "invalid_token", description: link, status: 401 };
    const page: Failure = {
      kind: "unexpectedReply",
      host: "api.procore.com",
      expected: "JSON",
      instead: { kind: "webPage", title: link },
    };
    const fail = (failure: Failure) => async (): Promise<never> => {
      throw new ProcoreError(failure);
    };
    const account = sampleAccount({
      companies: async () => [{ id: companyId(1), name: link, isActive: true }],
      projects: fail(refused),
      tokenInfo: fail(oauth),
      checkKeys: fail({ ...refused, instead: { kind: "webPage", title: link } }),
    });
    const named = await makeReport(samplePorts(), { kind: "connection", account });
    const other = await makeReport(samplePorts(), { kind: "connection", account: sampleAccount({ me: fail(page) }) });
    const text = [named, other].map((report) => textOfReport(report, "shown")).join("\n");
    assert.equal(text.match(/see https:\/ \/evil\.test\/x, WWW \.evil\.test or \/ \/evil\.test/gu)?.length, 5);
    assert.doesNotMatch(text, /\/\/evil|www\.evil/iu);
  });

  it("makes no Markdown of what came from outside", async () => {
    const hostile =
      "[Sign in](command:procore.signOut) ![x](https://evil.test/p.png) <img src=x> **b** `c` # h\n## Forged: OK\n| t |";
    const account = sampleAccount({ companies: async () => [{ id: companyId(1), name: hostile, isActive: true }] });
    const report = await makeReport(samplePorts(), { kind: "connection", account });
    const line = textOfReport(report, "shown")
      .split("\n")
      .find((text) => text.includes("Forged"));
    assert.equal(
      line,
      "- \\[Sign in\\] (command:procore.signOut) \\!\\[x\\] (https:/ /evil.test/p.png) \\<img src=x\\> \\*\\*b\\*\\* \\`c\\` # h ## Forged: OK \\| t \\|, ID 1: the company is connected to the app; active projects: 2",
    );
  });
});
