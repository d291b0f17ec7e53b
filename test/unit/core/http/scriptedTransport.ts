import type { Clock } from "../../../../src/core/clock.ts";
import type { HttpLogEntry } from "../../../../src/core/http/httpLog.ts";
import type { Reply, Transport, TransportRequest } from "../../../../src/core/http/transport.ts";
import type { CompanyId } from "../../../../src/core/procore/ids.ts";
import type { Connection, TokenSource } from "../../../../src/core/session.ts";
import { Secret } from "../../../../src/core/secret.ts";

/** A JSON reply; other headers may be added. */
export const jsonReply = (status: number, body: unknown, headers: Reply["headers"] = {}): Reply => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8", ...headers },
  body: JSON.stringify(body),
});

/** What comes back for one request. */
export type Step = Reply | Error | ((request: TransportRequest, signal?: AbortSignal) => Reply | Promise<Reply>);

/** Answers each request with the next step and keeps what was asked; it imitates no network and no timing. */
export function scriptedTransport(...steps: readonly Step[]) {
  const requests: TransportRequest[] = [];
  const transport: Transport = async (request, signal) => {
    const step = steps[requests.length];
    requests.push(request);
    if (step === undefined) throw new Error(`Unexpected request ${request.method} ${request.url}`);
    if (step instanceof Error) throw step;
    return typeof step === "function" ? step(request, signal) : step;
  };
  return { transport, requests };
}

/** A clock that stands until it is moved; sleepers wake when their time has come. */
export function standingClock(now = Date.UTC(2026, 10, 22, 12)) {
  let time = now;
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  const clock: Clock = {
    now: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { at: time + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers.delete(sleeper);
          reject(new Error("Aborted"));
        });
      }),
  };
  const advance = (ms: number): void => {
    time += ms;
    for (const sleeper of Array.from(sleepers)) if (sleeper.at <= time) sleeper.wake();
  };
  return { clock, advance, sleeping: () => sleepers.size };
}

/** Tokens token-1, token-2, … each replacement gives the next one. */
export function countingTokens() {
  const rejected: string[] = [];
  let current = 1;
  const token = (): Secret => new Secret(`token-${current}`);
  const tokens: TokenSource = {
    accessToken: async () => token(),
    replaceToken: async (_connectionId, old) => {
      rejected.push(old.reveal());
      current += 1;
      return token();
    },
  };
  return { tokens, rejected };
}

/** A log that keeps its entries. */
export function recordingLog() {
  const entries: HttpLogEntry[] = [];
  return { entries, log: (entry: HttpLogEntry) => void entries.push(entry) };
}

export const connectionTo = (
  origins: Partial<Connection["origins"]> = {},
  kind: Connection["environment"]["kind"] = "sandbox",
): Connection => ({
  id: "c1",
  label: "Sandbox",
  environment: { id: "development-sandbox", label: "Development Sandbox", shortLabel: "Sandbox", kind },
  origins: {
    login: "https://login-sandbox.procore.com",
    api: "https://sandbox.procore.com",
    web: "https://sandbox.procore.com",
    ...origins,
  },
  clientId: "client",
  grant: { kind: "authorizationCode" },
  user: undefined,
  session: { kind: "active", expiresAt: 0, renewable: true },
  clockSkewMs: 0,
  createdAt: 0,
  lastRefreshAt: undefined,
  lastFailure: undefined,
});

/** An id as text that nobody checked, for tests of what happens to such. */
export const rawCompanyId = (text: string): CompanyId => text as CompanyId;
