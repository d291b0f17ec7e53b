import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { hourMs } from "../../../../src/core/clock.ts";
import { createApi } from "../../../../src/core/http/api.ts";
import { type Limits, noLimits } from "../../../../src/core/http/pacing/limits.ts";
import { Pacer } from "../../../../src/core/http/pacing/pacer.ts";
import { createLimitFiles, type LimitFiles } from "../../../../src/platform/network/limitFiles.ts";
import { FakeClock } from "../../../fakes/fakeClock.ts";
import { removeFolder } from "../../../harness/removeFolder.ts";
import { until } from "../../../harness/until.ts";
import { connectionTo, countingTokens, jsonReply, scriptedTransport } from "../../core/http/scriptedTransport.ts";
import { serve } from "./loopbackServer.ts";

describe("rate limits that windows share through files", () => {
  let folder: string;
  let clock: FakeClock;
  const opened: LimitFiles[] = [];
  beforeEach(async () => {
    folder = path.join(await mkdtemp(path.join(tmpdir(), "pe-limits-")), "limits");
    clock = new FakeClock(Date.now());
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((files) => files.close()));
    await removeFolder(path.dirname(folder));
  });

  const open = (): LimitFiles => {
    const files = createLimitFiles({ folder, clock });
    opened.push(files);
    return files;
  };
  const limits = (remaining: number): Limits => {
    const resetAt = Math.ceil(clock.now() / 1_000) * 1_000 + 90_000;
    return {
      windows: [{ limit: 25, remaining, resetAt, resetsAt: resetAt, asOf: clock.now() }],
      pausedUntil: clock.now() + 60_000,
    };
  };
  /** What a window reads now; each look is later than the time for which a look counts. */
  const look = async (files: LimitFiles, id = "c1"): Promise<Limits | undefined> => {
    await clock.advance(101);
    return await files.read(id);
  };

  it("another window reads what one wrote: numbers and times, nothing else", async () => {
    const [one, other] = [open(), open()];
    assert.equal(await other.read("c1"), undefined);
    const told = limits(3);
    one.write("c1", told);
    await until(
      "the other window knows",
      () => look(other),
      (known) => known !== undefined,
    );
    assert.deepEqual(await other.read("c1"), told);
    assert.equal(await look(other, "c2"), undefined);
    const text = await readFile(path.join(folder, "c1.json"), "utf8");
    assert.match(text, /^[\d{}[\]:,\s"a-zA-Z]+$/u);
    assert.deepEqual(Object.keys(JSON.parse(text) as object), ["v", "pausedUntil", "windows"]);
    if (process.platform !== "win32") assert.equal((await stat(path.join(folder, "c1.json"))).mode & 0o077, 0);
  });

  it("many words are few writes, the last one wins, and what is urgent does not wait", async () => {
    const [one, other] = [open(), open()];
    for (let remaining = 100; remaining > 10; remaining -= 1) {
      one.write("c1", { ...limits(remaining), pausedUntil: 0 });
      await new Promise((resolve) => setImmediate(resolve));
    }
    const remainingNow = async (): Promise<number | undefined> => (await look(other))?.windows[0]?.remaining;
    await until("the first word is there", remainingNow, (remaining) => remaining === 100);
    // The clock of the writer stands between two writes.
    await until("the last word is there", remainingNow, (remaining) => remaining === 11);
    // Now the clock stands still: what is urgent does not wait for it.
    one.write("c1", limits(0));
    const text = (): Promise<string> => readFile(path.join(folder, "c1.json"), "utf8");
    await until("the pause is there", text, (found) => !found.includes('"pausedUntil":0'));
  });

  const strange: readonly (readonly [name: string, text: (good: string) => string])[] = [
    ["half a file", (good) => good.slice(0, -20)],
    ["an empty file", () => ""],
    ["something else", () => "#!/bin/sh\nexit 1\n"],
    ["another version", (good) => good.replace('"v":1', '"v":2')],
    ["text for numbers", (good) => good.replace(/"remaining":\d+/u, '"remaining":"0"')],
    ["numbers that are none", (good) => good.replace(/"pausedUntil":\d+/u, '"pausedUntil":1e400')],
    [
      "too many windows",
      () => JSON.stringify({ v: 1, pausedUntil: 0, windows: Array.from({ length: 9 }, () => limits(0).windows[0]) }),
    ],
    ["a huge file", (good) => `${good}${" ".repeat(20_000)}`],
  ];
  for (const [name, text] of strange) {
    it(`${name} is as if nobody had told anything, and is written over`, async () => {
      const good = JSON.stringify({ v: 1, ...limits(3) });
      await mkdir(folder, { recursive: true });
      await writeFile(path.join(folder, "c1.json"), text(good));
      const [one, other] = [open(), open()];
      assert.equal(await other.read("c1"), undefined);
      one.write("c1", limits(3));
      await until(
        "the file is good again",
        () => look(other),
        (known) => known !== undefined,
      );
    });
  }

  it("times that no window can have are left out", async () => {
    const far = clock.now() + 30 * 24 * hourMs;
    const good = limits(3).windows[0];
    const windows = [good, { ...good, limit: 7, resetAt: far, resetsAt: far }, { ...good, limit: 8, resetsAt: 5 }];
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "c1.json"), JSON.stringify({ v: 1, pausedUntil: far, windows }));
    assert.deepEqual(await open().read("c1"), { windows: [good], pausedUntil: 0 });
  });

  it("a connection's file goes when it is forgotten, old ones go by themselves, and names stay inside", async () => {
    const files = open();
    await mkdir(folder, { recursive: true });
    const old = new Date(clock.now() - 3 * hourMs);
    for (const name of ["gone.json", "gone.json.1234.tmp"]) {
      await writeFile(path.join(folder, name), "{}");
      await utimes(path.join(folder, name), old, old);
    }
    files.write("../escape", limits(0));
    files.write("c1", limits(0));
    const names = async (): Promise<string> => (await readdir(folder)).toSorted().join();
    await until("old files are gone", names, (found) => found === "c1.json");
    await files.forget("c1");
    assert.equal(await names(), "");
    assert.deepEqual(await readdir(path.dirname(folder)), ["limits"]);
  });

  it("a folder that cannot be made holds nobody up", async () => {
    await writeFile(folder, "a file where the folder should be");
    const files = open();
    files.write("c1", limits(0));
    assert.equal(await files.read("c1"), undefined);
    await files.close();
  });

  it("a 429 in one process stops another, which sends nothing until the time has come", async () => {
    const seen: string[] = [];
    const server = await serve((request, response) => {
      seen.push(String(request.url));
      response.writeHead(429, { "Retry-After": "30" }).end("{}");
    });
    const script = path.join(import.meta.dirname, "limitsWindow.ts");
    const child = fork(script, [folder, server.origin], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    try {
      const other = open();
      await until(
        "the process has told of its 429",
        () => look(other),
        (known) => known !== undefined,
      );
      const { transport, requests } = scriptedTransport(jsonReply(200, { id: 1 }));
      const random = (): number => 0;
      const pacer = new Pacer({ clock, random, shared: other });
      const { tokens } = countingTokens();
      const api = createApi({ transport, tokens, clock, random, userAgent: "test/1", log: () => undefined, pacer });
      const reply = api.send(connectionTo({ api: server.origin }), { method: "GET", path: ["rest", "v1.0", "me"] });
      const waiting = async (): Promise<number> => clock.sleeperCount;
      await until("the request waits", waiting, (count) => count === 1);
      assert.equal(requests.length, 0);
      const { pausedUntil } = (await other.read("c1")) ?? noLimits;
      await clock.advance(pausedUntil - clock.now());
      assert.equal(requests.length, 0);
      await clock.advance(25);
      assert.equal((await reply).status, 200);
      child.send("stop");
      const [said] = await once(child, "message");
      assert.equal(said, "AbortError");
      if (child.exitCode === null) await once(child, "exit");
      assert.equal(child.exitCode, 0);
      assert.equal(seen.length, 1);
      const kept = (
        await Promise.all((await readdir(folder)).map((name) => readFile(path.join(folder, name), "utf8")))
      ).join();
      assert.doesNotMatch(kept, /CANARY|Bearer/u);
    } finally {
      child.kill();
      await server.stop();
    }
  }).timeout(30_000);
});
