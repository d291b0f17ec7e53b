import type { Clock } from "../core/clock.ts";
import { parseSandboxState, type SandboxState } from "./state.ts";

export interface SandboxOptions {
  /** 0 takes any free port. Default: the state's, else 0. */
  readonly port?: number | undefined;
  /** Default 3. */
  readonly companies?: number | undefined;
  /** Active projects of each company (and one inactive more for every sixteen). By default sizes differ: 1,048, 24, 310, none, … */
  readonly projects?: number | undefined;
  /** Life of an access token; default 5,400 (procore/documentation oauth/oauth_auth_grant_flow.md). */
  readonly tokenTtlSeconds?: number | undefined;
  /** Life of an authorization code; default 600 (same page). */
  readonly codeTtlSeconds?: number | undefined;
  /** From each request to its answer, at least; default 0. */
  readonly latencyMs?: number | undefined;
  /** Enforced with 429. By default nothing is refused, and the headers tell of 3,600 an hour. */
  readonly rateLimit?: RateLimitOptions | undefined;
  /** Ids of companies where the app is not installed. Default: the third one, for that wall is met on most first days. */
  readonly disconnected?: readonly string[] | undefined;
  /** The same seed gives the same data and client ID; default 1. */
  readonly seed?: number | undefined;
  /**
   * When a refresh ends the old pair: `now`, as Procore documents it, or `on_use`: when the new access token is first
   * used, as Doorkeeper's own generator sets it up. Default `now`.
   */
  readonly rotation?: "now" | "on_use" | undefined;
  readonly clock: Clock;
  /** Goes on where an earlier sandbox stopped: same client, codes, tokens, data and port. An option that is given wins. */
  readonly state?: SandboxState | undefined;
  /** A loopback address: 127.0.0.0/8, ::1 or localhost. Default: the state's, else 127.0.0.1. */
  readonly host?: string | undefined;
  /** Hears of faults in the sandbox itself, which answers them with 500. */
  readonly onUnexpectedError?: ((error: unknown) => void) | undefined;
}

export interface RateLimitOptions {
  readonly limit: number;
  readonly windowSeconds: number;
}

/** The options with every default filled in. */
export interface SandboxSettings {
  readonly port: number;
  readonly host: string;
  readonly companies: number;
  readonly projects: number | undefined;
  readonly tokenTtlSeconds: number;
  readonly codeTtlSeconds: number;
  readonly latencyMs: number;
  readonly rateLimit: RateLimitOptions | undefined;
  readonly disconnected: readonly string[] | undefined;
  readonly seed: number;
  readonly rotation: "now" | "on_use";
  readonly state: SandboxState | undefined;
}

/** Largest and smallest value of each number, by the name the command line gives it. */
const numberRanges = {
  port: [0, 65_535],
  companies: [0, 10_000],
  projects: [0, 200_000],
  "token-ttl": [1, 31_536_000],
  "code-ttl": [1, 31_536_000],
  "latency-ms": [0, 600_000],
  seed: [0, 4_294_967_295],
  limit: [1, 1_000_000],
  window: [1, 86_400],
} as const satisfies Record<string, readonly [low: number, high: number]>;

export type NumberName = keyof typeof numberRanges;

/** What is wrong with a number, in words; undefined when nothing is. */
export function numberProblem(name: NumberName, value: number): string | undefined {
  const [low, high] = numberRanges[name];
  if (Number.isSafeInteger(value) && value >= low && value <= high) return undefined;
  return `${name} must be a whole number from ${low} to ${high}`;
}

/** Only names and addresses that never leave this machine. */
function isLoopbackHost(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(host);
}

/** Fills in the defaults; throws a `RangeError` that names the first option out of range. */
export function resolveOptions(options: SandboxOptions): SandboxSettings {
  const state = options.state === undefined ? undefined : parseSandboxState(options.state);
  const settings: SandboxSettings = {
    port: options.port ?? state?.port ?? 0,
    host: options.host ?? state?.host ?? "127.0.0.1",
    companies: options.companies ?? state?.companies ?? 3,
    projects: options.projects ?? state?.projects,
    tokenTtlSeconds: options.tokenTtlSeconds ?? 5_400,
    codeTtlSeconds: options.codeTtlSeconds ?? 600,
    latencyMs: options.latencyMs ?? 0,
    rateLimit: options.rateLimit,
    disconnected: options.disconnected ?? state?.disconnected,
    seed: options.seed ?? state?.seed ?? 1,
    rotation: options.rotation ?? "now",
    state,
  };
  const problem =
    numberProblem("port", settings.port) ??
    numberProblem("companies", settings.companies) ??
    numberProblem("projects", settings.projects ?? 0) ??
    numberProblem("token-ttl", settings.tokenTtlSeconds) ??
    numberProblem("code-ttl", settings.codeTtlSeconds) ??
    numberProblem("latency-ms", settings.latencyMs) ??
    numberProblem("seed", settings.seed) ??
    numberProblem("limit", settings.rateLimit?.limit ?? 1) ??
    numberProblem("window", settings.rateLimit?.windowSeconds ?? 1);
  if (problem !== undefined) throw new RangeError(problem);
  if (!isLoopbackHost(settings.host)) throw new RangeError("host must be a loopback address");
  return settings;
}
