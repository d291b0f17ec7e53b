import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { systemClock } from "../../../src/platform/clock.ts";
import { removeFolder } from "../../harness/removeFolder.ts";
import { createRandom, type Random } from "../../sessions/random.ts";
import { createSecretFiles, longestLagMs } from "../../sessions/secretFiles.ts";

const some = (random: Random): readonly number[] => Array.from({ length: 20 }, () => random.next());

describe("the seed of a many-process run", () => {
  it("gives the same numbers, and seeds for others, each time", () => {
    assert.deepEqual(some(createRandom(44)), some(createRandom(44)));
    assert.equal(createRandom(44).seed(), createRandom(44).seed());
  });

  it("gives each process numbers of its own", () => {
    const random = createRandom(44);
    const [one, other] = [random.seed(), random.seed()].map((seed) => some(createRandom(seed)));
    assert.notDeepEqual(one, other);
  });

  it("decides how late other windows see a secret", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "procore-explorer-"));
    try {
      const clock = systemClock;
      const random = createRandom(44);
      const lag = createRandom(44).between(longestLagMs / 2, longestLagMs);
      const before = clock.now();
      await createSecretFiles(folder, { window: "one", clock, random }).store("key", "value");
      const seenAt = await createSecretFiles(folder, { window: "other", clock, random }).seenAt("key");
      assert.ok(seenAt >= before + lag && seenAt <= clock.now() + lag, `${seenAt - before} ms, not ${lag}`);
    } finally {
      await removeFolder(folder);
    }
  });
});
