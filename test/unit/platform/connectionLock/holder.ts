// A process of realProcesses.test.ts: takes the lock and says "held". For each line it reads it looks at its lock, says
// what it sees, and does what the line says. It ends with its input.
import { createInterface } from "node:readline";
import { systemClock } from "../../../../src/platform/clock.ts";
import { takeLock } from "../../../../src/platform/connectionLock/index.ts";

const [folder = ""] = process.argv.slice(2);
const lock = await takeLock({ folder, clock: systemClock, monotonicNow: () => performance.now() });
console.log("held");
for await (const line of createInterface({ input: process.stdin })) {
  console.log(await lock.stillHeld());
  if (line === "release") await lock.release();
  console.log(`${line} done`);
}
