import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import path from "node:path";
import * as v from "valibot";
import { minuteMs } from "../../src/core/clock.ts";
import { type Api, createApi } from "../../src/core/http/api.ts";
import type { HttpLogEntry } from "../../src/core/http/httpLog.ts";
import { Pacer } from "../../src/core/http/pacing/pacer.ts";
import { authorizationUrl, outOfBandRedirectUri } from "../../src/core/oauth/authorizationUrl.ts";
import type { ProcoreClient } from "../../src/core/procore/client.ts";
import type { CompanyId } from "../../src/core/procore/ids.ts";
import { createProcoreClient } from "../../src/core/procore/procoreClient.ts";
import { Secret } from "../../src/core/secret.ts";
import type { Connection } from "../../src/core/session.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { createUndiciTransport } from "../../src/platform/network/index.ts";
import { allowInBrowser } from "../fakes/browserPerson.ts";
import { activeUntil, sampleConnection } from "../fakes/sampleConnection.ts";
import { repositoryFolder } from "../harness/paths.ts";

/** A Local Sandbox in a process of its own, with a user signed in. */
export interface SandboxProcess {
  readonly origin: string;
  readonly token: Secret;
  readonly companyId: CompanyId;
  stop(): void;
}

const serverSchema = v.object({ baseUrl: v.string(), clientId: v.string(), clientSecret: v.string() });
type Server = v.InferOutput<typeof serverSchema>;

/**
 * Starts a Local Sandbox of one company in a process of its own, for it must not share a thread with what is measured,
 * and signs its first user in.
 * @param options for its command line, e.g. `["--latency-ms", "100"]`
 */
export async function startSandboxProcess(options: readonly string[]): Promise<SandboxProcess> {
  const cli = path.join(repositoryFolder, "src/sandbox/cli.ts");
  const args = [cli, "--json", "--companies", "1", "--disconnected", "none", ...options];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) {
    const server = v.parse(serverSchema, JSON.parse(line));
    const token = await userToken(server);
    const client = createClient(token);
    const [company] = await client.procore.companies(connectionTo(server.baseUrl));
    await client.close();
    if (company === undefined) throw new Error("There is no company");
    return { origin: server.baseUrl, token, companyId: company.id, stop: () => child.kill() };
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

/** The product's client on connections of its own, as one window of the editor has it; `sent` tells of each request. */
export interface MeasuredClient {
  readonly api: Api;
  readonly procore: ProcoreClient;
  readonly sent: readonly HttpLogEntry[];
  close(): Promise<void>;
}

export function createClient(token: Secret): MeasuredClient {
  const transport = createUndiciTransport({ clock: systemClock });
  const sent: HttpLogEntry[] = [];
  const accessToken = async (): Promise<Secret> => token;
  const shared = { clock: systemClock, random: Math.random };
  const api = createApi({
    ...shared,
    transport,
    tokens: { accessToken, replaceToken: accessToken },
    userAgent: "procore-explorer/bench",
    log: (entry) => void sent.push(entry),
    pacer: new Pacer(shared),
  });
  return { api, procore: createProcoreClient({ api }), sent, close: () => transport.close() };
}

/** A connection whose three addresses are one origin. */
export const connectionTo = (origin: string): Connection =>
  sampleConnection({
    origins: { login: origin, api: origin, web: origin },
    session: activeUntil(systemClock.now() + 90 * minuteMs),
  });
