import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { parseReport, type Command, type Report, type WorkerOptions } from "./reports.ts";

/** Windows has no such signals; there a process is only killed. */
export const canStop = process.platform !== "win32";

/** A time in which a process stood still; epoch ms, `to` is open while it does. */
export interface Stop {
  readonly from: number;
  readonly to: number | undefined;
  /** The connection whose lock was taken over meanwhile. */
  readonly takenOver: string | undefined;
}

/** One process, and everything that it told and that was done to it. */
export interface Worker {
  readonly name: string;
  readonly pid: number;
  readonly reports: readonly Report[];
  readonly stops: readonly Stop[];
  readonly end: "running" | "killed" | "ended";
  ask(command: Command): void;
  /** Asks and waits for the answer. */
  tried(command: Exclude<Command, { do: "loop" }>): Promise<Report>;
  kill(): void;
  stop(): void;
  /** A person chose Take Over for this connection while it was stopped. */
  noteTakenOver(connectionId: string): void;
  goOn(): void;
  /** Ends its input and waits until it is gone. */
  finish(): Promise<void>;
}

const script = path.join(import.meta.dirname, "worker.ts");

/** Starts a worker and waits until it is ready. `onReport` hears each line when it comes. */
export async function startWorker(
  options: WorkerOptions,
  extras: { readonly launcher?: readonly string[]; readonly onReport?: (report: Report) => void } = {},
): Promise<Worker> {
  const { launcher = [], onReport = () => undefined } = extras;
  const [program, ...parameters] = [...launcher, process.execPath, script, JSON.stringify(options)];
  if (program === undefined) throw new Error("There is no program to start");
  const child = spawn(program, parameters, { stdio: ["pipe", "pipe", "inherit"] });
  child.setMaxListeners(0);
  const reports: Report[] = [];
  const listeners = new Set<(report: Report) => void>();
  const next = (is: (report: Report) => boolean): Promise<Report> =>
    new Promise((resolve, reject) => {
      const listener = (report: Report): void => {
        if (!is(report)) return;
        listeners.delete(listener);
        resolve(report);
      };
      listeners.add(listener);
      child.once("close", () => reject(new Error(`${options.name} ended before it answered`)));
    });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const report = parseReport(line);
    reports.push(report);
    onReport(report);
    for (const listener of listeners) listener(report);
  });
  // A line may be on its way to a process that was killed.
  child.stdin.on("error", () => undefined);
  const closed = once(child, "close");
  await next(({ kind }) => kind === "ready");
  return createHandle(options.name, { child, reports, closed, next });
}

interface Running {
  readonly child: ChildProcess & { readonly stdin: NonNullable<ChildProcess["stdin"]> };
  readonly reports: readonly Report[];
  readonly closed: Promise<unknown>;
  readonly next: (is: (report: Report) => boolean) => Promise<Report>;
}

function createHandle(name: string, { child, reports, closed, next }: Running): Worker {
  const stops: Stop[] = [];
  let end: Worker["end"] = "running";
  const changeLast = (changes: Partial<Stop>): void => {
    const last = stops.pop();
    if (last !== undefined) stops.push({ ...last, ...changes });
  };
  const ask = (command: Command): void => void child.stdin.write(`${JSON.stringify(command)}\n`);
  const goOn = (): void => {
    if (stops.at(-1)?.to !== undefined || stops.length === 0) return;
    changeLast({ to: Date.now() });
    child.kill("SIGCONT");
  };
  return {
    name,
    pid: child.pid ?? 0,
    reports,
    stops,
    get end() {
      return end;
    },
    ask,
    async tried(command) {
      const answer = next(({ kind }) => kind === "worked" || kind === "failed");
      ask(command);
      return await answer;
    },
    kill() {
      if (end === "running" && child.kill("SIGKILL")) end = "killed";
    },
    stop() {
      stops.push({ from: Date.now(), to: undefined, takenOver: undefined });
      child.kill("SIGSTOP");
    },
    noteTakenOver: (connectionId) => changeLast({ takenOver: connectionId }),
    goOn,
    async finish() {
      goOn();
      child.stdin.end();
      await closed;
      if (end === "running") end = "ended";
    },
  };
}
