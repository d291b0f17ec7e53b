import assert from "node:assert/strict";
import { fuzzReplies } from "../../fuzz/run.ts";

describe("made-up replies", () => {
  // `npm run bench -- fuzz` takes 100,000.
  it("end every call well or in a foreseen failure, and no token comes out", async () => {
    const { ends, troubles } = await fuzzReplies({ seed: 1, count: 3_000 });
    assert.deepEqual(troubles.slice(0, 3), []);
    // The replies are no good when they do not reach the failures that they are for.
    for (const kind of ["well", "http", "network", "rateLimited", "appNotConnected", "unexpectedReply"]) {
      assert.ok((ends.get(kind) ?? 0) > 2, `${kind}: ${ends.get(kind) ?? 0}`);
    }
    for (const kind of ["oauth", "credentialsRejected", "codeRejected", "signedOut"]) {
      assert.ok(ends.has(kind), kind);
    }
  }).timeout(60_000);
});
