import assert from "node:assert/strict";
import { MissingKeys } from "../../../src/auth/missingKeys.ts";
import { MemoryReloads } from "../../fakes/memoryReloads.ts";

describe("a key that a window lacks", () => {
  it("asks for one reload, and for a sign-in after it", async () => {
    const memory = new MemoryReloads();
    const window = new MissingKeys(memory);
    assert.equal(await window.reason("one", 3), "storeReplaced");
    assert.equal(await window.reason("one", 3), "storeReplaced");
    const reloaded = new MissingKeys(memory);
    assert.equal(await reloaded.reason("one", 3), "keyLost");
    assert.equal(await new MissingKeys(memory).reason("one", 3), "keyLost");
  });

  it("asks anew for another sign-in, another connection, and after the key was there", async () => {
    const memory = new MemoryReloads();
    await new MissingKeys(memory).reason("one", 3);
    const reloaded = new MissingKeys(memory);
    assert.equal(await reloaded.reason("two", 3), "storeReplaced");
    assert.equal(await reloaded.reason("one", 4), "storeReplaced");
    await reloaded.found("one");
    assert.equal(await new MissingKeys(memory).reason("one", 4), "storeReplaced");
  });
});
