import assert from "node:assert/strict";
import { advice, type Failure } from "../../../../src/core/errors.ts";

type HttpFailure = Extract<Failure, { kind: "http" }>;

const told = (failure: Omit<HttpFailure, "kind">) => advice({ kind: "http", ...failure });

describe("what a person reads of an error status", () => {
  const statuses: readonly (readonly [status: number, message: string, said: string])[] = [
    [503, "503 Service Unavailable", "503: Service Unavailable. "],
    [503, "503: Busy", "503: Busy. "],
    [502, "HTTP Error 502 - Bad gateway", "502: Bad gateway. "],
    [500, "Error 500", "500. "],
    [503, "503", "503. "],
    [503, "Service 503 is unavailable", "503: Service 503 is unavailable. "],
    [503, "5035 rows are locked", "503: 5035 rows are locked. "],
    [503, "502 Bad Gateway", "503: 502 Bad Gateway. "],
    [404, "404 is no project", "404: is no project. "],
  ];
  for (const [status, message, said] of statuses) {
    it(`has the status once: ${status} "${message}"`, () => {
      const words = told({ status, message, host: "api.procore.com" }).message;
      assert.ok(words.startsWith(`api.procore.com answered ${said}`), words);
    });
  }

  for (const status of [400, 403, 404, 405, 409, 422]) {
    it(`asks for no permission, company or tool where the login service answered ${status}`, () => {
      const { headline, message } = told({ status, message: "No", host: "login.procore.com", from: "login" });
      assert.equal(headline, "Login service refused");
      assert.match(message, /^login\.procore\.com answered \d+: No\. A firewall, proxy or VPN on the way/u);
      assert.doesNotMatch(message, /permission|company|tool\b|directory|Correct/iu);
    });
  }

  it("says that a login service is slow, and has trouble, as of every server", () => {
    const of = (status: number) => told({ status, message: "", host: "login.procore.com", from: "login" });
    assert.equal(of(408).headline, "Took too long");
    assert.doesNotMatch(of(408).message, /list/u);
    assert.deepEqual([of(503).headline, of(503).also], ["Procore has trouble", "openStatusPage"]);
  });

  it("offers no Try Again where a success tells of failures: some of it is done", () => {
    const named = told({ status: 207, message: "b: Locked", host: "api.procore.com" });
    assert.equal(named.action, "showLog");
    assert.match(named.message, /^api\.procore\.com answered 207, but not everything went well: b: Locked\. Check/u);
    assert.match(
      told({ status: 207, message: "", host: "api.procore.com" }).message,
      /without a word of what\. Check/u,
    );
  });

  it("leads to the setting where an address of one's own has no login service", () => {
    const own = told({ status: 404, message: "", host: "login.example.com", from: "login" });
    assert.equal(own.action, "openSettings");
    assert.match(own.message, /loginUrl in the setting procore\.environments/u);
    assert.equal(told({ status: 404, message: "", host: "login.procore.com", from: "login" }).action, "retry");
  });
});
