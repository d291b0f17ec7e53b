import assert from "node:assert/strict";
import { lazily } from "../../../src/core/lazily.ts";

describe("lazily", () => {
  it("loads at the first need, once", async () => {
    let loads = 0;
    const get = lazily(async () => (loads += 1));
    assert.equal(loads, 0);
    assert.deepEqual(await Promise.all([get(), get()]), [1, 1]);
    assert.equal(await get(), 1);
  });

  it("tries again after a failure", async () => {
    let loads = 0;
    const get = lazily(async () => {
      loads += 1;
      if (loads === 1) throw new Error("no file");
      return loads;
    });
    await assert.rejects(get());
    assert.equal(await get(), 2);
  });
});
