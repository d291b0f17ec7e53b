import assert from "node:assert/strict";
import { type Failure, type NetworkCause, ProcoreError } from "../../../../src/core/errors.ts";
import type { Account, DiagnosePorts, ShownCertificate } from "../../../../src/core/diagnose/ports.ts";
import { reportText } from "../../../../src/core/diagnose/reportText.ts";
import type { Reply } from "../../../../src/core/http/transport.ts";
import { companyId } from "../../../../src/core/procore/ids.ts";
import { sampleConnection } from "../../../fakes/sampleConnection.ts";
import { assertGolden } from "../../../golden/goldenText.ts";
import {
  checkOf,
  makeReport,
  sampleAccount,
  samplePlace,
  samplePorts,
  settings,
  textOfReport,
  titleOf,
} from "./world.ts";

const fails = (failure: Failure) => async (): Promise<never> => {
  throw new ProcoreError(failure);
};
const network = (cause: NetworkCause, code: string): Failure => ({
  kind: "network",
  cause,
  host: "login-sandbox.procore.com",
  code,
});
const serviceConnection = sampleConnection({
  grant: { kind: "clientCredentials", companyId: companyId(12), companyName: "Ironbridge & Vale Builders" },
});
const connection = (changes: Partial<Account> = {}) =>
  ({ kind: "connection", account: sampleAccount(changes) }) as const;
const answering =
  (reply: Partial<Reply>, skewMs = 0): DiagnosePorts["send"] =>
  async () => {
    const now = Date.UTC(2026, 0, 5, 9, 0);
    const headers = { date: new Date(now + skewMs).toUTCString(), "content-type": "application/json" };
    return { reply: { status: 401, headers, body: "{}", ...reply }, sentAt: now, receivedAt: now + 12 };
  };

describe("the connection report", () => {
  it("reads as reviewed, with names and without", async () => {
    const report = await makeReport(samplePorts(), connection());
    assertGolden(
      "diagnose/whole",
      `${textOfReport(report, "shown")}\n${"=".repeat(100)}\n\n${textOfReport(report, "hidden")}`,
    );
  });

  it("of an environment looks at its hosts, and of this machine at nothing else", async () => {
    const origins = {
      login: "https://login.procore.com",
      api: "https://api.procore.com",
      web: "https://app.procore.com",
    };
    const environment = await makeReport(samplePorts(), { kind: "environment", label: "Production", origins });
    const alone = await makeReport(samplePorts({ send: fails(network("refused", "ECONNREFUSED")) }), {
      kind: "machine",
    });
    assertGolden(
      "diagnose/withoutConnection",
      `${textOfReport(environment, "shown")}\n${"=".repeat(100)}\n\n${textOfReport(alone, "shown")}`,
    );
  });

  describe("tells cause and cure of", () => {
    const certificate = (changes: Partial<ShownCertificate>) => async (): Promise<ShownCertificate> => ({
      protocol: "TLSv1.2",
      subject: "login-sandbox.procore.com",
      names: "login-sandbox.procore.com",
      issuer: "Acme IT, Acme Inspection",
      root: "Acme IT, Acme Root",
      rootFrom: "unknown",
      chainLength: 2,
      validFrom: Date.UTC(2025, 0, 1),
      validTo: Date.UTC(2027, 0, 1),
      refused: undefined,
      ...changes,
    });
    const { probe } = samplePorts();
    const proxy = {
      kind: "proxy",
      scheme: "http",
      address: "proxy.acme.test:8080",
      namedBy: "http.proxy",
      credentials: "inAddress",
    } as const;
    const hidden = fails(network("hostNotFound", "ENOTFOUND"));
    const asService = { connection: () => serviceConnection };
    const host = "sandbox.procore.com";
    const refused = (status: 403 | 404, code?: string) =>
      fails({ kind: "http", status, message: "", host, ...(code === undefined ? {} : { code }) });
    const instead = { kind: "webPage", title: "Blocked" } as const;
    const page403: Failure = { kind: "http", status: 403, message: "", host, instead };
    /** What is wrong, which part tells it, and what the ports answer. */
    const rows: readonly (readonly [
      words: string,
      id: string,
      ports: Partial<DiagnosePorts>,
      account: Partial<Account>,
    ])[] = [
      [
        "an entry of the settings with a mistake",
        "settings",
        { settings: { ...settings, environmentProblems: ["Entry 2: apiUrl is no https address"] } },
        {},
      ],
      ["NODE_TLS_REJECT_UNAUTHORIZED", "settings", { settings: { ...settings, certificates: "unchecked" } }, {}],
      [
        "a proxy setting that names none",
        "proxy login-sandbox.procore.com",
        {
          probe: {
            ...probe,
            way: () => {
              throw new ProcoreError({
                kind: "network",
                cause: "proxySetting",
                host: "login-sandbox.procore.com",
                proxy: "http.proxy",
              });
            },
          },
        },
        {},
      ],
      [
        "a name that is not found",
        "dns login-sandbox.procore.com",
        { probe: { ...probe, resolve: hidden }, send: hidden },
        {},
      ],
      [
        "a port that is closed",
        "tcp login-sandbox.procore.com",
        {
          probe: { ...probe, connect: fails(network("refused", "ECONNREFUSED")) },
          send: fails(network("refused", "ECONNREFUSED")),
        },
        {},
      ],
      [
        "a proxy that wants a password",
        "tls login-sandbox.procore.com",
        {
          probe: {
            ...probe,
            way: () => proxy,
            certificate: fails({ ...network("proxyAuthentication", "CONNECT_407"), proxy: proxy.address } as Failure),
          },
          send: fails({ ...network("proxyAuthentication", "CONNECT_407"), proxy: proxy.address } as Failure),
        },
        {},
      ],
      [
        "a certificate that nobody here trusts",
        "tls login-sandbox.procore.com",
        {
          probe: {
            ...probe,
            certificate: certificate({ refused: { cause: "certificate", code: "SELF_SIGNED_CERT_IN_CHAIN" } }),
          },
          send: fails(network("certificate", "SELF_SIGNED_CERT_IN_CHAIN")),
        },
        {},
      ],
      [
        "a certificate that is over",
        "tls login-sandbox.procore.com",
        {
          probe: {
            ...probe,
            certificate: certificate({ refused: { cause: "certificateExpired", code: "CERT_HAS_EXPIRED" } }),
          },
          send: fails(network("certificateExpired", "CERT_HAS_EXPIRED")),
        },
        {},
      ],
      [
        "a certificate of another host",
        "tls login-sandbox.procore.com",
        {
          probe: {
            ...probe,
            certificate: certificate({ refused: { cause: "certificateHost", code: "ERR_TLS_CERT_ALTNAME_INVALID" } }),
          },
          send: fails(network("certificateHost", "ERR_TLS_CERT_ALTNAME_INVALID")),
        },
        {},
      ],
      [
        "a way that only the editor's fetch finds",
        "dns login-sandbox.procore.com",
        {
          probe: { ...probe, resolve: hidden },
          send: async (kind, ...more) => (kind === "undici" ? await hidden() : await answering({})(kind, ...more)),
        },
        {},
      ],
      [
        "a network that wants a sign-in",
        "transport login-sandbox.procore.com",
        {
          send: answering({
            status: 200,
            headers: { "content-type": "text/html" },
            body: "<title>Hotel [Wi-Fi](http://x)</title>",
          }),
        },
        {},
      ],
      [
        "a redirect to somewhere else",
        "transport login-sandbox.procore.com",
        { send: answering({ status: 302, headers: { location: "https://portal.hotel.test/x" }, body: "" }) },
        {},
      ],
      ["trouble at Procore", "transport login-sandbox.procore.com", { send: answering({ status: 503, body: "" }) }, {}],
      ["a clock that is hours off", "clock", { send: answering({}, 2 * 3_600_000) }, {}],
      ["a clock that is a minute off", "clock", { send: answering({}, -60_000) }, {}],
      ["hosts that tell no time", "clock", { send: answering({ headers: {} }) }, {}],
      [
        "a keyring that throws",
        "keyring",
        {
          keyring: {
            home: "secretStorage",
            keyring: "linux",
            roundTrip: async () => ({
              kind: "failed",
              failure: { kind: "storage", what: "A value that tries the keyring", doing: "write" },
            }),
          },
        },
        {},
      ],
      [
        "a keyring that gives something else back",
        "keyring",
        { keyring: { home: "secretStorage", keyring: "windows", roundTrip: async () => ({ kind: "changed" }) } },
        {},
      ],
      [
        "a keyring that does not delete",
        "keyring",
        { keyring: { home: "secretStorage", keyring: undefined, roundTrip: async () => ({ kind: "notDeleted" }) } },
        {},
      ],
      [
        "a browser's secret storage",
        "keyring",
        { keyring: { home: "sealedFile", keyring: "linux", roundTrip: () => assert.fail("nothing is written") } },
        { unsaved: async () => "thisWindow" },
      ],
      [
        "addresses that changed",
        "addresses",
        { send: () => assert.fail("nothing is sent") },
        {
          checkAddresses: fails({
            kind: "addressesChanged",
            environment: "Acme Proxy",
            was: "https://old.acme.test",
            now: "https://new.acme.test",
          }),
        },
      ],
      [
        "an environment that is gone",
        "addresses",
        {},
        { checkAddresses: fails({ kind: "environmentGone", environment: "Acme Proxy" }) },
      ],
      ["a Local Sandbox that is stopped", "addresses", {}, { checkAddresses: fails({ kind: "sandboxStopped" }) }],
      [
        "keys of another environment",
        "credentials",
        {},
        {
          checkKeys: fails({
            kind: "credentialsRejected",
            environment: "Development Sandbox",
            host: "login-sandbox.procore.com",
            requestId: "req-1",
            at: Date.UTC(2026, 0, 5, 9, 0),
          }),
        },
      ],
      [
        "a login service that does not judge the keys",
        "credentials",
        {},
        { checkKeys: async () => ({ kind: "notJudged", status: 503 }) },
      ],
      ["a session that is over", "session", {}, { session: fails({ kind: "signedOut", reason: "refreshTokenSpent" }) }],
      ["nobody signed in", "session", {}, { session: fails({ kind: "signedOut" }) }],
      [
        "a login service that refuses token info",
        "tokenInfo",
        {},
        { tokenInfo: fails({ kind: "oauth", error: "invalid_token", description: "Who is asking?", status: 401 }) },
      ],
      [
        "a token of somebody else",
        "tokenInfo",
        {},
        {
          tokenInfo: async () => ({
            resourceOwnerId: "99",
            applicationUid: "other-app",
            scopes: [],
            expiresInSeconds: undefined,
            createdAt: undefined,
          }),
        },
      ],
      [
        "a reply that is not understood",
        "me",
        {},
        { me: fails({ kind: "unexpectedReply", host: "sandbox.procore.com", expected: "a user", path: "login" }) },
      ],
      ["an empty list of companies", "companies", {}, { companies: async () => [] }],
      [
        "an empty list of companies, for a service account",
        "companies",
        {},
        { companies: async () => [], connection: () => serviceConnection },
      ],
      ["an app that is in no company", "projects", {}, { projects: fails({ kind: "appNotConnected" }) }],
      [
        "an app that is in one of two companies",
        "projects",
        {},
        {
          projects: async (id) =>
            id === companyId(12) ? { shown: 4, total: undefined } : await fails({ kind: "appNotConnected" })(),
        },
      ],
      ["lists that are empty", "projects", {}, { projects: async () => ({ shown: 0, total: 0 }) }],
      [
        "lists that are empty, for a service account",
        "projects",
        {},
        { projects: async () => ({ shown: 0, total: 0 }), connection: () => serviceConnection },
      ],
      ["a rate limit", "projects", {}, { projects: fails({ kind: "rateLimited" }) }],
      ["a tool that answers", "tool", {}, {}],
      ["a tool that answers 403, for a service account", "tool", {}, { toolItems: refused(403), ...asService }],
      ["a tool that answers 404, for a service account", "tool", {}, { toolItems: refused(404), ...asService }],
      ["a tool that Procore says is off", "tool", {}, { toolItems: refused(403, "TOOL_OFF") }],
      ["a project that a service account may not see", "tool", {}, { project: refused(404), ...asService }],
      ["a tool in a company without the app", "tool", {}, { project: fails({ kind: "appNotConnected" }) }],
      ["a tool behind a web page", "tool", {}, { toolItems: fails(page403) }],
      ["no word of a rate limit", "limits", {}, { rateLimit: () => undefined }],
    ];
    const told: string[] = [];
    for (const [words, id, ports, account] of rows) {
      it(words, async () => {
        const tool = id === "tool" ? samplePlace() : undefined;
        const report = await makeReport(samplePorts(ports), { ...connection(account), tool });
        const text = textOfReport({ ...report, checks: [checkOf(report, id)] }, "shown");
        told.push(`# ${words}\n\n${text.slice(text.indexOf("\n## ") + 1)}`);
      });
    }
    after(() => assertGolden("diagnose/troubles", told.join("\n")));
  });

  it("says which parts were not done, and why: what failed before, or a cancel", async () => {
    const report = await makeReport(samplePorts(), connection({ session: fails({ kind: "signedOut" }) }));
    const skipped = report.checks.filter(({ verdict }) => verdict === "skipped").map(({ id }) => id);
    assert.deepEqual(skipped, ["tokenInfo", "me", "companies", "projects", "tool"]);
    const text = textOfReport(report, "shown");
    assert.match(text, /Not done: it needs what another part did not give: Session\n/u);
    assert.match(text, /Parts that were not done: 4\./u);

    const cancel = new AbortController();
    const cancelled = await makeReport(
      samplePorts(),
      connection({
        async me(signal) {
          cancel.abort();
          signal.throwIfAborted();
          return assert.fail("it was not told");
        },
      }),
      cancel.signal,
    );
    assert.equal(checkOf(cancelled, "session").verdict, "ok", "what was found stays");
    assert.deepEqual(
      cancelled.checks.filter(({ verdict }) => verdict === "skipped").map(({ id }) => id),
      ["me", "companies", "projects", "tool", "limits", "versions"],
    );
    assert.match(textOfReport(cancelled, "shown"), /Not done: you cancelled\n/u);
  });

  it("of a cancel says no more than it saw, and counts what has nothing to do for no loss", async () => {
    const atOnce = AbortSignal.abort();
    const nothing = textOfReport(await makeReport(samplePorts(), connection(), atOnce), "shown");
    assert.match(
      nothing,
      /^\*\*You cancelled before the first part was done\.\*\* Parts that were not done: \d\d\.$/mu,
    );

    const cancel = new AbortController();
    const later = connection({ me: async () => (cancel.abort(), await new Promise(() => undefined)) });
    const part = textOfReport(await makeReport(samplePorts(), later, cancel.signal), "shown");
    assert.match(
      part,
      /^\*\*You cancelled\. No problem was found in what was done\.\*\* Parts that were not done: 6\.$/mu,
    );

    const wrong = new AbortController();
    const account = {
      checkKeys: fails({ kind: "sandboxStopped" }),
      me: async () => (wrong.abort(), await fails({ kind: "signedOut" })()),
    };
    const both = textOfReport(await makeReport(samplePorts(), connection(account), wrong.signal), "shown");
    assert.match(both, /^\*\*Problems: 1\.\*\* You cancelled\. Parts that were not done: 6\.$/mu);

    const origin = "http://127.0.0.1:3000";
    const local = {
      kind: "environment",
      label: "Local Sandbox",
      origins: { login: origin, api: origin, web: origin },
    } as const;
    const plainHttp = textOfReport(await makeReport(samplePorts(), local), "shown");
    assert.match(plainHttp, /^## TLS of 127\.0\.0\.1:3000: not done$/mu);
    assert.match(plainHttp, /^\*\*No problem was found\.\*\*$/mu);
  });

  it("of a tool keeps what was found before a cancel, and asks nothing where no tool is meant", async () => {
    const cancel = new AbortController();
    const toolItems = async (): Promise<never> => (cancel.abort(), await new Promise(() => undefined));
    const subject = { ...connection({ toolItems }), tool: samplePlace() };
    const report = await makeReport(samplePorts(), subject, cancel.signal);
    const { facts, stoppedBy } = checkOf(report, "tool");
    assert.deepEqual([facts.length, stoppedBy], [3, "cancel"]);
    assert.equal(report.tool, subject.tool, "for the report that is made once more");

    const unasked = { project: () => assert.fail("asked"), toolItems: () => assert.fail("asked") };
    const without = checkOf(await makeReport(samplePorts(), connection(unasked)), "tool");
    assert.deepEqual([without.verdict, without.stoppedBy], ["skipped", "nothing"]);
  });

  it("keeps what companies answered before a cancel", async () => {
    const cancel = new AbortController();
    const projects: Account["projects"] = async (id) => {
      if (id === companyId(12)) return { shown: 4, total: 4 };
      cancel.abort();
      return await new Promise(() => undefined);
    };
    const report = await makeReport(samplePorts(), connection({ projects }), cancel.signal);
    const { facts, verdict, stoppedBy } = checkOf(report, "projects");
    assert.deepEqual([facts.length, verdict, stoppedBy], [2, "ok", "cancel"]);
    const text = textOfReport(report, "shown");
    assert.match(
      text,
      /^- Ironbridge & Vale Builders, ID 12: the company is connected to the app; active projects: 4$/mu,
    );
    assert.match(text, /^- Not asked: companies: 1; at most 20 are asked/mu);
  });

  it("does not lead to itself", async () => {
    const report = await makeReport(samplePorts(), connection({ me: fails(network("reset", "ECONNRESET")) }));
    const actions = reportText(report, { names: "shown", titleOf }).links.map(({ action }) => action);
    assert.deepEqual(actions, ["retry"]);
  });

  it("asks no more than twenty companies, and none after a rate limit", async () => {
    const many = Array.from({ length: 33 }, (_, index) => ({
      id: companyId(index + 1),
      name: `Company ${index + 1}`,
      isActive: true,
    }));
    let asked = 0;
    const account = { companies: async () => many, projects: async () => ((asked += 1), { shown: 1, total: 1 }) };
    const report = await makeReport(samplePorts(), connection(account));
    assert.equal(asked, 20);
    assert.match(textOfReport(report, "shown"), /Not asked: companies: 13; at most 20/u);
    asked = 0;
    const limited = async () => {
      asked += 1;
      throw new ProcoreError({ kind: "rateLimited" });
    };
    await makeReport(samplePorts(), connection({ companies: async () => many, projects: limited }));
    assert.equal(asked, 1);
  });

  it("does not ask a broken session for a token", async () => {
    const session = { kind: "broken", reason: "notKept" } as const;
    const account = sampleAccount({ session: () => assert.fail("asked") }, sampleConnection({ session }));
    const report = await makeReport(samplePorts(), { kind: "connection", account });
    assert.match(textOfReport(report, "shown"), /This system's keyring did not keep your sign-in/u);
  });

  it("follows the transport that the settings name: what the other one meets is a remark", async () => {
    const only =
      (works: "undici" | "vscode"): DiagnosePorts["send"] =>
      async (kind, ...more) =>
        kind === works ? await answering({})(kind, ...more) : await fails(network("refused", "ECONNREFUSED"))();
    const verdict = async (transport: "undici" | "vscode" | "auto", works: "undici" | "vscode") =>
      checkOf(
        await makeReport(samplePorts({ settings: { ...settings, transport }, send: only(works) }), connection()),
        "transport sandbox.procore.com",
      ).verdict;
    assert.equal(await verdict("undici", "undici"), "note");
    assert.equal(await verdict("undici", "vscode"), "problem");
    assert.equal(await verdict("vscode", "vscode"), "note");
    assert.equal(await verdict("auto", "vscode"), "note");
  });
});
