import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createLedger, generationAfter, type Ledger } from "../../../src/auth/ledger.ts";
import { ProcoreError } from "../../../src/core/errors.ts";
import { FakeClock } from "../../fakes/fakeClock.ts";
import { removeFolder } from "../../harness/removeFolder.ts";

describe("the record of a session", () => {
  let folder = "";
  let ledger: Ledger;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "procore-explorer-"));
    ledger = createLedger(folder, new FakeClock());
  });
  afterEach(async () => await removeFolder(folder));

  it("goes on within a sign-in, also back", async () => {
    await ledger.write("one", { generation: 1, rotation: 3, state: "stored" });
    await ledger.write("one", { generation: 1, rotation: 2, state: "spending" });
    assert.deepEqual(await ledger.read("one"), { generation: 1, rotation: 2, state: "spending" });
  });

  it("is not set back behind a sign-in by a window that stood still meanwhile", async () => {
    const entry = { generation: 2, rotation: 0, state: "stored" } as const;
    await ledger.write("one", entry);
    await ledger.write("one", { generation: 1, rotation: 9, state: "stored" });
    assert.deepEqual(await ledger.read("one"), entry);
  });

  it("keeps which generation was begun last until that one, or a later one, is known", async () => {
    const entry = { generation: 1, rotation: 3, state: "stored" } as const;
    await ledger.begin("one", 1);
    assert.deepEqual(await ledger.read("one"), { generation: 0, rotation: 0, state: "signedOut", begun: 1 });
    await ledger.write("one", entry);
    await ledger.begin("one", 2);
    // By a window that stood still.
    await ledger.begin("one", 1);
    await ledger.write("one", { ...entry, state: "spending" });
    assert.deepEqual(await ledger.read("one"), { ...entry, state: "spending", begun: 2 });
    assert.equal(generationAfter(await ledger.read("one")), 3);
    await ledger.write("one", { ...entry, generation: 2 });
    assert.deepEqual(await ledger.read("one"), { ...entry, generation: 2 });
  });

  it("is written over when it is damaged, and left alone when a newer version wrote it", async () => {
    const entry = { generation: 1, rotation: 0, state: "stored" } as const;
    await writeFile(path.join(folder, "one.json"), "damaged");
    await ledger.write("one", entry);
    assert.deepEqual(await ledger.read("one"), entry);
    await writeFile(path.join(folder, "one.json"), `{"v":2}`);
    await assert.rejects(
      ledger.write("one", entry),
      (error) => error instanceof ProcoreError && error.failure.kind === "newerVersion",
    );
  });
});
