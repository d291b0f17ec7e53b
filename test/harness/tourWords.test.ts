import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { removeFolder } from "./removeFolder.ts";
import { comparable, readWords, staleWords, writeWords } from "./tourWords.ts";

describe("the words of the tour", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "pe-"));
  });
  afterEach(() => removeFolder(folder));
  const words = new Map([
    ["01-welcome", "Sign In\n[Try it]"],
    ["02-session", "Local TIME"],
  ]);

  it("are up to date when each stop shows the same", async () => {
    await writeWords(folder, words);
    assert.deepEqual(await readWords(folder), words);
    assert.deepEqual(staleWords(await readWords(folder), words), []);
  });

  it("name a stop that shows something else, one that is new and one that is gone", () => {
    const now = new Map([
      ["01-welcome", "Sign In"],
      ["03-menu", "Refresh"],
    ]);
    assert.deepEqual(staleWords(words, now), [
      "01-welcome: nothing in place of “[Try it]”",
      "03-menu: has no picture yet",
      "02-session: is no stop any more",
    ]);
    assert.deepEqual(staleWords(words, new Map([...words, ["02-session", "Local TIME\nmore"]])), [
      "02-session: “more” in place of nothing",
    ]);
  });

  it("are all out of date where nothing was written yet", async () => {
    assert.equal(staleWords(await readWords(folder), words).length, 2);
  });

  it("are the same at another time, on another day, with another code, port and number of requests", () => {
    const texts = [
      "Local 1h 28m\nSession: until 22:57, then renews\nRate limit: 3,596 of 3,600 requests left, next reset: 22:00",
      "Local 1h\nSession: until Nov 27, 2026 00:03, then renews\nRate limit: 3,588 of 3,600 requests left",
    ].map((text, index) => `${text}\nHost: 127.0.0.1:4${index}123\n${`a${index}`.repeat(20)}\n`);
    const [one, other] = texts.map(comparable);
    assert.equal(one, other);
    assert.equal(
      one,
      "Local TIME\nSession: until TIME, then renews\nRate limit: COUNT requests left\nHost: 127.0.0.1:PORT\nCODE",
    );
  });
});
