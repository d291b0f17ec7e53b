import { connectionTo, createClient, startSandboxProcess, type SandboxProcess } from "./sandboxProcess.ts";
import { median, type Measurement } from "./table.ts";

const latencyMs = 100;
const projects = 10_000;
const rounds = 7;

/** First rows of a company with 10,000 projects: one round trip to a server that answers in 100 ms, and 60 ms. */
export async function measureExplorer(): Promise<readonly Measurement[]> {
  const server = await startSandboxProcess(["--projects", String(projects), "--latency-ms", String(latencyMs)]);
  try {
    const results: Round[] = [];
    for (let round = 0; round < rounds; round += 1) results.push(await firstRows(server));
    const requests = Math.max(...results.map((result) => result.requests));
    const rows = Math.min(...results.map((result) => result.rows));
    if (rows !== 300) throw new Error(`${rows} rows came instead of 300`);
    const note = `${rounds} fresh connections, ${rows} of ${projects} rows: ${results.map(({ ms }) => ms.toFixed(0)).join(", ")} ms`;
    return [
      {
        what: "first rows of 10,000 projects",
        value: median(results.map(({ ms }) => ms)),
        bar: latencyMs + 60,
        unit: "ms",
        note,
      },
      {
        what: "round trips for the first rows",
        value: requests,
        bar: 1,
        unit: "requests",
        note: "through createProcoreClient",
      },
    ];
  } finally {
    server.stop();
  }
}

interface Round {
  readonly ms: number;
  readonly requests: number;
  readonly rows: number;
}

/** With a transport of its own: the connection is made within the time that is measured. */
async function firstRows({ origin, token, companyId }: SandboxProcess): Promise<Round> {
  const client = createClient(token);
  const startedAt = performance.now();
  const { items } = await client.procore.projects(connectionTo(origin), { companyId, page: 1 });
  const ms = performance.now() - startedAt;
  await client.close();
  return { ms, requests: client.sent.length, rows: items.length };
}
