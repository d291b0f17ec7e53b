import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { keptMs } from "../../../src/auth/sessionStates.ts";
import { type SweepOptions, sweepSessions } from "../../../src/auth/upkeep/sweep.ts";
import { hourMs } from "../../../src/core/clock.ts";
import { removeFolder } from "../../harness/removeFolder.ts";

const known = "0b3c1a52-5a0e-4b7b-9a53-2f8d1c1e7a10";
const gone = "0b3c1a52-5a0e-4b7b-9a53-2f8d1c1e7a11";
const other = "0b3c1a52-5a0e-4b7b-9a53-2f8d1c1e7a12";
const sealed = "5d1f7c3e-2b8a-4c57-9f0d-6a1be2c3d4e5.sealed";
const old = keptMs + hourMs;

describe("the sweep of session files", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "procore-explorer-"));
  });
  afterEach(async () => await removeFolder(folder));

  /** Files of these ages; a name that ends in `/` is a folder. */
  async function put(files: Readonly<Record<string, number>>): Promise<void> {
    for (const [name, ageMs] of Object.entries(files)) {
      const file = path.join(folder, name);
      if (name.endsWith("/")) await mkdir(file);
      else await writeFile(file, "x");
      await age(name, ageMs);
    }
  }
  async function age(name: string, ageMs: number): Promise<void> {
    const at = new Date(Date.now() - ageMs);
    await utimes(path.join(folder, name), at, at);
  }
  const forgotten: string[] = [];
  const forget: SweepOptions["forget"] = async (id) => {
    forgotten.push(id);
    await rm(path.join(folder, `${id}.json`));
    return "forgotten";
  };
  const sweep = (options: Partial<SweepOptions> = {}): Promise<readonly string[]> =>
    sweepSessions({ folder, connectionIds: new Set([known]), serverNow: Date.now(), forget, ...options });

  const cases: readonly { name: string; file: string; ageMs: number; goes: "yes" | "no" }[] = [
    { name: "a sealed session that nobody opened for 30 days", file: sealed, ageMs: old, goes: "yes" },
    { name: "one that was opened a day before that", file: sealed, ageMs: keptMs - 24 * hourMs, goes: "no" },
    { name: "the ledger of a removed connection", file: `${gone}.json`, ageMs: old, goes: "yes" },
    { name: "a young one", file: `${gone}.json`, ageMs: hourMs, goes: "no" },
    { name: "the ledger of a connection, however old", file: `${known}.json`, ageMs: old, goes: "no" },
    { name: "half a file of a killed writer", file: `${sealed}.0b9f2a52.tmp`, ageMs: old, goes: "yes" },
    { name: "what was handed out of a removed connection", file: `${gone}.handOuts.json`, ageMs: old, goes: "yes" },
    { name: "what was handed out of a connection", file: `${known}.handOuts.json`, ageMs: old, goes: "no" },
    { name: "half of such a record", file: `${known}.handOuts.json.0b9f2a52.tmp`, ageMs: old, goes: "yes" },
    { name: "what was set aside as damaged", file: `${gone}.json.damaged`, ageMs: old, goes: "no" },
    { name: "a file of somebody else", file: "notes.txt", ageMs: old, goes: "no" },
  ];
  for (const { name, file, ageMs, goes } of cases) {
    it(`${goes === "yes" ? "deletes" : "leaves"} ${name}`, async () => {
      await put({ [file]: ageMs });
      assert.deepEqual(await sweep(), goes === "yes" ? [file] : []);
      assert.deepEqual(await readdir(folder), goes === "yes" ? [] : [file]);
    });
  }

  it("has the secrets forgotten whose last trace an old ledger is, and those of no other", async () => {
    forgotten.length = 0;
    await put({ [`${gone}.json`]: old, [`${other}.json`]: hourMs, [`${known}.json`]: old, [sealed]: old });
    await sweep();
    assert.deepEqual(forgotten, [gone]);
  });

  it("leaves a ledger whose secrets have to stay", async () => {
    await put({ [`${gone}.json`]: old, [sealed]: old });
    assert.deepEqual(await sweep({ forget: async () => "kept" }), [sealed]);
    assert.deepEqual(await readdir(folder), [`${gone}.json`]);
  });

  it("leaves one whose secrets could not be deleted, deletes the rest, and says why", async () => {
    await put({ [`${gone}.json`]: old, [sealed]: old });
    const locked = new Error("the keyring is locked");
    const sweeping = sweep({ forget: () => Promise.reject(locked) });
    await assert.rejects(sweeping, (error) => error === locked);
    assert.deepEqual(await readdir(folder), [`${gone}.json`]);
  });

  it("goes by the youngest file of a lock", async () => {
    await put({ [`${gone}.lock/`]: old, [`${gone}.lock/1`]: old, [`${gone}.lock/2`]: hourMs });
    await age(`${gone}.lock`, old);
    assert.deepEqual(await sweep(), []);
    await age(`${gone}.lock/2`, old);
    await age(`${gone}.lock`, old);
    assert.deepEqual(await sweep(), [`${gone}.lock`]);
  });

  it("deletes the lock of what was handed out as well", async () => {
    await put({ [`${gone}.handOuts.lock/`]: old, [`${gone}.handOuts.lock/1`]: old });
    await age(`${gone}.handOuts.lock`, old);
    assert.deepEqual(await sweep(), [`${gone}.handOuts.lock`]);
  });

  for (const years of [-3, 3]) {
    it(`deletes nothing when this machine's clock is ${years} years off`, async () => {
      await put({ [sealed]: old });
      assert.deepEqual(await sweep({ serverNow: Date.now() - years * 365 * 24 * hourMs }), []);
      assert.deepEqual(await readdir(folder), [sealed]);
    });
  }
});
