import assert from "node:assert/strict";
import { actUntil } from "./until.ts";

describe("an act that is repeated until it is seen", () => {
  /** Acts that show from the given one on; at once, so that no test waits. */
  async function acts(showsFrom: number): Promise<number> {
    let count = 0;
    await actUntil(
      "the effect",
      async () => (count += 1),
      async () => count >= showsFrom,
      0,
    );
    return count;
  }

  it("is not done where its effect is there already", async () => assert.equal(await acts(0), 0));
  it("is done once where that shows", async () => assert.equal(await acts(1), 1));
  it("is done again while it does not show, and not once more then", async () => assert.equal(await acts(3), 3));

  it("says what went wrong with the act itself", async () => {
    const act = (): Promise<never> => Promise.reject(new Error("no such button"));
    await assert.rejects(
      actUntil("the effect", act, async () => false, 0),
      /no such button/u,
    );
  });
});
