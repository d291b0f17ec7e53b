import assert from "node:assert/strict";
import type { HttpLogEntry } from "../../../src/core/http/httpLog.ts";
import { describeRequest } from "../../../src/platform/networkLog.ts";

const entry: HttpLogEntry = { method: "GET", pathTemplate: "/rest/v1.0/companies/{id}", durationMs: 112.4 };

describe("a line of the network log", () => {
  const cases: readonly (readonly [Partial<HttpLogEntry>, string])[] = [
    [{ status: 200, sizeBytes: 256_100 }, "GET /rest/v1.0/companies/{id} → 200 in 112 ms, 250.1 KB"],
    [
      { status: 429, sizeBytes: 0, requestId: "r-1", retry: 2, queuedMs: 8_024.6 },
      "GET /rest/v1.0/companies/{id} → 429 in 112 ms, 0.0 KB (request r-1), retry 2, queued 8025 ms",
    ],
    [{ failure: "network/reset" }, "GET /rest/v1.0/companies/{id} → network/reset in 112 ms"],
    [{}, "GET /rest/v1.0/companies/{id} → no answer in 112 ms"],
  ];
  for (const [told, line] of cases) it(line, () => assert.equal(describeRequest({ ...entry, ...told }), line));
});
