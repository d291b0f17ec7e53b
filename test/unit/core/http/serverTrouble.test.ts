import assert from "node:assert/strict";
import { advice } from "../../../../src/core/errors.ts";
import { apiFailure } from "../../../../src/core/http/apiFailure.ts";

const receivedAt = Date.UTC(2026, 10, 22, 12);
const failureOf = (status: number, headers: Readonly<Record<string, string>>) =>
  apiFailure({ reply: { status, headers, body: "" }, sentAt: receivedAt, receivedAt }, "api.procore.com").failure;
const retryAtOf = (status: number, headers: Readonly<Record<string, string>>): number | undefined => {
  const failure = failureOf(status, headers);
  return failure.kind === "http" ? failure.retryAt : assert.fail(failure.kind);
};

describe("a server that has trouble", () => {
  it("tells when to come again, if a 503 said so", () => {
    const failure = failureOf(503, { "retry-after": "1800" });
    assert.equal(retryAtOf(503, { "retry-after": "1800" }), receivedAt + 1_800_000);
    assert.match(advice(failure).message, /Try again after \d\d:30:00\.$/u);
  });

  it("tells no time otherwise", () => {
    assert.match(advice(failureOf(503, {})).message, /Try again later\.$/u);
    assert.equal(retryAtOf(503, { "retry-after": "0" }), undefined);
    assert.equal(retryAtOf(500, { "retry-after": "1800" }), undefined);
  });
});
