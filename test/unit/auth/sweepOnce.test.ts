import assert from "node:assert/strict";
import { mkdtemp, readdir, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { HomeKind } from "../../../src/auth/sessionHome.ts";
import { keptMs } from "../../../src/auth/sessionStates.ts";
import { sweepSessions } from "../../../src/auth/upkeep/sweep.ts";
import { createSweep, type Sweep } from "../../../src/auth/sweepOnce.ts";
import { hourMs } from "../../../src/core/clock.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { removeFolder } from "../../harness/removeFolder.ts";
import { asked, createWorld, id, openWindow } from "./sessionWindows.ts";

const removed = "0b3c1a52-5a0e-4b7b-9a53-2f8d1c1e7a11";
const ledger = `${removed}.json`;
const sealed = "5d1f7c3e-2b8a-4c57-9f0d-6a1be2c3d4e5.sealed";

describe("the sweep of a window", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "procore-explorer-"));
  });
  afterEach(async () => await removeFolder(folder));

  /** Old files of a session that nobody opened, and of a connection that was removed. */
  async function leave(): Promise<void> {
    const at = new Date(Date.now() - keptMs - hourMs);
    for (const name of [ledger, sealed]) {
      await writeFile(path.join(folder, name), "x");
      await utimes(path.join(folder, name), at, at);
    }
  }

  async function createSwept(home: HomeKind): Promise<{ readonly sweep: Sweep; readonly forgotten: string[] }> {
    const { connections } = await openWindow(createWorld());
    const forgotten: string[] = [];
    const forgetUnlisted = async (connectionId: string): Promise<"forgotten"> => {
      forgotten.push(connectionId);
      return "forgotten";
    };
    await leave();
    const sessions = { forgetUnlisted };
    const sweep = createSweep({ clock: systemClock, home, connections, sessions, sweepSessions, folder });
    return { sweep, forgotten };
  }

  it("forgets the secrets of removed connections where all windows share them, and looks once", async () => {
    const { sweep, forgotten } = await createSwept("secretStorage");
    await sweep(id, 0, "renewal");
    assert.deepEqual(forgotten, [removed]);
    assert.deepEqual(await readdir(folder), []);
    await leave();
    await sweep(id, 0, "renewal");
    await sweep(id, 0, "signIn");
    assert.deepEqual(forgotten, [removed]);
  });

  it("writes no secret behind a renewal where each window has its own copy: those go at the next sign-in", async () => {
    const { sweep, forgotten } = await createSwept("sealedFile");
    await sweep(id, 0, "renewal");
    assert.deepEqual(forgotten, []);
    assert.deepEqual(await readdir(folder), [ledger]);
    await sweep(id, 0, "signIn");
    assert.deepEqual(forgotten, [removed]);
    assert.deepEqual(await readdir(folder), []);
  });

  it("waits for a server that is not on this machine", async () => {
    const { sweep, forgotten } = await createSwept("secretStorage");
    await sweep("not listed yet", 0, "signIn");
    assert.deepEqual(forgotten, []);
    await sweep(asked.id, 0, "signIn");
    assert.deepEqual(forgotten, [removed]);
  });
});
