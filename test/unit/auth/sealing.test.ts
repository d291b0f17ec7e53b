import assert from "node:assert/strict";
import * as fc from "fast-check";
import { createKey, seal, unseal } from "../../../src/auth/sealing.ts";
import { ProcoreError } from "../../../src/core/errors.ts";

/** What came of it: the kind of what was found, or of the failure. */
function endOf(work: () => string): string {
  try {
    return work();
  } catch (error) {
    return error instanceof ProcoreError ? error.failure.kind : String(error);
  }
}

const context = { connectionId: "connection-1", rotation: 7 };

describe("sealing", () => {
  it("gives back any text to who has the key", () => {
    const key = createKey();
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
        assert.deepEqual(unseal(seal(text, key, context), key, context.connectionId), {
          kind: "open",
          text,
          rotation: 7,
        });
      }),
    );
  });

  it("shows nothing of the text, and never the same twice", () => {
    const key = createKey();
    const [one, other] = [seal("access-token-1", key, context), seal("access-token-1", key, context)];
    assert.notEqual(one, other);
    assert.equal(one.includes(Buffer.from("access-token").toString("base64").slice(0, 12)), false);
  });

  const sealed = seal("text", Buffer.alloc(32, 1), context);
  const change = (field: string, value: unknown): string =>
    JSON.stringify({ ...(JSON.parse(sealed) as object), [field]: value });
  for (const [name, text, key, connectionId, kind] of [
    ["another key", sealed, Buffer.alloc(32, 2), "connection-1", "locked"],
    ["another connection", sealed, Buffer.alloc(32, 1), "connection-2", "locked"],
    ["a changed rotation", change("rotation", 8), Buffer.alloc(32, 1), "connection-1", "locked"],
    ["a changed text", change("text", "AAAA"), Buffer.alloc(32, 1), "connection-1", "locked"],
    ["a short tag", change("tag", "AAAA"), Buffer.alloc(32, 1), "connection-1", "locked"],
    ["a newer version", change("v", 2), Buffer.alloc(32, 1), "connection-1", "newerVersion"],
    ["half a file", sealed.slice(0, 40), Buffer.alloc(32, 1), "connection-1", "damaged"],
  ] as const) {
    it(`does not open with ${name}`, () =>
      assert.equal(
        endOf(() => unseal(text, key, connectionId).kind),
        kind,
      ));
  }
});
