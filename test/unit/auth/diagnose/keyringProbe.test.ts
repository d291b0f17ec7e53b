import assert from "node:assert/strict";
import { createRoundTrip } from "../../../../src/auth/diagnose/keyringProbe.ts";
import type { SecretStore } from "../../../../src/auth/vault.ts";

/** A store whose calls can be replaced; `kept` is what is left in it. */
function storeWith(changes: Partial<SecretStore> = {}) {
  const kept = new Map<string, string>([["procore.session.1", "somebody's"]]);
  const store: SecretStore = {
    get: async (key) => kept.get(key),
    store: async (key, value) => void kept.set(key, value),
    delete: async (key) => void kept.delete(key),
    ...changes,
  };
  const troubles: unknown[] = [];
  return { kept, troubles, roundTrip: createRoundTrip(store, (error) => troubles.push(error)) };
}

describe("the try of the keyring", () => {
  it("leaves nothing behind, and touches nothing else", async () => {
    const { roundTrip, kept } = storeWith();
    assert.deepEqual(await roundTrip(), { kind: "kept" });
    assert.deepEqual([...kept], [["procore.session.1", "somebody's"]]);
  });

  it("notices a keyring that forgets, changes or does not delete", async () => {
    assert.deepEqual(await storeWith({ get: async () => undefined }).roundTrip(), { kind: "changed" });
    const { roundTrip, kept } = storeWith({ get: async () => "another" });
    assert.deepEqual(await roundTrip(), { kind: "changed" });
    assert.equal(kept.size, 1, "it is deleted all the same");
    assert.deepEqual(await storeWith({ delete: async () => undefined }).roundTrip(), { kind: "notDeleted" });
  });

  for (const [call, doing] of [
    ["store", "write"],
    ["get", "read"],
    ["delete", "delete"],
  ] as const) {
    it(`tells that ${call} failed, and quotes nothing of what it said`, async () => {
      let given = "";
      const fails = async (_key: string, value = ""): Promise<never> => {
        given = value;
        throw new Error("The keyring is locked");
      };
      const { roundTrip, troubles } = storeWith({ [call]: fails });
      const result = await roundTrip();
      assert.equal(result.kind, "failed");
      assert.deepEqual("failure" in result ? result.failure : undefined, {
        kind: "storage",
        what: "A value that tries the keyring",
        doing,
      });
      assert.equal(troubles.length, 1);
      assert.ok(given === "" || !JSON.stringify(result).includes(given));
    });
  }
});
