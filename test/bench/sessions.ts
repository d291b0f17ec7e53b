import { causes } from "../sessions/judge.ts";
import { say } from "../harness/progress.ts";
import { runManyProcesses, type ManyProcessesResult } from "../sessions/run.ts";
import type { Measurement } from "./table.ts";

/** A count that has no bar of its own. */
interface Row {
  readonly what: string;
  readonly value: number;
  readonly note: string;
}

/** A desktop's windows wait a moment for each other's secrets, so there are fewer refreshes in the time. */
const runs = [
  { home: "sealedFile", where: "in a browser", refreshes: 1_000, connections: 4, boundMs: 60_000 },
  { home: "secretStorage", where: "on a desktop", refreshes: 200, connections: 8, boundMs: 29_000 },
] as const;
const seed = 20_260_105;

/**
 * 1,000 refreshes in a browser's home and 200 in a desktop's, by four processes with kills, stops, take-overs, lost
 * answers, timeouts and 5xx. The bar: no session lost and no refresh token sent twice but by the server's own single-use
 * rule, which is counted apart, by cause.
 */
export async function measureSessions(): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = [];
  for (const run of runs) measurements.push(...(await measure(run)));
  return measurements;
}

async function measure({ where, refreshes, ...options }: (typeof runs)[number]): Promise<readonly Measurement[]> {
  const { boundMs } = options;
  const result = await runManyProcesses({ seed, refreshes, processes: 4, ...options });
  for (const words of result.unexplained) say(`unexplained: ${words}`);
  for (const { what, value, note } of rowsOf(result)) say(`${where}, ${what}: ${value} (${note})`);
  return [
    {
      what: `${where}: sessions lost or refresh tokens sent twice by our own fault`,
      value: result.unexplained.length,
      bar: 0,
      unit: "sessions",
      note: `seed ${seed}, ${result.refreshes} refreshes by 4 processes`,
    },
    {
      what: `${where}: sessions that no fresh process could use at the end`,
      value: result.connections - result.usableAtEnd,
      bar: 0,
      unit: "sessions",
      note: `of ${result.connections}`,
    },
    {
      what: `${where}: refreshes not reached in the time`,
      value: Math.max(0, refreshes - result.refreshes),
      bar: 0,
      unit: "refreshes",
      note: `of ${refreshes} in ${boundMs / 1_000} s; a busy machine may miss some`,
    },
  ];
}

function rowsOf(result: ManyProcessesResult): readonly Row[] {
  const { refreshes, elapsedMs, kills, stops, takeOvers, answersTaken, requestsTaken } = result;
  const words = { killed: "process killed", takenOver: "process stopped and taken over", lostAnswer: "answer lost" };
  return [
    { what: "refreshes", value: refreshes, note: `by 4 processes in ${(elapsedMs / 1_000).toFixed(1)} s` },
    { what: "processes killed", value: kills, note: `${stops} stopped for a moment, ${takeOvers} of them taken over` },
    { what: "answers taken away", value: answersTaken, note: `${requestsTaken} requests kept from the server` },
    ...causes.map((cause) => ({
      what: `single-use rule: ${words[cause]} between commit and store`,
      value: result.sentTwice[cause],
      note: `refresh tokens sent twice; ${result.lost[cause]} sessions lost`,
    })),
  ];
}
