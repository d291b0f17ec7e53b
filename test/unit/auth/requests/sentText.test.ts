import assert from "node:assert/strict";
import { sentText, type SentView } from "../../../../src/auth/requests/sentText.ts";
import { subjectOf, subjectOfAttempt, type Subject } from "../../../../src/auth/requests/subject.ts";
import { minuteMs } from "../../../../src/core/clock.ts";
import { ProcoreError } from "../../../../src/core/errors.ts";
import { companyId } from "../../../../src/core/procore/ids.ts";
import { authorizationRecord } from "../../../../src/core/sent/authorizationRecord.ts";
import { createTokenEndpoint } from "../../../../src/core/oauth/tokenEndpoint.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { recordSent } from "../../../../src/core/sent/recordSent.ts";
import { SentRecords } from "../../../../src/core/sent/sentRecords.ts";
import type { SentRecord } from "../../../../src/core/sent/sentRecord.ts";
import { stepsOf } from "../../../../src/core/sent/steps.ts";
import type { Reply, TransportRequest } from "../../../../src/core/http/transport.ts";
import { runFlow, transportTo } from "../../../fakes/recordedFlow.ts";
import { environmentParts, sampleConnection } from "../../../fakes/sampleConnection.ts";
import { assertGolden } from "../../../golden/goldenText.ts";
import { standingClock } from "../../core/http/scriptedTransport.ts";
import { closeBench, openBench, startedAt } from "../../sandbox/client.ts";

const options = { now: startedAt + 6 * minuteMs, timeZone: "Europe/Berlin" };

function views(subject: Subject, recordOf: (id: string) => SentRecord | undefined): readonly SentView[] {
  const steps = stepsOf(subject);
  return steps.map((step, index) => ({
    subject,
    step,
    place: { number: index + 1, of: steps.length },
    record: recordOf(step.id),
    whose: subject.clientId === undefined ? "nobody" : "connection",
  }));
}

const documents = (all: readonly SentView[]): string =>
  all.map((view) => sentText(view, options)).join(`\n${"=".repeat(100)}\n\n`);

describe("the documents of Show What Was Sent", () => {
  it("tell every step as it was sent", async () => {
    const bench = await openBench({ companies: 4 });
    const { connection, sent, secrets } = await runFlow(bench);
    await closeBench(bench);
    const address = `https://login-sandbox.procore.com/oauth/authorize?response_type=code&client_id=${connection.clientId}&redirect_uri=urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob`;
    sent.add(connection.id, authorizationRecord(address, startedAt, "opened"));
    const records = sent.of(connection.id);
    const all = views(subjectOf(connection), (id) => [...records.values()].find(({ step }) => step === id));
    assert.ok(all.every(({ record }) => record !== undefined));
    const text = documents(all);
    for (const secret of secrets) assert.ok(!text.includes(secret));
    assertGolden("auth/sent/person", text.replaceAll(connection.clientId, "THE-CLIENT-ID"));
  });

  it("show the shape of what was not sent", () => {
    assertGolden("auth/sent/shapes", documents(views(subjectOf(undefined), () => undefined)));
    const grant = { kind: "clientCredentials", companyId: companyId(12), companyName: "Acme" } as const;
    const service = subjectOf(sampleConnection({ ...environmentParts("production"), grant }));
    assertGolden("auth/sent/serviceShapes", documents(views(service, () => undefined)));
  });

  it("tell a first sign-in that failed, keys that nobody knows left out", async () => {
    const bench = await openBench({ companies: 1 });
    const sent = new SentRecords();
    const transport = recordSent(transportTo(bench.sandbox), { ...bench, onSent: (...each) => sent.add(...each) });
    const endpoint = createTokenEndpoint({
      ...bench,
      transport,
      userAgent: "procore-explorer/test",
      log: () => undefined,
    });
    const { environment, origins } = environmentParts("development-sandbox");
    sent.begin({ environment: { ...environment, origins }, account: "authorizationCode" });
    const { clientId, clientSecret } = bench.sandbox;
    const app = { environmentLabel: environment.label, loginOrigin: origins.login, clientId };
    const failed: string[] = [];
    const attempt = async (work: Promise<unknown>): Promise<void> => {
      await work.catch((error: unknown) => failed.push(error instanceof ProcoreError ? error.failure.kind : "other"));
      const [found] = sent.attempts();
      assert.ok(found !== undefined);
      const subject = subjectOfAttempt(found);
      const shown = views(subject, (id) => [...found.records.values()].find(({ step }) => step === id));
      texts.push(
        documents(shown.filter(({ record }) => record !== undefined).map((view) => ({ ...view, whose: "signIn" }))),
      );
    };
    const texts: string[] = [];
    await attempt(endpoint.checkCredentials({ ...app, clientSecret: new Secret("MARKED-secret-of-production") }));
    assert.ok(!texts[0]?.includes(clientId), "it may be a secret, too");
    await attempt(endpoint.checkCredentials({ ...app, clientSecret: new Secret(clientSecret) }));
    await attempt(endpoint.exchangeCode({ ...app, clientSecret: new Secret(clientSecret) }, new Secret("MARKED-code")));
    await closeBench(bench);
    assert.deepEqual(failed, ["credentialsRejected", "codeRejected"]);
    const text = [texts[0], texts[2]].join(`\n${"#".repeat(100)}\n\n`);
    for (const secret of [clientSecret, "MARKED"]) assert.ok(!text.includes(secret));
    assertGolden("auth/sent/failed", text.replaceAll(clientId, "THE-CLIENT-ID"));
  });

  const api = "https://sandbox.procore.com/rest";
  const projects: TransportRequest = {
    method: "GET",
    url: `${api}/v1.1/projects?company_id=12&filters%5Bby_status%5D=All&page=1&per_page=300`,
    headers: { accept: "application/json", authorization: "Bearer a-token-of-mine", "procore-company-id": "12" },
    connectionId: "connection-1",
  };
  const me: TransportRequest = { ...projects, url: `${api}/v1.0/me` };
  const html = { "content-type": "text/html; charset=utf-8" };
  const hostile = "$(zap) \u202eevil [x](command:procore.signOut)\r\n# heading\u2028\u0007";
  const json = (status: number, body: unknown): Reply => ({
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const troubles: readonly (readonly [string, TransportRequest, Reply | Error])[] = [
    ["the app is not installed", projects, json(403, { errors: ["App is not connected to this company."] })],
    ["a web page instead", me, { status: 503, headers: html, body: "<html>a-token-of-mine</html>" }],
    ["an empty body", me, { status: 401, headers: {}, body: "" }],
    ["no answer", me, new ProcoreError({ kind: "network", cause: "reset", host: "sandbox.procore.com" })],
    ["a cancel", me, new DOMException("This operation was aborted", "AbortError")],
    ["hostile names", projects, json(200, [{ id: 1, name: hostile, [hostile]: hostile, project_number: "=1+1" }])],
    [
      "words with the token in them",
      projects,
      json(422, { errors: { name: "a-token-of-mine" }, message: "a-token-of-mine" }),
    ],
  ];

  it("tell what went wrong, and nothing that a server should not say", async () => {
    const subject = subjectOf(sampleConnection());
    const texts: string[] = [];
    for (const [name, request, answer] of troubles) {
      const records: SentRecord[] = [];
      const { clock } = standingClock(startedAt);
      const transport = recordSent(
        async () => {
          if (answer instanceof Error) throw answer;
          return answer;
        },
        { clock, onSent: (_owner, record) => records.push(record) },
      );
      await transport(request).catch(() => undefined);
      const [record] = records;
      const view = views(subject, () => record).find(({ step }) => step.id === record?.step);
      assert.ok(view !== undefined, name);
      texts.push(`# ${name}\n\n${sentText(view, options)}`);
    }
    assert.ok(!texts.join("").includes("a-token-of-mine"));
    assertGolden("auth/sent/troubles", texts.join("\n"));
  });
});
