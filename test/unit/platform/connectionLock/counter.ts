// A process of realProcesses.test.ts: takes the lock, adds one to a counter file, until the counter reaches its end.
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import path from "node:path";
import { systemClock } from "../../../../src/platform/clock.ts";
import { takeLock } from "../../../../src/platform/connectionLock/index.ts";

const [folder = "", name = "", end = ""] = process.argv.slice(2);
const log = openSync(path.join(folder, "log"), "a");
const counter = openSync(path.join(folder, "counter"), "r+");
const digits = Buffer.alloc(6);

/** A small write is one step: a process is killed before or after it. */
function addOne(): void {
  readSync(counter, digits, 0, digits.length, 0);
  writeSync(counter, String(Number(digits.toString()) + 1).padStart(digits.length, "0"), 0);
}

async function run(): Promise<void> {
  for (;;) {
    const lock = await takeLock({
      folder: path.join(folder, "lock"),
      // Short pauses, so that all of them meet at the lock all the time.
      clock: { now: () => Date.now(), sleep: (ms, signal) => systemClock.sleep(ms / 20, signal) },
      monotonicNow: () => performance.now(),
      leaseMs: 2_000,
      patienceMs: 1e9,
    });
    readSync(counter, digits, 0, digits.length, 0);
    if (Number(digits.toString()) >= Number(end)) return await lock.release();
    writeSync(log, `enter ${name}\n`);
    // Time enough for another one to come in, if it could.
    await systemClock.sleep(1);
    addOne();
    await systemClock.sleep(1);
    writeSync(log, `leave ${name}\n`);
    await lock.release();
  }
}

await run();
closeSync(log);
closeSync(counter);
