import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { systemClock } from "../../../../src/platform/clock.ts";
import {
  type LockOptions,
  type OwnerDescription,
  takeLock,
  takeOver,
} from "../../../../src/platform/connectionLock/index.ts";
import { type Processes, systemProcesses } from "../../../../src/platform/connectionLock/processes.ts";
import { inOwnPidNamespace, pidNamespaceWords } from "../../../harness/pidNamespace.ts";
import { removeFolder } from "../../../harness/removeFolder.ts";

const script = (name: string): string => path.join(import.meta.dirname, name);
/** Windows has no such signals; there a process is only killed. */
const canStop = process.platform !== "win32";

describe("the lock between real processes", function () {
  this.timeout(120_000);
  let root = "";
  let folder = "";
  let children: ChildProcess[] = [];

  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), "procore-explorer-"));
    folder = path.join(root, "one.lock");
    children = [];
  });
  afterEach(async () => {
    const running = children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    const ends = running.map((child) => once(child, "exit"));
    for (const child of running) {
      child.stdin?.end();
      child.kill("SIGKILL");
    }
    await Promise.all(ends);
    await removeFolder(root);
  });

  const options = (changes: Partial<LockOptions> = {}): LockOptions => ({
    folder,
    clock: systemClock,
    monotonicNow: () => performance.now(),
    ...changes,
  });

  /** A process that holds the lock; `ask` sends a line and gives what it saw before it obeyed. */
  async function startHolder(launcher: readonly string[] = []) {
    const [program, ...parameters] = [...launcher, process.execPath, script("holder.ts"), folder];
    assert.ok(program !== undefined);
    const child = spawn(program, parameters, { stdio: ["pipe", "pipe", "inherit"] });
    children.push(child);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const read = async (): Promise<unknown> => (await lines.next()).value;
    assert.equal(await read(), "held");
    return {
      child,
      ask: async (line: "look" | "release"): Promise<unknown> => {
        child.stdin.write(`${line}\n`);
        const seen = await read();
        assert.equal(await read(), `${line} done`);
        return seen;
      },
    };
  }

  /** Starts to take the lock, and comes back when it waits for somebody. */
  async function waitFor(changes: Partial<LockOptions> = {}) {
    const waiting = createSignal<OwnerDescription>();
    const taken = takeLock(options({ onWaiting: waiting.resolve, ...changes }));
    return { taken, owner: await waiting.promise };
  }

  it("waits for a process that runs, and follows it", async () => {
    const holder = await startHolder();
    const { taken, owner } = await waitFor();
    assert.equal(owner.verdict, "alive");
    assert.equal(owner.owner?.pid, holder.child.pid);
    assert.equal(await holder.ask("release"), "held");
    const lock = await taken;
    assert.equal(await lock.stillHeld(), "held");
    assert.equal(await holder.ask("look"), "lost");
  });

  it("takes the lock of a process that was killed without waiting", async () => {
    const { child } = await startHolder();
    child.kill("SIGKILL");
    await once(child, "exit");
    const lock = await takeLock(options({ onWaiting: () => assert.fail("waits for a dead process") }));
    assert.equal(await lock.stillHeld(), "held");
  });

  it("is taken over from a stopped process, which sees it when it goes on", async () => {
    const holder = await startHolder();
    if (canStop) holder.child.kill("SIGSTOP");
    const stop = new AbortController();
    const waiting = createSignal<OwnerDescription>();
    const giveUp = takeLock(options({ onWaiting: waiting.resolve }), stop.signal);
    const owner = await waiting.promise;
    stop.abort(new Error("decided"));
    await assert.rejects(giveUp, /decided/u);
    const thief = await takeOver(options(), owner);
    if (canStop) holder.child.kill("SIGCONT");
    assert.equal(await holder.ask("release"), "lost");
    assert.equal(await thief.stillHeld(), "held");
  });

  it(`believes a process of another pid namespace until its ticket is old (${pidNamespaceWords})`, async () => {
    // Where the system makes no namespaces, this process says that it is somewhere else.
    const elsewhere: Processes = {
      look: (identity) => systemProcesses.look(identity),
      self: async () => ({ ...(await systemProcesses.self()), pidNamespace: "elsewhere", host: "elsewhere" }),
    };
    const holder = await startHolder(inOwnPidNamespace ?? []);
    const { taken, owner } = await waitFor(inOwnPidNamespace === undefined ? { processes: elsewhere } : {});
    assert.equal(owner.verdict, "notCheckable");
    const minuteAgo = new Date(Date.now() - 61_000);
    await utimes(path.join(folder, String(owner.ticket)), minuteAgo, minuteAgo);
    const lock = await taken;
    assert.equal(await holder.ask("release"), "lost");
    assert.equal(await lock.stillHeld(), "held");
  });

  it("leaves tickets that only this user may read", async () => {
    await (await takeLock(options())).release();
    assert.deepEqual(await readdir(folder), ["1"]);
    if (canStop) assert.equal((await stat(path.join(folder, "1"))).mode & 0o777, 0o600);
  });

  it("never lets two in, while processes are killed, stopped and go on", async () => {
    const end = 800;
    await writeFile(path.join(root, "counter"), "000000");
    const killed = await runCounters({ end, kills: 8, stops: 30 });
    const enters = checkLog((await readFile(path.join(root, "log"), "utf8")).trim().split("\n"), killed);
    assert.equal(Number(await readFile(path.join(root, "counter"), "utf8")), end);
    // Who was killed inside may have come in without counting. Anything more is a lost count: two were inside.
    assert.ok(enters >= end && enters <= end + killed.size, `${enters} came in, ${killed.size} were killed`);
  });

  /** Four counters, of which one at random is killed (and replaced) or stopped for a moment, until all came to the end. */
  async function runCounters(plan: { end: number; kills: number; stops: number }): Promise<ReadonlySet<string>> {
    const killed = new Set<string>();
    const running = new Map<string, ChildProcess>();
    const ended: Promise<void>[] = [];
    let started = 0;
    const start = (): void => {
      started += 1;
      const name = String(started);
      const child = spawn(process.execPath, [script("counter.ts"), root, name, String(plan.end)], { stdio: "inherit" });
      running.set(name, child);
      children.push(child);
      const watchEnd = async (): Promise<void> => {
        const [code]: unknown[] = await once(child, "exit");
        running.delete(name);
        if (!killed.has(name)) assert.equal(code, 0, `counter ${name}`);
      };
      ended.push(watchEnd());
    };
    for (let count = 0; count < 4; count += 1) start();
    const random = createRandom(20_260_105);
    let { kills, stops } = plan;
    while (running.size > 0 && kills + stops > 0) {
      await systemClock.sleep(20 + random() * 60);
      const [name, child] = [...running][Math.floor(random() * running.size)] ?? [];
      if (name === undefined || child === undefined) break;
      if (!canStop || random() * (kills + stops) < kills) {
        kills -= 1;
        killed.add(name);
        if (child.kill("SIGKILL")) start();
      } else {
        stops -= 1;
        child.kill("SIGSTOP");
        await systemClock.sleep(random() * 60);
        child.kill("SIGCONT");
      }
    }
    for (let seen = 0; seen < ended.length; seen += 1) await ended[seen];
    return killed;
  }
});

/** A promise that is resolved from outside. */
function createSignal<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Asserts that everybody left before the next one came in, but those who were killed. Tells how many came in. */
function checkLog(lines: readonly string[], killed: ReadonlySet<string>): number {
  let inside: string | undefined;
  let enters = 0;
  for (const [index, line] of lines.entries()) {
    const [what, name = ""] = line.split(" ");
    if (what === "enter") {
      assert.ok(inside === undefined || killed.has(inside), `line ${index}: ${name} came in, ${inside} was inside`);
      inside = name;
      enters += 1;
    } else {
      assert.equal(inside, name, `line ${index}: left without being inside`);
      inside = undefined;
    }
  }
  return enters;
}

/** The same numbers for the same seed, from 0 to 1: Lehmer's generator (Park and Miller, CACM 31, 1988). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
