import assert from "node:assert/strict";
import { readRateLimit } from "../../../../src/core/http/rateLimit.ts";

describe("readRateLimit", () => {
  const full = { "x-rate-limit-limit": "600", "x-rate-limit-remaining": "598", "x-rate-limit-reset": "1795348800" };
  const told = { limit: 600, remaining: 598, resetAt: 1_795_348_800_000 };
  const cases: readonly { name: string; headers: Record<string, string>; limit: typeof told | undefined }[] = [
    { name: "all three", headers: full, limit: told },
    { name: "repeated headers", headers: { ...full, "x-rate-limit-limit": "600, 600" }, limit: told },
    { name: "one missing", headers: { "x-rate-limit-limit": "600", "x-rate-limit-remaining": "1" }, limit: undefined },
    { name: "nonsense", headers: { ...full, "x-rate-limit-remaining": "some" }, limit: undefined },
    { name: "a reset in another unit", headers: { ...full, "x-rate-limit-reset": "1795348800000" }, limit: undefined },
  ];
  for (const { name, headers, limit } of cases) {
    it(`reads ${name}`, () => assert.deepEqual(readRateLimit(headers), limit));
  }
});
