import assert from "node:assert/strict";
import { createAttempt, type Account, type Attempt } from "../../../../src/auth/signIn/attempt.ts";
import { Drafts } from "../../../../src/auth/signIn/drafts.ts";
import { builtInEnvironments } from "../../../../src/core/procore/environments.ts";
import { companyId } from "../../../../src/core/procore/ids.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { sampleConnection } from "../../../fakes/sampleConnection.ts";

const environment = builtInEnvironments.find(({ id }) => id === "development-sandbox");
const connection = sampleConnection();
const service = sampleConnection({
  grant: { kind: "clientCredentials", companyId: companyId(12), companyName: undefined },
});

function begin(kept: string | undefined, of = connection): Attempt {
  if (environment?.origins === undefined) return assert.fail("There is no such environment");
  const attempt = createAttempt(
    { ...environment, origins: environment.origins },
    { account: of.grant.kind, connection: of },
  );
  attempt.keptSecret = kept === undefined ? undefined : new Secret(kept);
  attempt.clientSecret = attempt.keptSecret;
  return attempt;
}

/** The secret that the second attempt begins with. */
function secondSecret(first: { readonly kept?: string; readonly typed?: string }, kept?: string): string | undefined {
  const drafts = new Drafts();
  const one = begin(first.kept);
  drafts.resume(one);
  if (first.typed !== undefined) one.clientSecret = new Secret(first.typed);
  const two = begin(kept);
  drafts.resume(two);
  return two.clientSecret?.reveal();
}

describe("what was typed when a connection was to be signed in again", () => {
  it("is there again where no secret is kept", () => assert.equal(secondSecret({ typed: "half" }), "half"));
  it("is there again where the kept one was refused", () =>
    assert.equal(secondSecret({ kept: "old", typed: "half" }, "old"), "half"));
  it("gives way to a secret that was kept since, typed or not", () => {
    assert.equal(secondSecret({ kept: "old", typed: "half" }, "new"), "new");
    assert.equal(secondSecret({ kept: "old" }, "new"), "new");
    assert.equal(secondSecret({ typed: "half" }, "new"), "new");
  });
  it("is nothing where nothing was typed", () => assert.equal(secondSecret({ kept: "old" }), undefined));
  it("does not replace the company of a service account", () => {
    const drafts = new Drafts();
    const one = begin("kept", service);
    drafts.resume(one);
    one.typedCompany = "no number";
    const two = begin("kept", service);
    drafts.resume(two);
    assert.equal(two.typedCompany, "12");
  });
});

describe("what was typed for an environment", () => {
  it("is there again for the same account and addresses only", () => {
    const drafts = new Drafts();
    const start = (account: Account, login?: string): Attempt => {
      if (environment?.origins === undefined) return assert.fail("There is no such environment");
      const origins = { ...environment.origins, ...(login === undefined ? {} : { login }) };
      const attempt = createAttempt({ ...environment, origins }, { account });
      drafts.resume(attempt);
      return attempt;
    };
    start("authorizationCode").clientId = "typed";
    assert.equal(start("clientCredentials").clientId, "");
    assert.equal(start("authorizationCode").clientId, "typed");
    assert.equal(start("authorizationCode", "https://login.elsewhere.test").clientId, "");
  });
});
