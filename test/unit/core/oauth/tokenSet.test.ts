import assert from "node:assert/strict";
import { inspect } from "node:util";
import * as fc from "fast-check";
import { ProcoreError } from "../../../../src/core/errors.ts";
import {
  needsRenewal,
  parseStoredTokenSet,
  serializeTokenSet,
  type StoredTokenSet,
} from "../../../../src/core/oauth/tokenSet.ts";
import { Secret } from "../../../../src/core/secret.ts";

const marker = "MARKED-token-MARKED-token-MARKED-token";
const stored: StoredTokenSet = {
  generation: 2,
  rotation: 17,
  tokens: {
    accessToken: new Secret(`${marker}-a`),
    refreshToken: new Secret(`${marker}-r`),
    expiresAt: 1_795_354_200_000,
    lifetimeMs: 5_400_000,
    clockSkewMs: -3_600_000,
  },
};
/** The form of version 1, as it lies in people's stores: it must stay readable. */
const version1 =
  '{"v":1,"generation":2,"rotation":17,"accessToken":"MARKED-token-MARKED-token-MARKED-token-a",' +
  '"refreshToken":"MARKED-token-MARKED-token-MARKED-token-r","expiresAt":1795354200000,"lifetimeMs":5400000,' +
  '"clockSkewMs":-3600000}';

describe("needsRenewal", () => {
  const cases: readonly { name: string; lifetimeMs: number; leftMs: number; needed: boolean }[] = [
    { name: "90 minutes, a minute left", lifetimeMs: 5_400_000, leftMs: 60_000, needed: false },
    { name: "90 minutes, less than a minute left", lifetimeMs: 5_400_000, leftMs: 59_999, needed: true },
    { name: "30 seconds, a tenth left", lifetimeMs: 30_000, leftMs: 3_000, needed: false },
    { name: "30 seconds, less than a tenth left", lifetimeMs: 30_000, leftMs: 2_999, needed: true },
    { name: "past the end", lifetimeMs: 5_400_000, leftMs: -1, needed: true },
    { name: "no lifetime, no end yet", lifetimeMs: 0, leftMs: 1, needed: false },
  ];
  for (const { name, lifetimeMs, leftMs, needed } of cases) {
    it(`${needed ? "yes" : "no"}: ${name}`, () =>
      assert.equal(needsRenewal({ expiresAt: 1_000_000 + leftMs, lifetimeMs }, 1_000_000), needed));
  }
});

describe("the stored form of a token set", () => {
  it("is version 1 as it was", () => {
    assert.equal(serializeTokenSet(stored), version1);
    assert.equal(serializeTokenSet(parseStoredTokenSet(version1)), version1);
  });

  it("keeps that there is no refresh token", () => {
    const text = serializeTokenSet({ ...stored, tokens: { ...stored.tokens, refreshToken: undefined } });
    assert.equal(parseStoredTokenSet(text).tokens.refreshToken, undefined);
  });

  const refused: readonly { name: string; text: string }[] = [
    { name: "a later version", text: version1.replace('"v":1', '"v":2') },
    { name: "a version in words", text: version1.replace('"v":1', '"v":"2026"') },
    { name: "no version", text: version1.replace('"v":1,', "") },
    { name: "half of it", text: version1.slice(0, 80) },
    { name: "nothing", text: "" },
    { name: "a list", text: "[]" },
    { name: "an empty token", text: version1.replace(`${marker}-a`, "") },
    { name: "a token of another type", text: version1.replace(`"${marker}-r"`, "7") },
    { name: "an end without a number", text: version1.replace("1795354200000", "null") },
    { name: "a rotation below zero", text: version1.replace('"rotation":17', '"rotation":-1') },
  ];
  for (const { name, text } of refused) {
    it(`refuses ${name} and quotes nothing of it`, () => {
      assert.throws(
        () => parseStoredTokenSet(text),
        (error) => {
          assert.ok(error instanceof ProcoreError);
          assert.equal(error.failure.kind, name === "a later version" ? "newerVersion" : "damaged");
          assert.ok(!inspect(error, { depth: Infinity, showHidden: true }).includes("MARKED"));
          return true;
        },
      );
    });
  }

  it("takes nothing else, whatever it is", () => {
    fc.assert(fc.property(fc.json(), (text) => assert.throws(() => parseStoredTokenSet(text), ProcoreError)));
  });

  it("does not show its tokens", () => {
    const seen = inspect(parseStoredTokenSet(version1), { depth: Infinity, showHidden: true });
    assert.ok(!seen.includes("MARKED"), seen);
    assert.ok(!JSON.stringify(parseStoredTokenSet(version1)).includes("MARKED"));
  });
});
