import assert from "node:assert/strict";
import { ProcoreError } from "../../../../src/core/errors.ts";
import { type HeldLock, takeLock } from "../../../../src/platform/connectionLock/index.ts";
import type { LockFiles } from "../../../../src/platform/connectionLock/lockFiles.ts";
import { LockWorld, watch } from "./lockWorld.ts";
import { withSteps } from "./memoryFiles.ts";

/** As on Windows, where a virus scanner or a reader holds a file: each of these calls fails so for a time. */
const busy = (world: LockWorld, { call, code, forMs }: { call: string; code: string; forMs: number }): LockFiles => {
  let since: number | undefined;
  return withSteps(world.files, async (made) => {
    if (made !== call) return;
    since ??= world.clock.now();
    if (world.clock.now() - since < forMs) throw Object.assign(new Error(code), { code });
  });
};

/** Takes and releases the lock while files are busy. */
async function takeAndRelease(world: LockWorld, files: LockFiles): Promise<unknown> {
  const taking = watch(takeLock(world.options(1, { files })));
  await world.clock.advance(5_000);
  const lock: HeldLock | undefined = taking.value();
  if (lock === undefined) return taking.error();
  const releasing = watch(lock.release());
  await world.clock.advance(5_000);
  return releasing.error() ?? "taken and released";
}

describe("the lock where files are busy for a moment", () => {
  for (const call of ["create", "read", "overwriteStart"]) {
    for (const code of ["EPERM", "EACCES", "EBUSY"]) {
      it(`is taken and released when ${call} fails with ${code} for less than two seconds`, async () => {
        const world = new LockWorld();
        const files = busy(world, { call, code, forMs: 1_900 });
        assert.equal(await takeAndRelease(world, files), "taken and released");
      });
    }

    it(`says that it could not be used when ${call} fails for longer`, async () => {
      const world = new LockWorld();
      const error = await takeAndRelease(world, busy(world, { call, code: "EBUSY", forMs: 60_000 }));
      assert.ok(error instanceof ProcoreError && error.failure.kind === "storage", String(error));
    });
  }

  it("does without tidying up for as long as unlink fails", async () => {
    const world = new LockWorld();
    const files = busy(world, { call: "remove", code: "EACCES", forMs: 60_000 });
    assert.equal(await takeAndRelease(world, files), "taken and released");
  });
});
