import assert from "node:assert/strict";
import type { Session } from "../../../src/core/session.ts";
import { isMended, isSameTree } from "../../../src/explorer/sameTree.ts";
import { activeUntil, sampleConnection } from "../../fakes/sampleConnection.ts";

const signedOut = sampleConnection({ session: { kind: "signedOut" } });
const broken = (reason: Extract<Session, { kind: "broken" }>["reason"]) =>
  sampleConnection({ session: { kind: "broken", reason } });

// Most changes are shown in model.test.ts, with what they do to the rows.
describe("isSameTree", () => {
  it("knows that nothing stays nothing", () => assert.equal(isSameTree(undefined, undefined), true));
  it("sees the first connection", () => assert.equal(isSameTree(undefined, sampleConnection()), false));
  it("sees signing in", () => assert.equal(isSameTree(signedOut, sampleConnection()), false));
  it("sees signing out of a broken session", () => assert.equal(isSameTree(broken("notKept"), signedOut), false));
  it("sees a user go", () =>
    assert.equal(isSameTree(sampleConnection(), sampleConnection({ user: undefined })), false));
});

describe("isMended", () => {
  it("is the way from broken to active", () => {
    assert.equal(isMended(broken("notKept"), sampleConnection()), true);
    assert.equal(isMended(sampleConnection(), broken("notKept")), false);
    assert.equal(isMended(broken("notKept"), broken("refreshTokenSpent")), false);
    assert.equal(isMended(signedOut, sampleConnection()), false);
  });
  it("is signing in anew as well, e.g. beside a damaged session, and no renewal", () => {
    const later = activeUntil(Date.UTC(2026, 0, 5, 12, 30));
    assert.equal(isMended(sampleConnection(), sampleConnection({ session: later })), true);
    assert.equal(isMended(sampleConnection(), sampleConnection({ session: later, lastRefreshAt: 1 })), false);
    assert.equal(isMended(sampleConnection(), sampleConnection({ readBackAt: 1 })), false);
    assert.equal(isMended(undefined, sampleConnection()), false);
  });
});
