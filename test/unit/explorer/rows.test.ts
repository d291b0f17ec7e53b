import assert from "node:assert/strict";
import * as fc from "fast-check";
import { ProcoreError, type Failure, type Instead } from "../../../src/core/errors.ts";
import type { Company } from "../../../src/core/procore/companies.ts";
import { companyId, projectId } from "../../../src/core/procore/ids.ts";
import type { Grant } from "../../../src/core/session.ts";
import {
  companyNode,
  foundNode,
  itemNode,
  moreNode,
  pinnedNode,
  pinnedProjectNode,
  problemNode,
  projectNode,
  toolNode,
  type CompanyNode,
  type NoProjectsNode,
  type ToolNode,
  type TreeNode,
} from "../../../src/explorer/nodes.ts";
import type { PinAnswer } from "../../../src/explorer/pinChecks.ts";
import type { About } from "../../../src/explorer/row.ts";
import { describeRow } from "../../../src/explorer/kinds.ts";
import { sampleCompany, sampleItem, sampleProject, toolOf } from "../../fakes/fakeProcoreClient.ts";
import { environmentParts } from "../../fakes/sampleConnection.ts";
import { assertGolden } from "../../golden/goldenText.ts";
import { rowText } from "./rowText.ts";

const company = (changes: Partial<Company> = {}): CompanyNode => companyNode(sampleCompany(12, changes), "onDemand");
const noCompanies = (id: string): TreeNode => ({
  kind: "noCompanies",
  id: "noCompanies",
  parent: undefined,
  environment: environmentParts(id).environment,
});
const tool = (id: string): ToolNode =>
  toolNode(projectNode(company(), sampleProject(34, { name: "Tower" })), toolOf(id));
const closed = (status: 403 | 404, message: string): TreeNode =>
  problemNode(
    tool("changeEvents"),
    new ProcoreError({ kind: "http", status, message, host: "api.procore.com", requestId: "req-1" }),
    "branch",
  );
const noProjects = (account: Grant["kind"]): NoProjectsNode => ({
  kind: "noProjects",
  id: "company:12/noProjects",
  parent: company(),
  account,
});
const hostile = "$(trash) \u202eeman\u202c [click](command:evil)\n![x](https://evil.test/x) <img src=x> \u0007";

const pinned = (answer: PinAnswer): TreeNode => {
  const pin = { companyId: companyId(12), companyName: "Acme", projectId: projectId(34), name: "Tower" };
  return pinnedProjectNode({ pin, answer });
};
const noneInStage = (status?: "all"): TreeNode => ({
  kind: "noProjects",
  id: "company:12/noProjects",
  parent: company(),
  account: "authorizationCode",
  ...(status && { status }),
  stage: hostile,
});
/** On the wall clock of whichever machine this is. */
const seenAt = new Date(2026, 0, 5, 14, 32).getTime();

const rows: readonly (readonly [string, TreeNode, About?])[] = [
  ["pinned", pinnedNode],
  ["pinned project that Procore was not asked about", pinned(undefined), { pin: "pinned" }],
  ["pinned project", pinned(sampleProject(34, { name: "Tower", number: "0042", active: false })), { pin: "pinned" }],
  ["pinned project that is gone", pinned("gone"), { pin: "pinned" }],
  ["company that answered", company(), { answer: { kind: "connected", at: seenAt } }],
  ["company without the app", company(), { answer: { kind: "notConnected", at: seenAt } }],
  ["company without the app, inactive", company({ isActive: false }), { answer: { kind: "notConnected", at: seenAt } }],
  ["no projects in a stage", noneInStage()],
  ["no projects in a stage, inactive ones neither", noneInStage("all")],
  ["no projects, inactive ones neither", { ...noProjects("authorizationCode"), status: "all" }],
  ["company", company()],
  ["company, inactive", company({ isActive: false })],
  ["company, the only one", companyNode(sampleCompany(12), "byItself")],
  ["company without a name", company({ name: " " })],
  ["company with a hostile name", company({ name: hostile })],
  ["found projects", foundNode(company({ name: "Acme" }))],
  ["project that was found", projectNode(foundNode(company()), sampleProject(34))],
  ["project of which nothing is known", projectNode(company(), sampleProject(34))],
  [
    "project with everything",
    projectNode(
      company(),
      sampleProject(34, {
        name: "Tower",
        number: "0042",
        city: "Austin",
        stateCode: "TX",
        countryCode: "US",
        address: "12 Main St",
        zip: "78701",
        stage: "Course of Construction",
        startDate: "2026-01-05",
        completionDate: "2027-02-01",
      }),
    ),
  ],
  ["project without a number", projectNode(company(), sampleProject(34, { city: "Austin", startDate: "2026-01-05" }))],
  ["project, inactive", projectNode(company(), sampleProject(34, { active: false, stage: "Closed" }))],
  [
    "project with hostile texts",
    projectNode(company(), sampleProject(34, { name: hostile, number: hostile, city: hostile, stage: hostile })),
  ],
  ["more, total known", moreNode(company(), { loaded: 300, total: 10_482 })],
  ["more, total unknown", moreNode(company(), { loaded: 1200 })],
  ["more, total too small to be true", moreNode(company(), { loaded: 300, total: 300 })],
  ["no projects", noProjects("authorizationCode")],
  ["no projects, service account", noProjects("clientCredentials")],
  ["no companies, sandbox", noCompanies("development-sandbox")],
  ["no companies, production", noCompanies("production")],
  ["tool", tool("drawings")],
  ["tool with a known address", tool("rfis")],
  ["item with everything", itemNode(tool("rfis"), sampleItem(56, { number: "0012", title: "Door", status: "open" }))],
  ["item of which nothing is known", itemNode(tool("directory"), sampleItem(56))],
  ["item without a number", itemNode(tool("dailyLogs"), sampleItem(56, { title: "2026-01-05", status: "completed" }))],
  ["folder", itemNode(tool("documents"), sampleItem(56, { title: "Permits", status: "folder", shape: "folder" }))],
  [
    "item with hostile texts",
    itemNode(tool("rfis"), sampleItem(56, { number: hostile, title: hostile, status: hostile })),
  ],
  ["more items", moreNode(tool("rfis"), { loaded: 300, total: 642 })],
  ["no items", { kind: "noItems", id: "company:12/project:34/tool:rfis/noItems", parent: tool("rfis") }],
  ["tool that is closed: 403", closed(403, "Forbidden")],
  ["tool that is closed: 404", closed(404, "")],
  [
    "app not installed, seen from a tool",
    problemNode(tool("rfis"), new ProcoreError({ kind: "appNotConnected" }), "branch"),
  ],
];

const page = (title: string): Instead => ({ kind: "webPage", title });

type Named = readonly [string, Failure];

const failures: readonly Named[] = [
  ["signed out", { kind: "signedOut" }],
  ["refresh token spent", { kind: "signedOut", reason: "refreshTokenSpent" }],
  ["no refresh token", { kind: "signedOut", reason: "noRefreshToken" }],
  ["not kept", { kind: "signedOut", reason: "notKept" }],
  ["not kept, Linux", { kind: "signedOut", reason: "notKept", keyring: "linux" }],
  ["not kept, Windows", { kind: "signedOut", reason: "notKept", keyring: "windows" }],
  ["not kept, macOS", { kind: "signedOut", reason: "notKept", keyring: "macos" }],
  ["not kept, remote", { kind: "signedOut", reason: "notKept", keyring: "remote" }],
  ["older copy", { kind: "signedOut", reason: "olderCopy" }],
  ["nobody used it", { kind: "signedOut", reason: "unused" }],
  ["browser's store replaced", { kind: "signedOut", reason: "storeReplaced" }],
  ["browser's store replaced, reloaded", { kind: "signedOut", reason: "keyLost" }],
  ["in another window's memory", { kind: "signedOut", reason: "inAnotherWindow" }],
  ["credentials rejected", { kind: "credentialsRejected", environment: "Production", host: "login.procore.com" }],
  ["older copy", { kind: "signedOut", reason: "olderCopy" }],
  ["store replaced", { kind: "signedOut", reason: "storeReplaced" }],
  ["in another window", { kind: "signedOut", reason: "inAnotherWindow" }],
  [
    "service account missing",
    { kind: "serviceAccountMissing", environment: "Development Sandbox", host: "login-sandbox.procore.com" },
  ],
  ["code rejected", { kind: "codeRejected" }],
  ["OAuth error", { kind: "oauth", error: "server_error", description: "Oops", status: 500 }],
  ["host not found", { kind: "network", cause: "hostNotFound", host: "api.procore.com" }],
  ["refused", { kind: "network", cause: "refused", host: "api.procore.com" }],
  ["reset", { kind: "network", cause: "reset", host: "api.procore.com" }],
  ["refused on this machine", { kind: "network", cause: "refused", host: "127.0.0.1:3000" }],
  ["timeout behind a proxy", { kind: "network", cause: "timeout", host: "api.procore.com", proxy: "proxy.test:3128" }],
  ["timeout", { kind: "network", cause: "timeout", host: "api.procore.com" }],
  ["certificate", { kind: "network", cause: "certificate", host: "api.procore.com" }],
  ["certificate out of date", { kind: "network", cause: "certificateExpired", host: "api.procore.com" }],
  ["certificate of another host", { kind: "network", cause: "certificateHost", host: "api.procore.com" }],
  ["TLS", { kind: "network", cause: "tls", host: "api.procore.com" }],
  ["old TLS", { kind: "network", cause: "tlsVersion", host: "api.procore.com" }],
  ...(["proxyUnreachable", "proxyAuthentication", "proxyRefused"] as const).map(
    (cause) =>
      [cause, { kind: "network", cause, host: "api.procore.com", proxy: "proxy.test:3128" }] as const satisfies Named,
  ),
  ["a proxy without a name", { kind: "network", cause: "proxyAuthentication", host: "api.procore.com" }],
  ["unreadable", { kind: "network", cause: "unreadable", host: "api.procore.com" }],
  ["reply too large", { kind: "network", cause: "replyTooLarge", host: "api.procore.com" }],
  ["not allowed", { kind: "network", cause: "notAllowed", host: "evil.test" }],
  ["other network failure", { kind: "network", cause: "other", host: "api.procore.com", code: "EPIPE" }],
  ...[400, 401, 403, 404, 405, 406, 408, 409, 413, 418, 422].map(
    (status) =>
      [String(status), { kind: "http", status, message: "No", host: "api.procore.com" }] as const satisfies Named,
  ),
  ["404 without words", { kind: "http", status: 404, message: "", host: "api.procore.com" }],
  ["a code", { kind: "http", status: 422, message: "No", code: "INVALID_PROPERTY", host: "api.procore.com" }],
  ["a code in the words", { kind: "http", status: 422, message: "No: X_1", code: "X_1", host: "api.procore.com" }],
  [
    "a tool that is off",
    { kind: "http", status: 403, message: "No access", code: "TOOL_OFF", host: "api.procore.com" },
  ],
  ["no company", { kind: "http", status: 400, message: "Company", code: "MISSING_COMPANY", host: "api.procore.com" }],
  [
    "503, with what support asks for",
    {
      kind: "http",
      status: 503,
      message: "Busy",
      host: "api.procore.com",
      requestId: "0b1c2d3e-0000-4000-8000-000000000001",
      at: Date.UTC(2026, 10, 22, 12),
    },
  ],
  ["only a part", { kind: "http", status: 207, message: "b: Locked (LOCKED)", host: "api.procore.com" }],
  ["503 on this machine", { kind: "http", status: 503, message: "Busy", host: "127.0.0.1:3000" }],
  ["503 elsewhere", { kind: "http", status: 503, message: "", host: "procore.example.com" }],
  [
    "a filter's page",
    { kind: "http", status: 403, message: "Blocked", host: "api.procore.com", instead: page("Blocked") },
  ],
  ["511", { kind: "http", status: 511, message: "", host: "api.procore.com", instead: { kind: "networkSignIn" } }],
  [
    "a captive portal",
    { kind: "unexpectedReply", host: "api.procore.com", expected: "JSON", instead: page("Hotel Wi-Fi") },
  ],
  [
    "a web page of an own host",
    { kind: "unexpectedReply", host: "procore.example.com", expected: "JSON", instead: page("") },
  ],
  [
    "a redirect to elsewhere",
    {
      kind: "unexpectedReply",
      host: "api.procore.com",
      expected: "JSON",
      instead: { kind: "redirect", host: "wifi.hotel.test" },
    },
  ],
  ["nothing", { kind: "unexpectedReply", host: "procore.example.com", expected: "JSON" }],
  ["web address refused", { kind: "webAddressRefused", host: "api.procore.com" }],
  ["session busy", { kind: "sessionBusy" }],
  ["app not connected", { kind: "appNotConnected" }],
  ["rate limited", { kind: "rateLimited" }],
  [
    "unexpected reply",
    { kind: "unexpectedReply", host: "api.procore.com", expected: "a list of projects", path: "0.id" },
  ],
  [
    "addresses changed",
    { kind: "addressesChanged", environment: "Acme", was: "https://a.test", now: "https://b.test" },
  ],
  ["environment gone", { kind: "environmentGone", environment: "Acme" }],
  ["sandbox stopped", { kind: "sandboxStopped" }],
  ["storage", { kind: "storage", what: "The session", doing: "read" }],
  ["session busy", { kind: "sessionBusy" }],
  ["session overtaken", { kind: "sessionOvertaken" }],
  ["newer version", { kind: "newerVersion", what: "The session" }],
  ["damaged", { kind: "damaged", what: "The session" }],
];

const failed = (failure: Failure): TreeNode => problemNode(company(), new ProcoreError(failure), "branch");

describe("describeRow", () => {
  it("shows every row in the reviewed words", () => {
    assertGolden("explorer/rows", rows.map(([name, node, about]) => `# ${name}\n${rowText(node, about)}`).join("\n\n"));
  });

  it("says in words whatever it says by colour", () => {
    const coloured = rows
      .map(([name, node, about]) => ({ name, row: describeRow(node, undefined, about) }))
      .filter(({ row }) => row.icon.color !== undefined);
    assert.ok(coloured.length > 5);
    const wordless = coloured.filter(
      ({ row }) => !/inactive|not installed|gone|no access|Error|failed|off/u.test(row.accessibilityLabel),
    );
    assert.deepEqual(
      wordless.map(({ name, row }) => `${name}: ${row.accessibilityLabel}`),
      [],
    );
  });

  it("shows every failure with its action", () => {
    const blocks = failures.map(([name, failure]) => `# ${name}\n${rowText(failed(failure))}`);
    const own = problemNode(undefined, new TypeError("secret detail"), "branch");
    assertGolden("explorer/failureRows", [...blocks, `# an error of our own\n${rowText(own)}`].join("\n\n"));
  });

  it("offers what helps for the connection that the row is of, which may not be the active one", () => {
    const refused: Failure = { kind: "http", status: 401, message: "", host: "api.procore.com" };
    const action = (failure: Failure) => describeRow(failed(failure), undefined, { connectionId: "c-1" }).action;
    assert.deepEqual(action(refused)?.command, "procore.signIn");
    assert.deepEqual(action(refused)?.parameters, [{ connection: "c-1" }]);
    assert.deepEqual(action({ kind: "newerVersion", what: "Your sign-in" })?.parameters, []);
  });

  it("repeats what failed: the branch, or the next page", () => {
    const error = new ProcoreError({ kind: "rateLimited" });
    const command = (node: TreeNode): string | undefined => describeRow(node).action?.command;
    assert.equal(command(problemNode(company(), error, "branch")), "procore.refreshExplorer");
    assert.equal(command(problemNode(undefined, error, "branch")), "procore.refreshExplorer");
    assert.equal(command(problemNode(company(), error, "nextPage")), "procore.loadMore");
  });

  it("says on a tool's own row that it is closed, once that is known", () => {
    const { description, icon, accessibilityLabel, tooltip } = describeRow(tool("changeEvents"), [closed(403, "")]);
    assert.equal(tooltip.at(-1), "This tool: no access or not enabled.");
    assert.equal(description, "no access or not enabled");
    assert.equal(icon.color, "disabledForeground");
    assert.match(accessibilityLabel, /no access or not enabled$/u);
    assert.equal(describeRow(tool("changeEvents"), []).description, undefined);
  });

  it("takes 403 and 404 for a closed tool only where a tool's list was asked for", () => {
    const error = new ProcoreError({ kind: "http", status: 403, message: "", host: "api.procore.com" });
    const server = new ProcoreError({ kind: "http", status: 500, message: "", host: "api.procore.com" });
    assert.equal(problemNode(tool("rfis"), error, "branch").kind, "noAccess");
    assert.equal(problemNode(tool("rfis"), error, "nextPage").kind, "failed");
    assert.equal(problemNode(tool("rfis"), server, "branch").kind, "failed");
    assert.equal(problemNode(company(), error, "branch").kind, "failed");
  });

  it("says that a tool is off where Procore says so", () => {
    const failure = { kind: "http", status: 403, message: "Off", code: "TOOL_OFF", host: "api.procore.com" } as const;
    const row = describeRow(problemNode(tool("rfis"), new ProcoreError(failure), "branch"));
    assert.equal(row.label, "Tool is off");
    assert.match(String(row.tooltip), /An admin switches the tool on/u);
  });

  it("takes a web page with 403 or 404 for what it is: a network in between, which says nothing of the tool", () => {
    for (const status of [403, 404]) {
      const instead = { kind: "webPage", title: "Blocked by policy" } as const;
      const error = new ProcoreError({ kind: "http", status, message: "Blocked", host: "api.procore.com", instead });
      assert.equal(problemNode(tool("rfis"), error, "branch").kind, "failed", String(status));
    }
  });

  it("tells an empty company from a failed one", () => {
    const empty = describeRow(noProjects("authorizationCode"));
    for (const [, failure] of failures) {
      const row = describeRow(failed(failure));
      assert.notEqual(row.label, empty.label);
      assert.notEqual(row.icon.id, empty.icon.id);
      assert.notEqual(row.contextValue, empty.contextValue);
    }
  });

  it("begins with a headline of a few words that no host or name is in", () => {
    for (const [name, failure] of failures) {
      if (failure.kind === "appNotConnected") continue;
      const { label } = describeRow(failed(failure));
      assert.match(label, /^[A-Z][\w' -]{5,30}$/u, name);
      assert.ok(label.split(" ").length <= 5, name);
    }
  });

  it("shows a missing installation as such only below a company", () => {
    const error = new ProcoreError({ kind: "appNotConnected" });
    assert.equal(problemNode(company(), error, "branch").kind, "notConnected");
    assert.equal(problemNode(undefined, error, "branch").kind, "failed");
  });

  it("lets no control, bidirectional or icon syntax through, whatever the names", () => {
    const text = fc.string({ unit: "binary", maxLength: 30 });
    fc.assert(
      fc.property(text, text, text, (name, number, city) => {
        const parent = companyNode(sampleCompany(1, { name: `$(x)${name}\u202e` }), "onDemand");
        const project = projectNode(parent, sampleProject(2, { name: `${name}\n`, number, city, stage: name }));
        for (const node of [parent, project]) {
          const { label, description, tooltip, accessibilityLabel } = describeRow(node);
          for (const shown of [label, description ?? "", ...tooltip, accessibilityLabel]) {
            assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\$\(/u);
          }
        }
      }),
    );
  });

  it("keeps ids apart whatever the server sends as an id", () => {
    const id = fc.string({ maxLength: 6 });
    fc.assert(
      fc.property(id, id, id, id, (one, other, inOne, inOther) => {
        fc.pre(one !== other || inOne !== inOther);
        const idOf = (company: string, project: string): string => {
          const parent = companyNode(sampleCompany(1, { id: companyId(company) }), "onDemand");
          return projectNode(parent, sampleProject(1, { id: projectId(project) })).id;
        };
        assert.notEqual(idOf(one, inOne), idOf(other, inOther));
      }),
    );
  });
});
