import { inspect } from "node:util";
import type { Clock } from "../../src/core/clock.ts";
import { advice, ProcoreError } from "../../src/core/errors.ts";
import { createApi } from "../../src/core/http/api.ts";
import { Pacer } from "../../src/core/http/pacing/pacer.ts";
import type { Transport } from "../../src/core/http/transport.ts";
import { createTokenEndpoint } from "../../src/core/oauth/tokenEndpoint.ts";
import { companyId, projectId } from "../../src/core/procore/ids.ts";
import { createProcoreClient } from "../../src/core/procore/procoreClient.ts";
import { type Tool, tools } from "../../src/core/procore/tools.ts";
import { Secret } from "../../src/core/secret.ts";
import { describeError } from "../../src/platform/log.ts";
import { sampleConnection } from "../fakes/sampleConnection.ts";
import { createRandom, type Random } from "../sessions/random.ts";
import { createReplies } from "./replies.ts";

/** What came of many replies. `troubles` names each that broke a promise, with what is needed to see it again. */
export interface FuzzResult {
  readonly replies: number;
  /** How many calls ended well, and how many in each kind of failure. */
  readonly ends: ReadonlyMap<string, number>;
  readonly troubles: readonly string[];
}

const sent = new Secret("sentsentsentsentsentsentsentsentsent0123456789");
const app = {
  environmentLabel: "Production",
  loginOrigin: "https://login.procore.com",
  clientId: "client",
  clientSecret: sent,
};

/**
 * Gives each call of the API and of the login service a made-up reply, `count` times. The promises: whatever comes back,
 * a call ends, and either well or in a `ProcoreError`; its words are bounded; and nowhere in it, in its causes, in what
 * is shown or in the log is a piece of the token that was in the reply, or of what was sent.
 */
export async function fuzzReplies(options: { readonly seed: number; readonly count: number }): Promise<FuzzResult> {
  const random = createRandom(options.seed);
  const replies = createReplies(random);
  const ends = new Map<string, number>();
  const troubles: string[] = [];
  for (let index = 0; index < options.count; index += 1) {
    const { reply, token } = replies.next();
    const log: string[] = [];
    const call = random.pick(callsOver(async () => reply, { log, tool: random.pick(tools) }));
    const error: unknown = await call?.().then(
      () => undefined,
      (reason: unknown) => reason ?? new Error("A call rejected with nothing"),
    );
    const end = error === undefined ? "well" : error instanceof ProcoreError ? error.failure.kind : "unforeseen";
    ends.set(end, (ends.get(end) ?? 0) + 1);
    const trouble = judge(error, { token, log, random });
    if (trouble !== undefined) troubles.push(`reply ${index}: ${trouble}; ${JSON.stringify(reply).slice(0, 2_000)}`);
  }
  return { replies: options.count, ends, troubles };
}

function callsOver(
  transport: Transport,
  { log, tool }: { readonly log: string[]; readonly tool: Tool | undefined },
): readonly (() => Promise<unknown>)[] {
  const clock = hurriedClock();
  const deps = { transport, clock, userAgent: "fuzz/1", log: (entry: object) => void log.push(JSON.stringify(entry)) };
  const same = async (): Promise<Secret> => sent;
  // Passing failures are sent again, after waits that the hurried clock makes short.
  const half = (): number => 0.5;
  const pacer = new Pacer({ clock, random: half });
  const api = createApi({ ...deps, random: half, pacer, tokens: { accessToken: same, replaceToken: same } });
  const procore = createProcoreClient({ api });
  const endpoint = createTokenEndpoint(deps);
  const connection = sampleConnection();
  const place = { companyId: companyId(12), projectId: projectId(34) };
  return [
    () => procore.me(connection),
    () => procore.companies(connection),
    () => procore.projects(connection, { companyId: companyId(12), page: 1 }),
    () => procore.findProjects(connection, { companyId: companyId(12), by: "name", text: "Tower" }),
    () => procore.project(connection, { companyId: companyId(12), projectId: projectId(34) }),
    () => procore.allProjects(connection, { companyId: companyId(12) }).next(),
    // One of them, so that the calls of the login service get their share.
    ...(tool === undefined ? [] : [() => procore.toolItems(connection, { tool, ...place, page: 1 })]),
    () => procore.record(connection, { method: "GET", path: ["rest", "v1.0", "companies", "12"] }),
    () => procore.companyWebOrigin(connection, companyId(12)),
    () => endpoint.checkCredentials(app),
    () => endpoint.exchangeCode(app, sent).then(assertTimes),
    () => endpoint.clientCredentials(app).then(assertTimes),
    () => endpoint.refresh(app, sent).then(assertTimes),
    () => endpoint.revoke(app, sent),
    () => endpoint.tokenInfo(app, sent),
  ];
}

/** Whoever shows these times makes dates of them, which throws for nonsense. */
function assertTimes(tokens: { readonly expiresAt: number; readonly clockSkewMs: number }): void {
  new Date(tokens.expiresAt).toISOString();
  new Date(tokens.expiresAt - tokens.clockSkewMs).toISOString();
}

const longestMessage = 1_000;

function judge(
  error: unknown,
  { token, log, random }: { readonly token: string; readonly log: readonly string[]; readonly random: Random },
): string | undefined {
  if (error !== undefined && !(error instanceof ProcoreError)) return `unforeseen ${inspect(error)}`;
  const shown = error === undefined ? [] : [describeError(error), error.stack ?? "", JSON.stringify(error.failure)];
  if (error !== undefined) {
    const { headline, message } = advice(error.failure);
    if (message.length > longestMessage || headline.length > 40) return `too long: ${message.length}`;
    shown.push(message);
    // It looks everywhere, but takes its time.
    if (random.chance(0.02)) shown.push(inspect(error, { depth: Infinity, showHidden: true }));
  }
  const all = [...shown, ...log].join("\n").toLowerCase();
  for (const secret of [token, sent.reveal()]) {
    // A token that became part of a host is lower case there. Ten characters in a row are too many for chance.
    for (let at = 0; at + 10 <= secret.length; at += 5) {
      const piece = secret.slice(at, at + 10).toLowerCase();
      if (all.includes(piece)) return `${piece} of ${secret} in ${all}`;
    }
  }
  return undefined;
}

/** A clock on which whatever waits has waited as soon as nothing else is to be done. */
function hurriedClock(): Clock {
  let now = Date.UTC(2026, 10, 22, 12);
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const timer = setImmediate(() => {
          now += ms;
          resolve();
        });
        signal?.addEventListener("abort", () => {
          clearImmediate(timer);
          reject(new Error("Aborted"));
        });
      }),
  };
}
