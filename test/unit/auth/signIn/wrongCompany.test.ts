import assert from "node:assert/strict";
import { type Failure, ProcoreError } from "../../../../src/core/errors.ts";
import { companyId } from "../../../../src/core/procore/ids.ts";
import { wrongCompanyWords } from "../../../../src/auth/signIn/wrongCompany.ts";

const host = "api.procore.com";
const http = (status: number, more: Partial<Extract<Failure, { kind: "http" }>> = {}): Failure => ({
  kind: "http",
  status,
  message: "Not Found",
  host,
  ...more,
});
const words = (failure: Failure): string | undefined => wrongCompanyWords(new ProcoreError(failure), companyId(7));

describe("wrongCompanyWords", () => {
  it("says so when Procore itself refuses the company", () => {
    for (const status of [400, 403, 404]) {
      assert.match(
        words(http(status)) ?? "",
        /^Company 7 does not know this service account \(api\.procore\.com answered/u,
      );
    }
    assert.match(words({ kind: "appNotConnected" }) ?? "", /^The app is not installed in company 7\./u);
  });

  const others: readonly (readonly [string, Failure])[] = [
    ["a web filter's page", http(403, { instead: { kind: "webPage", title: "Blocked by policy" } })],
    ["a page that is not found", http(404, { instead: { kind: "webPage", title: "Not here" } })],
    ["trouble at Procore", http(503)],
    ["no network", { kind: "network", cause: "timeout", host }],
  ];
  for (const [name, failure] of others) {
    it(`says nothing of the company for ${name}, so that the new session is kept`, () => {
      assert.equal(words(failure), undefined);
    });
  }

  it("says nothing of errors that nobody foresaw", () => {
    assert.equal(wrongCompanyWords(new TypeError("ours"), companyId(7)), undefined);
  });
});
