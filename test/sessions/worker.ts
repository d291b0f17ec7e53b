// A window of the editor as a process of its own: real parts over a shared folder. It is told by lines on standard
// input what to do, tells by lines on standard output what happened, and ends with its input.
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { assertNever } from "../../src/core/assertNever.ts";
import type { Connection } from "../../src/core/session.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { createRandom } from "./random.ts";
import { nameOfFailure, parseCommand, parseWorkerOptions, type Command, type Tell } from "./reports.ts";
import { openWindow } from "./window.ts";

// Written at once: what was told before a kill was told.
const tell: Tell = (report) => void writeSync(1, `${JSON.stringify({ ...report, at: Date.now() })}\n`);

const options = parseWorkerOptions(process.argv[2]);
const random = createRandom(options.seed);
const window = await openWindow({ ...options, random }, tell);
const { connections, sessions, procore } = window;
const ending = new AbortController();

async function attempt(connectionId: string, work: (connection: Connection) => Promise<unknown>): Promise<void> {
  try {
    // What the extension learns from its file watcher.
    await connections.load();
    const connection = connections.get(connectionId);
    if (connection === undefined) throw new Error("There is no such connection");
    await work(connection);
    tell({ kind: "worked", connectionId });
  } catch (error) {
    tell({ kind: "failed", connectionId, failure: nameOfFailure(error) });
  }
}

const use = (connection: Connection): Promise<unknown> => procore.me(connection);

/** As if a request had met a 401 although its token was still the newest. */
async function replace(connection: Connection): Promise<void> {
  await sessions.replaceToken(connection, await sessions.accessToken(connection));
}

/** All connections at once, as a window with several trees and panels. */
async function loop(): Promise<void> {
  await Promise.all(connections.current.connections.map(({ id }) => loopWith(id)));
}

async function loopWith(connectionId: string): Promise<void> {
  while (!ending.signal.aborted) {
    await attempt(connectionId, random.chance(0.7) ? replace : use);
    await systemClock.sleep(random.between(0, 15));
  }
}

function obey(command: Command): Promise<void> {
  switch (command.do) {
    case "loop":
      return loop();
    case "use":
      return attempt(command.connectionId, use);
    case "renew":
      return attempt(command.connectionId, (connection) => sessions.renewNow(connection));
    default:
      return assertNever(command);
  }
}

tell({ kind: "ready" });
const work: Promise<void>[] = [];
for await (const line of createInterface({ input: process.stdin })) work.push(obey(parseCommand(line)));
ending.abort();
await Promise.all(work);
await window.close();
