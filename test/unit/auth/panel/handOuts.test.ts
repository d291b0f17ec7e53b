import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createLedger } from "../../../../src/auth/ledger.ts";
import { createHandOuts, inUse, type HandOuts } from "../../../../src/auth/panel/handOuts.ts";
import { minuteMs } from "../../../../src/core/clock.ts";
import { ProcoreError } from "../../../../src/core/errors.ts";
import { FakeClock } from "../../../fakes/fakeClock.ts";
import { MemoryLocks } from "../../../fakes/memoryLocks.ts";
import { removeFolder } from "../../../harness/removeFolder.ts";

const id = "0b3c1a52-5a0e-4b7b-9a53-2f8d1c1e7a10";

describe("handOuts", () => {
  let folder: string;
  let clock: FakeClock;
  let handOuts: HandOuts;
  let endsAt: number;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "pe-handouts-"));
    clock = new FakeClock();
    handOuts = createHandOuts({ folder, clock, locks: new MemoryLocks() });
    endsAt = clock.now() + 90 * minuteMs;
  });
  afterEach(() => removeFolder(folder));

  const list = async (): Promise<readonly string[]> => (await handOuts.read(id)).map(({ to }) => to);

  it("has none before the first", async () => {
    assert.deepEqual(await handOuts.read(id), []);
  });

  it("keeps when, whereto and which token, oldest first", async () => {
    const at = clock.now();
    await handOuts.note(id, { to: "clipboard", endsAt });
    await clock.advance(minuteMs);
    await handOuts.note(id, { to: "terminal", endsAt });
    assert.deepEqual(await handOuts.read(id), [
      { at, to: "clipboard", endsAt },
      { at: at + minuteMs, to: "terminal", endsAt },
    ]);
  });

  it("keeps the first and the last of another extension's requests for one token", async () => {
    const at = clock.now();
    for (let request = 0; request < 100; request += 1) {
      await handOuts.note(id, { to: "extension", endsAt });
      await clock.advance(minuteMs / 4);
    }
    const [only, ...more] = await handOuts.read(id);
    assert.deepEqual(more, []);
    assert.equal(only?.at, at);
    assert.equal(only?.lastAt, at + 24 * minuteMs);
    await handOuts.note(id, { to: "extension", endsAt: endsAt + minuteMs });
    assert.deepEqual(await list(), ["extension", "extension"]);
  });

  it("writes nothing for a request that comes within a minute of the last one", async () => {
    await handOuts.note(id, { to: "extension", endsAt });
    const file = path.join(folder, `${id}.handOuts.json`);
    await writeFile(file, (await readFile(file, "utf8")).replace("}]}", "}] }"));
    const before = await readFile(file, "utf8");
    await clock.advance(minuteMs - 1);
    await handOuts.note(id, { to: "extension", endsAt });
    assert.equal(await readFile(file, "utf8"), before);
  });

  it("stays small: the newest fifty", async () => {
    for (let count = 0; count < 60; count += 1) {
      await handOuts.note(id, { to: "clipboard", endsAt });
      await clock.advance(1);
    }
    const kept = await handOuts.read(id);
    assert.equal(kept.length, 50);
    assert.equal(kept.at(-1)?.at, clock.now() - 1);
  });

  it("loses none of two windows that write at once", async () => {
    const locks = new MemoryLocks();
    const windows = [1, 2].map(() => createHandOuts({ folder, clock, locks }));
    await Promise.all(windows.map((window) => window.note(id, { to: "clipboard", endsAt })));
    assert.deepEqual(await list(), ["clipboard", "clipboard"]);
  });

  it("knows which copies a renewal would end", async () => {
    await handOuts.note(id, { to: "clipboard", endsAt: endsAt - minuteMs });
    const closed = await handOuts.note(id, { to: "terminal", endsAt });
    await clock.advance(1);
    const open = await handOuts.note(id, { to: "terminal", endsAt });
    await handOuts.end(id, closed);
    const all = await handOuts.read(id);
    assert.deepEqual(inUse(all, endsAt, clock.now()), [open]);
    assert.deepEqual(inUse(all, endsAt, endsAt), [], "past its end a token is no use to anybody");
  });

  it("leaves a record of another version as it is", async () => {
    const file = path.join(folder, `${id}.handOuts.json`);
    await writeFile(file, `{"v":2,"handOuts":{}}`);
    const isNewer = (error: unknown): boolean => error instanceof ProcoreError && error.failure.kind === "newerVersion";
    await assert.rejects(handOuts.read(id), isNewer);
    await assert.rejects(handOuts.note(id, { to: "clipboard", endsAt }), isNewer);
    assert.equal(await readFile(file, "utf8"), `{"v":2,"handOuts":{}}`);
  });

  it("keeps a damaged record aside and begins a new one", async () => {
    const file = path.join(folder, `${id}.handOuts.json`);
    await writeFile(file, `{"v":1,"handOuts":[{`);
    const isDamaged = (error: unknown): boolean => error instanceof ProcoreError && error.failure.kind === "damaged";
    await assert.rejects(handOuts.read(id), isDamaged);
    await handOuts.note(id, { to: "extension", endsAt });
    assert.deepEqual(await list(), ["extension"]);
    assert.equal(await readFile(`${file}.damaged`, "utf8"), `{"v":1,"handOuts":[{`);
  });

  it("goes with its connection, also when a terminal is closed after that", async () => {
    const open = await handOuts.note(id, { to: "terminal", endsAt });
    await createLedger(folder, clock).forget(id);
    await handOuts.end(id, open);
    assert.deepEqual(await readdir(folder), []);
  });
});
