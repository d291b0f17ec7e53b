import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { renderCurl, type Shell, variableLines } from "../../../../src/core/http/curl.ts";
import { companyId } from "../../../../src/core/procore/ids.ts";
import { stepCurl, variables, variablesOf } from "../../../../src/core/sent/stepCurl.ts";
import { type Step, stepsOf, type StepSubject } from "../../../../src/core/sent/steps.ts";
import { environmentParts, sampleConnection } from "../../../fakes/sampleConnection.ts";
import { assertGolden } from "../../../golden/goldenText.ts";
import { closeBench, openBench, readJson, type Bench } from "../../sandbox/client.ts";

const run = promisify(execFile);
const shells: readonly Shell[] = ["bash", "powershell", "cmd"];
const unknown: StepSubject = { ...sampleConnection(), clientId: undefined };
const grant = { kind: "clientCredentials", companyId: companyId(12), companyName: undefined } as const;
const service: StepSubject = { ...sampleConnection({ ...environmentParts("production"), grant }), clientId: "app-1" };

describe("the command line of a step", () => {
  it("is as reviewed for each step and shell, with variables for what is secret or not known", () => {
    const blocks = [unknown, service].flatMap((subject) =>
      stepsOf(subject).flatMap((step) =>
        shells.map((shell) => {
          const needs = variablesOf(step).join(", ") || "nothing";
          return `# ${step.title}, ${shell}; needs ${needs}\n${renderCurl(stepCurl(subject, step), shell)}`;
        }),
      ),
    );
    assertGolden("auth/sent/curl", blocks.join("\n\n"));
  });

  it("has lines that set its variables, in each shell's own words", () => {
    const names = [variables.client_secret, variables.access_token];
    const lines = (shell: Shell): readonly string[] => variableLines(names, shell).split("\n");
    assert.deepEqual(lines("bash"), ["export PROCORE_CLIENT_SECRET=''", "export PROCORE_TOKEN=''", ""]);
    assert.deepEqual(lines("powershell"), ["$env:PROCORE_CLIENT_SECRET = ''", "$env:PROCORE_TOKEN = ''", ""]);
    assert.deepEqual(lines("cmd"), ['set "PROCORE_CLIENT_SECRET="', 'set "PROCORE_TOKEN="', ""]);
    assert.equal(variableLines([], "bash"), "");
  });

  it("names every variable that stands in it", () => {
    for (const step of [...stepsOf(unknown), ...stepsOf(service)]) {
      const line = renderCurl(stepCurl(unknown, step), "bash");
      const found = Array.from(line.matchAll(/\$(\w+)/gu), ([, name]) => name);
      assert.deepEqual(new Set(found), new Set(variablesOf(step)), step.id);
    }
  });
});

describe("the command lines of all steps, run by bash against the Local Sandbox", function () {
  this.timeout("60s");
  let bench: Bench;
  before(async () => (bench = await openBench({ companies: 2, projects: 20, disconnected: [] })));
  after(async () => {
    if (bench !== undefined) await closeBench(bench);
  });

  const runStep = async (step: Step, subject: StepSubject, env: Record<string, string>): Promise<unknown> => {
    const line = renderCurl(stepCurl(subject, step), "bash");
    for (const value of Object.values(env)) assert.ok(!line.includes(value));
    const { stdout } = await run("bash", ["--noprofile", "--norc", "-c", line], {
      env: { PATH: process.env["PATH"] ?? "", NO_PROXY: "*", ...env },
    });
    return stdout.startsWith("<") ? stdout : JSON.parse(stdout);
  };
  const textOf = (value: unknown, name: string): string =>
    String(Object.entries({ ...(value as object) }).find(([key]) => key === name)?.[1]);

  it("sign in, list, refresh, ask about the token and end it", async () => {
    const { sandbox } = bench;
    const { baseUrl: origin, control } = sandbox;
    const origins = { login: origin, api: origin, web: origin };
    const subject: StepSubject = { origins, clientId: undefined, grant: { kind: "authorizationCode" } };
    const env: Record<string, string> = {
      [variables.client_id]: sandbox.clientId,
      [variables.client_secret]: sandbox.clientSecret,
      [variables.code]: control.issueCode(),
      [variables.company_id]: control.companies()[0]?.id ?? "",
    };
    const takeTokens = (answer: unknown): void => {
      env[variables.access_token] = textOf(answer, "access_token");
      if (textOf(answer, "refresh_token") !== "undefined")
        env[variables.refresh_token] = textOf(answer, "refresh_token");
    };
    const answers = new Map<string, unknown>();
    for (const step of stepsOf(subject)) {
      const answer = await runStep(step, subject, env);
      answers.set(step.id, answer);
      if (["exchange", "refresh"].includes(step.id)) takeTokens(answer);
    }
    assert.equal(textOf(answers.get("key-check"), "error"), "invalid_grant");
    assert.match(String(answers.get("authorize")), /^<!doctype html>/iu);
    assert.equal(textOf(answers.get("me"), "login"), control.users[0]?.login);
    for (const list of ["companies", "projects"]) assert.ok(Array.isArray(answers.get(list)), list);
    assert.match(textOf(answers.get("token-info"), "expires_in_seconds"), /^\d+$/u);
    assert.deepEqual(answers.get("revoke"), {});
    const headers = { authorization: `Bearer ${env[variables.access_token] ?? ""}` };
    const gone = await readJson(await fetch(`${origin}/oauth/token/info`, { headers }));
    assert.equal(gone["error"], "invalid_token");
  });

  it("find what the lines before them set, once it is filled in", async () => {
    const { baseUrl: origin, clientId, clientSecret } = bench.sandbox;
    const origins = { login: origin, api: origin, web: origin };
    const subject: StepSubject = { origins, clientId: undefined, grant: { kind: "authorizationCode" } };
    const [check] = stepsOf(subject);
    assert.ok(check !== undefined);
    const values = [clientId, clientSecret];
    const lines = variableLines(variablesOf(check), "bash").replaceAll("=''", () => `='${values.shift() ?? ""}'`);
    assert.deepEqual(values, [], "every value found its place");
    const { stdout } = await run(
      "bash",
      ["--noprofile", "--norc", "-c", lines + renderCurl(stepCurl(subject, check), "bash")],
      { env: { PATH: process.env["PATH"] ?? "", NO_PROXY: "*" } },
    );
    assert.equal(textOf(JSON.parse(stdout), "error"), "invalid_grant");
  });

  it("get a token for the service account", async () => {
    const { baseUrl: origin, serviceAccount, control } = bench.sandbox;
    const origins = { login: origin, api: origin, web: origin };
    const own = { ...grant, companyId: companyId(control.companies()[0]?.id ?? "") };
    const subject: StepSubject = { origins, clientId: serviceAccount.clientId, grant: own };
    const [first, me] = stepsOf(subject);
    assert.ok(first !== undefined && me !== undefined);
    const answer = await runStep(first, subject, { [variables.client_secret]: serviceAccount.clientSecret });
    const who = await runStep(me, subject, { [variables.access_token]: textOf(answer, "access_token") });
    assert.match(textOf(who, "id"), /^\d+$/u);
  });
});
