import assert from "node:assert/strict";
import * as fc from "fast-check";
import { ProcoreError, type Failure } from "../../../src/core/errors.ts";
import type { Company } from "../../../src/core/procore/companies.ts";
import { companyId, projectId } from "../../../src/core/procore/ids.ts";
import {
  companyNode,
  moreNode,
  problemNode,
  projectNode,
  type CompanyNode,
  type TreeNode,
} from "../../../src/explorer/nodes.ts";
import { describeRow } from "../../../src/explorer/rows.ts";
import { sampleCompany, sampleProject } from "../../fakes/fakeProcoreClient.ts";
import { environmentParts } from "../../fakes/sampleConnection.ts";
import { assertGolden } from "../../golden/goldenText.ts";
import { rowText } from "./rowText.ts";

const company = (changes: Partial<Company> = {}): CompanyNode => companyNode(sampleCompany(12, changes), "onDemand");
const noCompanies = (id: string): TreeNode => ({
  kind: "noCompanies",
  id: "noCompanies",
  environment: environmentParts(id).environment,
});
const hostile = "$(trash) \u202eeman\u202c [click](command:evil)\n![x](https://evil.test/x) <img src=x> \u0007";

const rows: readonly (readonly [string, TreeNode])[] = [
  ["company", company()],
  ["company, inactive", company({ isActive: false })],
  ["company, the only one", companyNode(sampleCompany(12), "byItself")],
  ["company without a name", company({ name: " " })],
  ["company with a hostile name", company({ name: hostile })],
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
  ["no projects", { kind: "noProjects", id: "company:12/noProjects", parent: company() }],
  ["no companies, sandbox", noCompanies("development-sandbox")],
  ["no companies, production", noCompanies("production")],
];

const failures: readonly (readonly [string, Failure])[] = [
  ["signed out", { kind: "signedOut" }],
  ["refresh token spent", { kind: "signedOut", reason: "refreshTokenSpent" }],
  ["no refresh token", { kind: "signedOut", reason: "noRefreshToken" }],
  ["not kept", { kind: "signedOut", reason: "notKept" }],
  ["not kept, Linux", { kind: "signedOut", reason: "notKept", keyring: "linux" }],
  ["not kept, Windows", { kind: "signedOut", reason: "notKept", keyring: "windows" }],
  ["not kept, macOS", { kind: "signedOut", reason: "notKept", keyring: "macos" }],
  ["not kept, remote", { kind: "signedOut", reason: "notKept", keyring: "remote" }],
  ["older copy", { kind: "signedOut", reason: "olderCopy" }],
  ["browser's store replaced", { kind: "signedOut", reason: "storeReplaced" }],
  ["browser's store replaced, reloaded", { kind: "signedOut", reason: "keyLost" }],
  ["in another window's memory", { kind: "signedOut", reason: "inAnotherWindow" }],
  ["credentials rejected", { kind: "credentialsRejected", environment: "Production", host: "login.procore.com" }],
  ["code rejected", { kind: "codeRejected" }],
  ["OAuth error", { kind: "oauth", error: "server_error", description: "Oops", status: 500 }],
  ["host not found", { kind: "network", cause: "hostNotFound", host: "api.procore.com" }],
  ["refused", { kind: "network", cause: "refused", host: "api.procore.com" }],
  ["reset", { kind: "network", cause: "reset", host: "api.procore.com" }],
  ["timeout", { kind: "network", cause: "timeout", host: "api.procore.com" }],
  ["certificate", { kind: "network", cause: "certificate", host: "api.procore.com" }],
  ["TLS", { kind: "network", cause: "tls", host: "api.procore.com" }],
  ["reply too large", { kind: "network", cause: "replyTooLarge", host: "api.procore.com" }],
  ["not allowed", { kind: "network", cause: "notAllowed", host: "evil.test" }],
  ["other network failure", { kind: "network", cause: "other", host: "api.procore.com", code: "EPIPE" }],
  ["401", { kind: "http", status: 401, message: "Unauthorized", host: "api.procore.com" }],
  ["403", { kind: "http", status: 403, message: "Forbidden", host: "api.procore.com" }],
  ["404", { kind: "http", status: 404, message: "", host: "api.procore.com" }],
  ["503", { kind: "http", status: 503, message: "Busy", host: "api.procore.com" }],
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
    assertGolden("explorer/rows", rows.map(([name, node]) => `# ${name}\n${rowText(node)}`).join("\n\n"));
  });

  it("shows every failure with its action", () => {
    const blocks = failures.map(([name, failure]) => `# ${name}\n${rowText(failed(failure))}`);
    const own = problemNode(undefined, new TypeError("secret detail"), "branch");
    assertGolden("explorer/failureRows", [...blocks, `# an error of our own\n${rowText(own)}`].join("\n\n"));
  });

  it("repeats what failed: the branch, or the next page", () => {
    const error = new ProcoreError({ kind: "rateLimited" });
    const command = (node: TreeNode): string | undefined => describeRow(node).action?.command;
    assert.equal(command(problemNode(company(), error, "branch")), "procore.refreshExplorer");
    assert.equal(command(problemNode(undefined, error, "branch")), "procore.refreshExplorer");
    assert.equal(command(problemNode(company(), error, "nextPage")), "procore.loadMore");
  });

  it("tells an empty company from a failed one", () => {
    const empty = describeRow({ kind: "noProjects", id: "e", parent: company() });
    for (const [, failure] of failures) {
      const row = describeRow(failed(failure));
      assert.notEqual(row.label, empty.label);
      assert.notEqual(row.icon.id, empty.icon.id);
      assert.notEqual(row.contextValue, empty.contextValue);
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
