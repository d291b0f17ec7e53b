import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import path from "node:path";
import * as v from "valibot";
import { createApi } from "../../src/core/http/api.ts";
import { Pacer } from "../../src/core/http/pacing/pacer.ts";
import { minuteMs } from "../../src/core/clock.ts";
import { authorizationUrl, outOfBandRedirectUri } from "../../src/core/oauth/authorizationUrl.ts";
import type { Transport } from "../../src/core/http/transport.ts";
import type { CompanyId } from "../../src/core/procore/ids.ts";
import { createProcoreClient } from "../../src/core/procore/procoreClient.ts";
import { Secret } from "../../src/core/secret.ts";
import type { Connection } from "../../src/core/session.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { createUndiciTransport } from "../../src/platform/network/index.ts";
import { allowInBrowser } from "../fakes/browserPerson.ts";
import { activeUntil, sampleConnection } from "../fakes/sampleConnection.ts";
import { repositoryFolder } from "../harness/paths.ts";
import { median, type Measurement } from "./table.ts";

const latencyMs = 100;
const projects = 10_000;
const rounds = 7;

/** First rows of a company with 10,000 projects: one round trip to a server that answers in 100 ms, and 60 ms. */
export async function measureExplorer(): Promise<readonly Measurement[]> {
  const server = await startServer();
  try {
    const token = await userToken(server);
    const companyId = await firstCompany(server.baseUrl, token);
    const results: Round[] = [];
    for (let round = 0; round < rounds; round += 1) results.push(await firstRows(server.baseUrl, token, companyId));
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

interface Server {
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  stop(): void;
}

const serverSchema = v.object({ baseUrl: v.string(), clientId: v.string(), clientSecret: v.string() });

/** The Local Sandbox in a process of its own: it must not share a thread with what is measured. */
async function startServer(): Promise<Server> {
  const cli = path.join(repositoryFolder, "src/sandbox/cli.ts");
  const options = ["--json", "--companies", "1", "--projects", String(projects), "--latency-ms", String(latencyMs)];
  const child = spawn(process.execPath, [cli, ...options, "--disconnected", "none"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    return { ...v.parse(serverSchema, JSON.parse(line)), stop: () => child.kill() };
  }
  throw new Error("The Local Sandbox did not start");
}

/** A token of the first user. @see procore/documentation oauth/oauth_auth_grant_flow.md */
async function userToken({ baseUrl, clientId, clientSecret }: Server): Promise<Secret> {
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    code: await allowInBrowser(authorizationUrl({ loginOrigin: baseUrl, clientId })),
    redirect_uri: outOfBandRedirectUri,
    client_id: clientId,
    client_secret: clientSecret,
  });
  const reply = await fetch(`${baseUrl}/oauth/token`, { method: "POST", body });
  return new Secret(v.parse(v.object({ access_token: v.string() }), await reply.json()).access_token);
}

/** With a transport of its own: the connection is made within the time that is measured. */
async function firstRows(origin: string, token: Secret, companyId: CompanyId): Promise<Round> {
  const client = createClient(token);
  const startedAt = performance.now();
  const { items } = await client.procore.projects(connectionTo(origin), { companyId, page: 1 });
  const ms = performance.now() - startedAt;
  await client.close();
  return { ms, requests: client.requests(), rows: items.length };
}

async function firstCompany(origin: string, token: Secret): Promise<CompanyId> {
  const client = createClient(token);
  const [company] = await client.procore.companies(connectionTo(origin));
  await client.close();
  if (company === undefined) throw new Error("There is no company");
  return company.id;
}

function createClient(token: Secret) {
  const undici = createUndiciTransport({ clock: systemClock });
  let requests = 0;
  const transport: Transport = (request, signal) => {
    requests += 1;
    return undici(request, signal);
  };
  const accessToken = async (): Promise<Secret> => token;
  const api = createApi({
    transport,
    tokens: { accessToken, replaceToken: accessToken },
    clock: systemClock,
    random: Math.random,
    userAgent: "procore-explorer/bench",
    log: () => undefined,
    pacer: new Pacer({ clock: systemClock, random: Math.random }),
  });
  return { procore: createProcoreClient({ api }), requests: () => requests, close: () => undici.close() };
}

const connectionTo = (origin: string): Connection =>
  sampleConnection({
    origins: { login: origin, api: origin, web: origin },
    session: activeUntil(systemClock.now() + 90 * minuteMs),
  });
