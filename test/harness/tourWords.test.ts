import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { staleStops, writeWords } from "./tourWords.ts";

describe("the words of the tour", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "pe-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const words = new Map([
    ["01-welcome", "Sign In\n[Try it]"],
    ["02-session", "Local TIME"],
  ]);

  it("are up to date when each stop shows the same", async () => {
    await writeWords(folder, words);
    assert.deepEqual(await staleStops(folder, words), []);
  });

  it("name a stop that shows something else, one that is new and one that is gone", async () => {
    await writeWords(folder, words);
    const now = new Map([
      ["01-welcome", "Sign In"],
      ["03-menu", "Refresh"],
    ]);
    assert.deepEqual(await staleStops(folder, now), ["01-welcome", "03-menu", "02-session"]);
  });

  it("are all out of date where nothing was written yet", async () => {
    assert.deepEqual(await staleStops(folder, words), ["01-welcome", "02-session"]);
  });
});
