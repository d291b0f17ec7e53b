import assert from "node:assert/strict";
import { createAccount } from "../../../../src/auth/diagnose/account.ts";
import { hourMs } from "../../../../src/core/clock.ts";
import type { SignInTrouble } from "../../../../src/core/diagnose/ports.ts";
import { ProcoreError } from "../../../../src/core/errors.ts";
import { exchange } from "../../../../src/core/http/exchange.ts";
import { projectId } from "../../../../src/core/procore/ids.ts";
import type { ToolPlace } from "../../../../src/core/procore/toolPlace.ts";
import { tools } from "../../../../src/core/procore/tools.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { createUndiciTransport } from "../../../../src/platform/network/index.ts";
import { createNetworkProbe } from "../../../../src/platform/network/networkProbe.ts";
import { nothingSet } from "../../../../src/platform/network/settings.ts";
import type { SandboxOptions } from "../../../../src/sandbox/index.ts";
import { assertGolden } from "../../../golden/goldenText.ts";
import { openBench, type Bench } from "../../faults/bench.ts";
import { makeReport, samplePorts, textOfReport } from "./world.ts";

/** A failure that people meet on their first days, in the order of Procore's own pages. */
type Row =
  | {
      readonly symptom: string;
      readonly sandbox?: Partial<SandboxOptions>;
      /** Brings it about. What a sign-in met is given back. */
      readonly produce: (bench: Bench) => Promise<SignInTrouble | void> | void;
      /** The part of the report that tells it. */
      readonly part: string;
      /** The tool of the first project on whose row the report is asked for. */
      readonly tool?: string;
      /** A project's ID in place of the first project's. */
      readonly project?: string;
    }
  | { readonly symptom: string; readonly notProduced: string };

const path = /^\/rest\/v1\.1\/projects$/u;
const reply = (status: number, body: string, contentType = "application/json") => {
  return { kind: "reply", status, body, headers: { "content-type": contentType } } as const;
};
const answer = (status: number, body: string, contentType?: string) => (bench: Bench) =>
  void bench.sandbox.control.inject({ path, times: 20, fault: reply(status, body, contentType) });
const disconnect = ({ sandbox: { control } }: Bench): void => {
  for (const { id } of control.companies()) control.setConnected(id, "disconnected");
};
const exchangeOf = async ({ tokenEndpoint, app, clock }: Bench, code: string): Promise<SignInTrouble> => {
  const error: unknown = await tokenEndpoint.exchangeCode(app, new Secret(code)).catch((reason: unknown) => reason);
  assert.ok(error instanceof ProcoreError);
  return { environment: app.environmentLabel, at: clock.now(), failure: error.failure };
};

/** @see procore/documentation api_essentials/troubleshooting.md, oauth/oauth_choose_grant_type.md, additional_resources/faq.md */
const rows: readonly Row[] = [
  { symptom: "sign-in, /me and /companies work; /projects answers 403", produce: disconnect, part: "projects" },
  {
    symptom: "signing in again works, calls still answer 403",
    part: "projects",
    async produce(bench) {
      disconnect(bench);
      const { sessions, tokenEndpoint, app, connection, code } = bench;
      await sessions.begin(connection(), await tokenEndpoint.exchangeCode(app, code), app.clientSecret);
    },
  },
  {
    symptom: "the same with 401",
    part: "projects",
    produce: answer(401, '{"errors":["App is not connected to this company."]}'),
  },
  {
    symptom: "nothing to paste as version key",
    notProduced: "the key is made in the Developer Portal, which no API shows",
  },
  {
    symptom: "no Install App button",
    notProduced: "the button is on a page of Procore's; no call tells whether it is there",
  },
  {
    symptom: "an error page on authorize, or an exchange that fails, because of the redirect URI",
    part: "signIn",
    produce: (bench) =>
      exchangeOf(bench, bench.sandbox.control.issueCode({ redirectUri: "https://127.0.0.1/callback" })),
  },
  {
    symptom: "invalid_grant on exchange: an old code",
    part: "signIn",
    async produce(bench) {
      await bench.clock.advance(11 * 60_000);
      return await exchangeOf(bench, bench.code.reveal());
    },
  },
  {
    symptom: "invalid_client: keys of another environment, or a wrong secret",
    part: "credentials",
    async produce({ sessions, connection }) {
      await sessions.changeSecret(connection().id, new Secret("of-production"));
    },
  },
  {
    symptom: "refresh token is invalid",
    part: "session",
    async produce({ sandbox, clock }) {
      sandbox.control.endTokens();
      await clock.advance(2 * hourMs);
    },
  },
  { symptom: "401 after about 90 minutes", part: "session", produce: ({ clock }) => clock.advance(2 * hourMs) },
  // The sandbox's first project has a tool that is closed to the user, and one that it does not use.
  { symptom: "403 on one tool", part: "tool", tool: "changeEvents", produce: () => undefined },
  { symptom: "404 on a thing that exists: a tool", part: "tool", tool: "dailyLogs", produce: () => undefined },
  {
    symptom: "404 on a thing that exists: the project itself, which the user may no longer see",
    part: "tool",
    tool: "rfis",
    produce: () => undefined,
    project: "999999999",
  },
  { symptom: "an empty list", part: "projects", sandbox: { projects: 0 }, produce: () => undefined },
  {
    symptom: "plain text: Missing Procore-Company-Id header",
    part: "projects",
    produce: answer(400, "Missing Procore-Company-Id header!\n\nAll requests must name a company.", "text/plain"),
  },
  { symptom: "406", part: "projects", produce: answer(406, "") },
  { symptom: "408", part: "projects", produce: answer(408, "") },
  {
    symptom: "cannot sign in to the sandbox",
    notProduced: "the Local Sandbox asks for no password; what a person without a company meets is the next row",
  },
  {
    symptom: "nobody but the app's creator is in the sandbox",
    part: "companies",
    sandbox: { companies: 0 },
    produce: () => undefined,
  },
  {
    symptom: "a sandbox key refused in a monthly sandbox",
    notProduced: "it is a version key, pasted into a page of Procore's",
  },
  { symptom: "CORS error in a webview", notProduced: "no request of this extension leaves from a webview" },
];

describe("failures of the first days, met by a Local Sandbox", () => {
  const told = new Map<string, string>();
  for (const row of rows) {
    if ("notProduced" in row) {
      told.set(row.symptom, `Not produced: ${row.notProduced}.\n`);
      continue;
    }
    it(`${row.symptom}: the report names cause and cure`, async () => {
      const bench = await openBench({ projects: 3, ...row.sandbox });
      const transport = createUndiciTransport({ clock: bench.clock });
      try {
        const signInTrouble = (await row.produce(bench)) ?? undefined;
        const report = await makeReport(
          samplePorts({
            clock: bench.clock,
            probe: createNetworkProbe({ settings: () => nothingSet, env: {} }),
            signInTrouble,
            async send(_kind, url, signal) {
              const deps = { transport, clock: bench.clock, log: () => undefined };
              const request = { method: "GET", url: url.href, headers: {} };
              return await exchange(deps, { request, pathTemplate: "/" }, signal);
            },
          }),
          { kind: "connection", account: accountOf(bench), tool: await placeOf(bench, row) },
        );
        const { checks } = report;
        const part = checks.filter(({ id }) => id === row.part);
        assert.equal(part.length, 1);
        const text = textOfReport({ ...report, checks: part }, "shown");
        told.set(row.symptom, readable(text.slice(text.indexOf("\n## ") + 1), bench));
        if (row.part !== "session") assert.ok((part[0]?.troubles.length ?? 0) > 0, text);
      } finally {
        await transport.close();
        await bench.close();
      }
    });
  }
  after(() => {
    const pages = rows.map(({ symptom }) => `# ${symptom}\n\n${told.get(symptom) ?? ""}`);
    assertGolden("diagnose/firstRun", pages.join("\n"));
  });

  it("sends each request as its connection's own", async () => {
    const bench = await openBench({ projects: 1 });
    try {
      const subject = { kind: "connection", account: accountOf(bench) } as const;
      await makeReport(samplePorts({ clock: bench.clock }), subject);
      assert.ok(bench.owners.length >= 5, bench.sent.join("\n"));
      const strangers = bench.sent.filter((_request, index) => bench.owners[index] !== bench.connection().id);
      assert.deepEqual(strangers, []);
    } finally {
      await bench.close();
    }
  });

  it("spends a refresh token only where any request would", async () => {
    const bench = await openBench();
    const spent: unknown[] = [];
    bench.sandbox.control.onRefresh((event) => spent.push(event));
    try {
      const subject = { kind: "connection", account: accountOf(bench) } as const;
      await makeReport(samplePorts({ clock: bench.clock }), subject);
      assert.equal(spent.length, 0, "the token is still good");
      await bench.clock.advance(2 * hourMs);
      await makeReport(samplePorts({ clock: bench.clock }), subject);
      assert.equal(spent.length, 1, "it had ended");
    } finally {
      await bench.close();
    }
  });
});

/** The row's tool in the sandbox's first project, as the Companies view names it. */
async function placeOf(
  { procore, connection }: Bench,
  { tool: id, project }: { readonly tool?: string; readonly project?: string },
): Promise<ToolPlace | undefined> {
  const tool = tools.find((known) => known.id === id);
  if (tool === undefined) return undefined;
  const [company] = await procore.companies(connection());
  assert.ok(company !== undefined);
  const query = { companyId: company.id, by: "name", text: "Sandbox Test Project" } as const;
  const [first] = await procore.findProjects(connection(), query);
  assert.ok(first !== undefined);
  const place = { tool, companyId: company.id, companyName: company.name };
  return { ...place, projectId: projectId(project ?? first.id), projectName: first.name };
}

/** Without what is another one each time. */
const readable = (text: string, { sandbox }: Bench): string =>
  text.replaceAll(String(sandbox.port), "PORT").replaceAll(/(?<=Request ID: )[\da-f-]{36}/gu, "ID");

function accountOf(bench: Bench) {
  const nothing = () => undefined;
  return createAccount(
    {
      ...bench,
      environments: { list: () => [], get: nothing, problems: () => [], checkAddresses: nothing },
      localSandbox: {
        current: undefined,
        onDidChange: () => ({ dispose: nothing }),
        start: () => assert.fail("not asked for"),
      },
    },
    bench.connection(),
  );
}
