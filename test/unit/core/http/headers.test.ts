import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  readChallenge,
  readClockSkewMs,
  readRequestId,
  readRetryAfter,
  readServerDate,
} from "../../../../src/core/http/headers.ts";
import { readPaging } from "../../../../src/core/http/paging.ts";
import { readRateLimit } from "../../../../src/core/http/rateLimit.ts";

const noon = Date.UTC(2026, 10, 22, 12, 0, 0);
const noonText = "Sun, 22 Nov 2026 12:00:00 GMT";

describe("readServerDate", () => {
  const cases: readonly { text: string; date: number | undefined }[] = [
    { text: noonText, date: noon },
    { text: "Sunday, 22-Nov-26 12:00:00 GMT", date: noon },
    { text: "Sun Nov 22 12:00:00 2026", date: noon },
    { text: "2026-11-22T12:00:00Z", date: undefined },
    { text: "Sun, 22 Nov 2026 12:00:00 +0100", date: undefined },
    { text: "1", date: undefined },
    { text: "", date: undefined },
    { text: "Sun, 99 Nov 2026 12:00:00 GMT", date: undefined },
  ];
  for (const { text, date } of cases) {
    it(`reads "${text}"`, () => assert.equal(readServerDate({ date: text }), date));
  }
});

describe("readClockSkewMs", () => {
  const cases: readonly { name: string; sentAt: number; receivedAt: number; skewMs: number }[] = [
    { name: "agreeing clocks", sentAt: noon, receivedAt: noon + 100, skewMs: 0 },
    { name: "five seconds behind", sentAt: noon - 5_200, receivedAt: noon - 5_000, skewMs: 0 },
    { name: "six seconds behind", sentAt: noon - 6_100, receivedAt: noon - 6_000, skewMs: 6_000 },
    { name: "an hour ahead", sentAt: noon + 3_600_000, receivedAt: noon + 3_600_000, skewMs: -3_600_000 },
    { name: "a reply that took a minute", sentAt: noon - 1_000, receivedAt: noon + 59_000, skewMs: 0 },
  ];
  for (const { name, sentAt, receivedAt, skewMs } of cases) {
    it(`reads ${name}`, () => assert.equal(readClockSkewMs({ date: noonText }, { sentAt, receivedAt }), skewMs));
  }
  it("is 0 without a date", () => assert.equal(readClockSkewMs({}, { sentAt: 0, receivedAt: 0 }), 0));
});

describe("readRetryAfter", () => {
  const cases: readonly { text: string; at: number | undefined }[] = [
    { text: "0", at: noon },
    { text: " 30 ", at: noon + 30_000 },
    { text: noonText, at: noon - 1_000 },
    { text: "-1", at: undefined },
    { text: "1.5", at: undefined },
    { text: "soon", at: undefined },
    { text: "99999999999999999999", at: undefined },
  ];
  for (const { text, at } of cases) {
    it(`reads "${text}"`, () =>
      assert.equal(readRetryAfter({ "retry-after": text }, { receivedAt: noon, clockSkewMs: 1_000 }), at));
  }
});

describe("readRequestId", () => {
  const cases: readonly { text: string; id: string | undefined }[] = [
    { text: "0b1c2d3e-0000-4000-8000-000000000001", id: "0b1c2d3e-0000-4000-8000-000000000001" },
    { text: "Root=1-67891233-abcdef012345678912345678", id: "Root=1-67891233-abcdef012345678912345678" },
    { text: "eyJhbGciOiJub25lIn0", id: undefined },
    { text: "a".repeat(64), id: undefined },
    { text: "two words", id: undefined },
    { text: "", id: undefined },
  ];
  for (const { text, id } of cases) {
    it(`reads "${text}"`, () => assert.equal(readRequestId({ "x-request-id": text }), id));
  }
});

describe("readChallenge", () => {
  it("reads Doorkeeper's", () => {
    const text =
      'Bearer realm="Doorkeeper", error="invalid_token", error_description="The access token \\"x\\" expired"';
    assert.deepEqual(Array.from(readChallenge({ "www-authenticate": text })), [
      ["realm", "Doorkeeper"],
      ["error", "invalid_token"],
      ["error_description", 'The access token "x" expired'],
    ]);
  });
  it("reads unquoted values, and names without case", () =>
    assert.equal(readChallenge({ "www-authenticate": "bearer Error=invalid_token" }).get("error"), "invalid_token"));
  for (const text of ["", "Bearer", 'Basic "', "Negotiate abc==", "Bearer error", 'Bearer error="open']) {
    it(`finds nothing in '${text}'`, () => assert.equal(readChallenge({ "www-authenticate": text }).size, 0));
  }
});

describe("readers of headers", () => {
  it("never throw", () => {
    const text = fc.oneof(fc.string({ unit: fc.nat(0xff).map((unit) => String.fromCharCode(unit)) }), fc.string());
    fc.assert(
      fc.property(text, (value) => {
        const names =
          "date retry-after x-request-id www-authenticate total per-page link x-rate-limit-limit x-rate-limit-remaining x-rate-limit-reset";
        const headers = Object.fromEntries(names.split(" ").map((name) => [name, value]));
        readServerDate(headers);
        readClockSkewMs(headers, { sentAt: 0, receivedAt: 0 });
        readRetryAfter(headers, { receivedAt: 0, clockSkewMs: 0 });
        readRequestId(headers);
        readChallenge(headers);
        readChallenge({ "www-authenticate": `Bearer ${value}` });
        readPaging(headers);
        readRateLimit(headers);
      }),
      { numRuns: 300 },
    );
  });
});
