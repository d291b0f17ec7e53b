import { fork, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { systemClock } from "../../src/platform/clock.ts";
import { say } from "../harness/progress.ts";
import { connectionTo, createClient, startSandboxProcess, type SandboxProcess } from "./sandboxProcess.ts";
import type { Reading } from "./lists/readerProcess.ts";
import { connections, pageUrl, perPage, type Place, type ReaderName } from "./lists/readers.ts";
import { median, type Measurement } from "./table.ts";

const latencyMs = 100;
const projects = 10_000;
const rounds = 5;
const megabyte = 1_048_576;

/** Long lists against what else there is, how much heap they take, and what a rate limit costs. */
export async function measureLists(): Promise<readonly Measurement[]> {
  return [...(await measureSpeed()), await measureHeap(), ...(await measureLimit())];
}

type Contender = ReaderName | "curl";
const contenders: Readonly<Record<Contender, string>> = {
  ours: "ours",
  undici: "raw undici, 8 connections",
  sequential: "raw undici, one page after another",
  jsSdk: "@procore/js-sdk, 8 at once",
  curl: "curl --parallel --parallel-max 8",
};

/** All of 10,000 projects, each round with every contender, so that what else the machine does meets all of them. */
async function measureSpeed(): Promise<readonly Measurement[]> {
  const server = await startSandboxProcess(["--projects", String(projects), "--latency-ms", String(latencyMs)]);
  const readings = new Map<Contender, Partial<Reading>[]>();
  try {
    const names: readonly ReaderName[] = ["ours", "undici", "sequential", "jsSdk"];
    const processes = names.map((name) => [name, startReader()] as const);
    // The first round is for warming up, on both sides of the wire.
    for (let round = 0; round <= rounds; round += 1) {
      for (const [name, child] of processes) note(readings, name, round, await ask(child, name, placeOf(server)));
      const curl = await readWithCurl(server);
      if (curl !== undefined) note(readings, "curl", round, curl);
    }
    for (const [, child] of processes) child.kill();
  } finally {
    server.stop();
  }
  for (const [name, all] of readings) say(lineOf(name, all));
  const times = (name: Contender): readonly number[] => (readings.get(name) ?? []).map(({ ms = 0 }) => ms);
  const ratioOf = (one: Contender, other: Contender): number =>
    median(times(one).map((ms, round) => ms / (times(other)[round] ?? ms)));
  const how = `median of ${rounds} rounds, ${latencyMs} ms latency`;
  const requests = Math.max(...(readings.get("ours") ?? []).map((reading) => reading.requests ?? 0));
  return [
    {
      what: "10,000 projects: time against raw undici",
      value: ratioOf("ours", "undici"),
      bar: 1.15,
      unit: "×",
      note: how,
    },
    {
      what: "10,000 projects: time against one page after another",
      value: ratioOf("ours", "sequential"),
      bar: 1 / 5,
      unit: "×",
      note: `${how}; raw undici with 8 connections: ${ratioOf("undici", "sequential").toFixed(2)} ×`,
    },
    {
      what: "requests for 10,000 projects",
      value: requests,
      bar: Math.ceil(projects / perPage),
      unit: "requests",
      note: `pages of ${perPage}`,
    },
  ];
}

function note(
  readings: Map<Contender, Partial<Reading>[]>,
  name: Contender,
  round: number,
  reading: Partial<Reading>,
): void {
  if (reading.rows !== undefined && reading.rows !== projects) throw new Error(`${name} has ${reading.rows} rows`);
  if (round > 0) readings.set(name, [...(readings.get(name) ?? []), reading]);
}

function lineOf(name: Contender, readings: readonly Partial<Reading>[]): string {
  const ms = median(readings.map((reading) => reading.ms ?? 0)).toFixed(0);
  const peaks = readings.flatMap(({ peakHeapBytes }) =>
    peakHeapBytes === undefined ? [] : [peakHeapBytes / megabyte],
  );
  const peak = peaks.length === 0 ? "" : `, peak heap ${Math.max(...peaks).toFixed(1)} MB`;
  return `${contenders[name]}: ${ms} ms, ${readings[0]?.requests ?? 0} requests${peak}`;
}

/** What stays of 50,000 projects when somebody keeps them all. */
async function measureHeap(): Promise<Measurement> {
  const server = await startSandboxProcess(["--projects", "50000"]);
  const child = startReader();
  try {
    await ask(child, "ours", placeOf(server));
    const { keptHeapBytes, peakHeapBytes, rows } = await ask(child, "ours", placeOf(server));
    if (rows !== 50_000) throw new Error(`${rows} rows came instead of 50,000`);
    return {
      what: "heap for 50,000 projects",
      value: keptHeapBytes / megabyte,
      bar: 60,
      unit: "MB",
      note: `every project kept, after a collection; at most ${(peakHeapBytes / megabyte).toFixed(1)} MB on the way`,
    };
  } finally {
    child.kill();
    server.stop();
  }
}

const limit = 25;
const limited = 600;

/** 600 requests at once into a limit of 25 a second. */
async function measureLimit(): Promise<readonly Measurement[]> {
  const server = await startSandboxProcess(["--projects", "1", "--rate-limit", `${limit}/1`]);
  const client = createClient(server.token);
  try {
    const connection = connectionTo(server.origin);
    // The windows are the clock's seconds; signing in has used a part of this one.
    await systemClock.sleep(1_000 - (Date.now() % 1_000) + 5);
    const startedAt = Date.now();
    const send = (): Promise<unknown> => client.api.send(connection, { method: "GET", path: ["rest", "v1.0", "me"] });
    const results = await Promise.allSettled(Array.from({ length: limited }, send));
    const tookMs = Date.now() - startedAt;
    // The last 25 cannot leave before the last of 24 seconds begins.
    const leastMs = (Math.floor(startedAt / 1_000) + limited / limit - 1) * 1_000 - startedAt;
    const refused = client.sent.filter(({ status }) => status === 429).length;
    return [
      {
        what: "600 requests into 25 a second: failed",
        value: results.filter(({ status }) => status === "rejected").length,
        bar: 0,
        unit: "requests",
        note: `${client.sent.length} sent, ${refused} of them refused by the server`,
      },
      {
        what: "600 requests into 25 a second: time against the limit's arithmetic",
        value: tookMs / leastMs,
        bar: 1.05,
        unit: "×",
        note: `${(tookMs / 1_000).toFixed(2)} s; the limit allows ${(leastMs / 1_000).toFixed(2)} s`,
      },
    ];
  } finally {
    await client.close();
    server.stop();
  }
}

const placeOf = ({ origin, token, companyId }: SandboxProcess): Place => ({ origin, token: token.reveal(), companyId });

function startReader(): ChildProcess {
  const script = path.join(import.meta.dirname, "lists", "readerProcess.ts");
  return fork(script, { execArgv: ["--expose-gc"], stdio: ["ignore", "inherit", "inherit", "ipc"] });
}

async function ask(child: ChildProcess, name: ReaderName, place: Place): Promise<Reading> {
  const answer = once(child, "message");
  const gone = once(child, "exit").then(() => Promise.reject(new Error(`${name} ended early`)));
  child.send({ name, place });
  const [reading] = await Promise.race([answer, gone]);
  return reading as Reading;
}

/** The same pages with curl, which knows from the start how many there are; undefined where there is no curl. */
async function readWithCurl(server: SandboxProcess): Promise<Partial<Reading> | undefined> {
  const pages = Array.from({ length: Math.ceil(projects / perPage) }, (_, index) => index + 1);
  const urls = pages.flatMap((page) => [`url = "${pageUrl(server, page)}"`, 'output = "/dev/null"']);
  const headers = [`Authorization: Bearer ${server.token.reveal()}`, `Procore-Company-Id: ${server.companyId}`];
  const config = [...headers.map((header) => `header = "${header}"`), ...urls].join("\n");
  const startedAt = performance.now();
  const options = [
    "--silent",
    "--no-progress-meter",
    "--fail",
    "--parallel",
    "--parallel-max",
    String(connections),
    "--config",
    "-",
  ];
  const child = spawn("curl", options, { stdio: ["pipe", "ignore", "inherit"] });
  const failed = once(child, "error");
  child.stdin.on("error", () => undefined).end(config);
  const [code] = await Promise.race([once(child, "exit"), failed.then(() => ["missing"])]);
  if (code === "missing") return undefined;
  if (code !== 0) throw new Error(`curl ended with ${String(code)}`);
  return { ms: performance.now() - startedAt, requests: pages.length };
}
