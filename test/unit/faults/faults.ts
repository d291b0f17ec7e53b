import dns from "node:dns";
import { minuteMs } from "../../../src/core/clock.ts";
import { startSandbox, type Fault, type FaultRule } from "../../../src/sandbox/index.ts";
import { replaceMember } from "../../fakes/replaceMember.ts";
import { until } from "../../harness/until.ts";
import type { Bench } from "./bench.ts";

/** What can go wrong with one request, in the order of the page. */
export type FaultName =
  | "refused"
  | "noSuchName"
  | "resetBefore"
  | "resetAfter"
  | "timeout"
  | "truncated"
  | "html"
  | "wrongShape"
  | "invalidGrant"
  | "invalidClient"
  | "forbidden"
  | "rateLimited"
  | "rateLimitedUntil"
  | "serverError"
  | "unavailable"
  | "found"
  | "temporaryRedirect"
  | "permanentRedirect";

export interface FaultKind {
  /** For the page: what happened, as a person may say it. */
  readonly words: string;
  /** A read that meets it is sent again. */
  readonly passes?: true;
  /** The server says no to what was sent: a real one says it again, this one only once. */
  readonly refuses?: true;
  /** Spoils the next call of `path`. */
  readonly spoil: (bench: Bench, path: string) => Promise<Spoiled>;
}

export interface Spoiled {
  /** Takes the fault away. */
  readonly mend: () => Promise<void>;
  /** What must come to pass for the spoiled call to end. */
  readonly meanwhile?: () => Promise<void>;
}

/** How often a read is sent at most; token calls are never sent again. */
export const readSends = 4;

/** A fault of the Local Sandbox's own; it is used up by the call that meets it. */
const injected = (words: string, rule: (bench: Bench) => Omit<FaultRule, "path">): FaultKind => ({
  words,
  async spoil(bench, path) {
    const injected = bench.sandbox.control.inject({ path, ...rule(bench) });
    return { mend: async () => injected.dispose() };
  },
});

/** One that a read meets each time that it is sent. */
const passing = (words: string, rule: Omit<FaultRule, "path" | "times">): FaultKind => ({
  words,
  passes: true,
  async spoil(bench, path) {
    const times = path.startsWith("/rest/") ? readSends : 1;
    const injected = bench.sandbox.control.inject({ path, times, ...rule });
    return { mend: async () => injected.dispose() };
  },
});

const answers = (words: string, status: number, body: string, headers: Readonly<Record<string, string>> = {}) =>
  injected(words, () => ({ fault: reply(status, body, { "content-type": "application/json", ...headers }) }));

const refusal = (words: string, status: number, error: string, description: string): FaultKind => ({
  ...answers(words, status, JSON.stringify({ error, error_description: description })),
  refuses: true,
});

const busy = (words: string, status: number, body: string, headers: Readonly<Record<string, string>> = {}) =>
  passing(words, { fault: reply(status, body, { "content-type": "application/json", ...headers }) });

const redirect = (status: number): FaultKind =>
  injected(`The answer leads to another host (${status})`, ({ elsewhere }) => ({
    fault: reply(status, "", { location: `${elsewhere.origin}/oauth/token` }),
  }));

const reply = (status: number, body: string, headers: Readonly<Record<string, string>>): Fault => ({
  kind: "reply",
  status,
  headers,
  body,
});

const portalPage = "<!doctype html><title>Hotel Wi-Fi</title><p>Please accept our terms</p>";
const busyPage = "<html><head><title>503 Service Unavailable</title></head><body>Please come back</body></html>";

export const faults: Readonly<Record<FaultName, FaultKind>> = {
  refused: { words: "The connection is refused", spoil: closePort },
  noSuchName: { words: "The host name is not found (DNS)", spoil: forgetName },
  resetBefore: passing("The connection breaks off before the server acted", { fault: { kind: "reset" } }),
  resetAfter: passing("The connection breaks off after the server acted, and the answer is lost", {
    when: "after",
    fault: { kind: "reset" },
  }),
  timeout: { words: "No answer comes", spoil: keepSilent },
  truncated: passing("The answer stops in the middle, after the server acted", {
    when: "after",
    fault: reply(200, '{"access_token":"eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzUxMiJ9.', {
      "content-type": "application/json",
      "content-length": "900",
      connection: "close",
    }),
  }),
  html: answers("A web page comes instead (200, HTML)", 200, portalPage, { "content-type": "text/html" }),
  wrongShape: answers("JSON comes that is something else (200)", 200, '{"status":"ok","items":[1,2,3]}'),
  invalidGrant: refusal("400 `invalid_grant`", 400, "invalid_grant", "No longer valid."),
  invalidClient: refusal("401 `invalid_client`", 401, "invalid_client", "Unknown client."),
  forbidden: answers("403", 403, '{"errors":"Access is not allowed"}'),
  rateLimited: busy("429 without a time", 429, '{"errors":"Too many requests"}'),
  rateLimitedUntil: busy("429 with `Retry-After`", 429, '{"errors":"Too many requests"}', { "retry-after": "60" }),
  serverError: busy("500", 500, '{"errors":"Internal Server Error"}'),
  unavailable: busy("503", 503, busyPage, { "content-type": "text/html", "retry-after": "120" }),
  found: redirect(302),
  temporaryRedirect: redirect(307),
  permanentRedirect: redirect(308),
};

/** Nobody listens on the port until it is mended: the sandbox ends, and goes on later where it stopped. */
async function closePort(bench: Bench): Promise<Spoiled> {
  const state = bench.sandbox.state();
  await bench.places.close();
  await bench.sandbox.close();
  return {
    async mend() {
      bench.sandbox = await startSandbox({ ...bench.sandboxOptions, state });
      await bench.places.open(bench.sandbox);
    },
  };
}

/** The system's resolver is what this process cannot spoil by itself: it answers as for a name that does not exist. */
async function forgetName(): Promise<Spoiled> {
  const lookup = (hostname: string, _options: unknown, done: (error: Error) => void): void => {
    const error = new Error(`getaddrinfo ENOTFOUND ${hostname}`);
    process.nextTick(
      done,
      Object.assign(error, { code: "ENOTFOUND", errno: -3_008, syscall: "getaddrinfo", hostname }),
    );
  };
  const replaced = replaceMember(dns, "lookup", lookup);
  return { mend: async () => replaced.dispose() };
}

/** The clock goes on, past every deadline, when the request has come to the server. */
async function keepSilent({ sandbox, clock }: Bench, path: string): Promise<Spoiled> {
  const { control } = sandbox;
  control.inject({ path, fault: { kind: "hang" } });
  return {
    mend: async () => undefined,
    async meanwhile() {
      const arrived = async (): Promise<boolean> => control.requests().some((request) => request.path === path);
      await until(`a request to ${path}`, arrived, Boolean);
      await clock.advance(6 * minuteMs);
    },
  };
}
