import { parseArgs } from "node:util";
import { numberProblem, type NumberName, type RateLimitOptions } from "./options.ts";

/** What the command line asks for; undefined where nothing was said. */
export interface CliOptions {
  readonly port: number | undefined;
  readonly companies: number | undefined;
  readonly projects: number | undefined;
  readonly tokenTtlSeconds: number | undefined;
  readonly codeTtlSeconds: number | undefined;
  readonly latencyMs: number | undefined;
  readonly rateLimit: RateLimitOptions | undefined;
  readonly disconnected: readonly string[] | undefined;
  readonly seed: number | undefined;
}

export type CliRequest =
  | { readonly kind: "run"; readonly options: CliOptions; readonly output: "text" | "json" }
  | { readonly kind: "help" }
  /** One line that says what is wrong. */
  | { readonly kind: "refused"; readonly problem: string };

export const cliHelp = `Local Sandbox: a stand-in for Procore's login service and REST API, on this computer only.

Usage: npm run -s sandbox -- [options]

  --port N            port to listen on; 0 takes a free one (default 0)
  --companies N       how many companies there are (default 3)
  --projects N        active projects of each company (by default sizes differ)
  --token-ttl S       life of an access token in seconds (default 5400)
  --code-ttl S        life of an authorization code in seconds (default 600)
  --latency-ms N      milliseconds from each request to its answer (default 0)
  --rate-limit N/S    at most N requests in S seconds, then 429 (default: no limit)
  --disconnected ID   company where the app is not installed; may be given more than once, "none" for no company
                      (default: the third company)
  --seed N            the same number gives the same data and client ID (default 1)
  --json              print one line of JSON: {"baseUrl":…,"clientId":…,"clientSecret":…,"serviceAccount":
                      {"clientId":…,"clientSecret":…}}
  --help              show this text

It prints its address, client ID and client secret, and runs until Ctrl+C. "serviceAccount" has the keys of a second
app, which may also ask for a token of its own (grant_type=client_credentials). In the first company that one sees some
projects, in the second none.
`;

const spec = {
  port: { type: "string" },
  companies: { type: "string" },
  projects: { type: "string" },
  "token-ttl": { type: "string" },
  "code-ttl": { type: "string" },
  "latency-ms": { type: "string" },
  "rate-limit": { type: "string" },
  disconnected: { type: "string", multiple: true },
  seed: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

class Refusal extends Error {}

function wholeNumber(name: NumberName, text: string, shownAs = `--${name}`): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  const problem = numberProblem(name, value);
  if (problem !== undefined) throw new Refusal(`${shownAs} ${problem.replace(/^\S+ /, "")}, not "${text}"`);
  return value;
}

function rateLimitOf(text: string): RateLimitOptions {
  const [limit, windowSeconds, ...rest] = text.split("/");
  if (limit === undefined || windowSeconds === undefined || rest.length > 0) {
    throw new Refusal(`--rate-limit: write it as requests/seconds, for example 25/10, not "${text}"`);
  }
  return {
    limit: wholeNumber("limit", limit, "--rate-limit"),
    windowSeconds: wholeNumber("window", windowSeconds, "--rate-limit"),
  };
}

function disconnectedOf(ids: readonly string[]): readonly string[] {
  if (!ids.includes("none")) return ids;
  if (ids.length > 1) throw new Refusal('--disconnected: "none" goes with no other company');
  return [];
}

function optionsOf(args: readonly string[]): CliRequest {
  const { values } = parseArgs({ args: [...args], options: spec, strict: true, allowPositionals: false });
  if (values.help === true) return { kind: "help" };
  const number = (name: NumberName & keyof typeof values): number | undefined =>
    values[name] === undefined ? undefined : wholeNumber(name, values[name]);
  const rateLimit = values["rate-limit"];
  const options: CliOptions = {
    port: number("port"),
    companies: number("companies"),
    projects: number("projects"),
    tokenTtlSeconds: number("token-ttl"),
    codeTtlSeconds: number("code-ttl"),
    latencyMs: number("latency-ms"),
    rateLimit: rateLimit === undefined ? undefined : rateLimitOf(rateLimit),
    disconnected: values.disconnected === undefined ? undefined : disconnectedOf(values.disconnected),
    seed: number("seed"),
  };
  return { kind: "run", options, output: values.json === true ? "json" : "text" };
}

/** Node's own words are several sentences; the first one says it. */
function firstSentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split("\n")[0] ?? text).replace(/\. .*$/, "").replace(/\.$/, "");
}

/** Reads the command line; never throws. */
export function parseCliArguments(args: readonly string[]): CliRequest {
  try {
    return optionsOf(args);
  } catch (error) {
    return { kind: "refused", problem: firstSentence(error) };
  }
}
