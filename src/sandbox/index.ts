import { createHash, randomBytes } from "node:crypto";
import { Emitter, type Listen } from "../core/events.ts";
import { createApp } from "./app.ts";
import { createControl, type SandboxControl } from "./control.ts";
import { createDirectory, type Directory } from "./data/directory.ts";
import { createFaults } from "./faults.ts";
import { createAllowedHosts, hostInUrl } from "./hosts.ts";
import { createListener } from "./listener.ts";
import { Grants } from "./oauth/grants.ts";
import { PendingAuthorizations } from "./oauth/pendingAuthorizations.ts";
import { resolveOptions, type SandboxOptions, type SandboxSettings } from "./options.ts";
import { createRequestLog } from "./requestLog.ts";
import { createRateLimiter } from "./rest/rateLimiter.ts";
import { close, listen } from "./server.ts";
import type { SandboxState } from "./state.ts";
import type { RefreshEvent, World } from "./world.ts";

export type { SandboxControl, SandboxCompanySummary } from "./control.ts";
export type { SandboxUser } from "./data/users.ts";
export type { Fault, FaultRule } from "./faults.ts";
export type { RateLimitOptions, SandboxOptions } from "./options.ts";
export { fingerprint } from "./oauth/fingerprint.ts";
export type { RequestLogEntry } from "./requestLog.ts";
export { parseSandboxState, type SandboxState } from "./state.ts";
export type { RefreshEvent } from "./world.ts";

export interface RunningSandbox {
  /** `http://127.0.0.1:PORT`, without a slash at its end: login, API and web origin in one. */
  readonly baseUrl: string;
  readonly port: number;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The keys of the app that has a service account. */
  readonly serviceAccount: { readonly clientId: string; readonly clientSecret: string };
  /** What to pass as `state` to go on later. */
  state(): SandboxState;
  readonly onDidChangeState: Listen<void>;
  /** Answers to one more `Host`, such as the authority that `env.asExternalUri` gave; as in `127.0.0.1:8080`. */
  allowAuthority(authority: string): void;
  readonly control: SandboxControl;
  /** Stops at once, open connections included. */
  close(): Promise<void>;
}

/** Made from the seed, so that a connection to a sandbox of the same seed can be recognised. */
function clientIdOf(seed: number, app: "client" | "service client"): string {
  return createHash("sha256").update(`local sandbox ${app} ${seed}`).digest("base64url");
}

function initiallyDisconnected(settings: SandboxSettings, directory: Directory): Set<string> {
  const third = directory.companies.find(({ index, isFree }) => index === 2 && !isFree);
  const ids = settings.disconnected ?? (third === undefined ? [] : [third.id]);
  for (const id of ids) {
    if (directory.company(id) === undefined) throw new RangeError(`--disconnected: there is no company with ID ${id}`);
  }
  return new Set(ids);
}

function snapshot(world: World): SandboxState {
  const { settings, clients } = world;
  return {
    v: 1,
    host: settings.host,
    port: settings.port,
    clientId: clients[0].id,
    clientSecret: clients[0].secret,
    serviceClientId: clients[1].id,
    serviceClientSecret: clients[1].secret,
    seed: settings.seed,
    companies: settings.companies,
    ...(settings.projects === undefined ? {} : { projects: settings.projects }),
    disconnected: Array.from(world.disconnected),
    codes: [...world.grants.codes],
    tokens: [...world.grants.tokens],
  };
}

// A secret is random, unlike an ID: two sandboxes of one seed must not accept each other's keys.
const newSecret = (): string => randomBytes(32).toString("base64url");

function clientsOf({ state, seed }: SandboxSettings): World["clients"] {
  const people = ["authorization_code", "refresh_token"] as const;
  return [
    {
      id: state?.clientId ?? clientIdOf(seed, "client"),
      secret: state?.clientSecret ?? newSecret(),
      grants: people,
    },
    {
      id: state?.serviceClientId ?? clientIdOf(seed, "service client"),
      secret: state?.serviceClientSecret ?? newSecret(),
      grants: [...people, "client_credentials"],
    },
  ];
}

/**
 * Starts a stand-in for Procore's login service and REST API on a loopback port. Rejects with Node's own error when the
 * port cannot be had (code EADDRINUSE for a busy one), with a `RangeError` for an option out of range.
 */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const settings = resolveOptions(options);
  const { clock, onUnexpectedError = () => undefined } = options;
  const directory = createDirectory(settings.seed, settings);
  const disconnected = initiallyDisconnected(settings, directory);
  const stateChanged = new Emitter<void>();
  const changed = (): void => stateChanged.fire();
  const grants = new Grants(clock, settings, changed);
  const clients = clientsOf(settings);
  const [{ id: clientId, secret: clientSecret }, service] = clients;
  if (settings.state !== undefined) grants.restore(clientId, settings.state);

  const { server, port } = await listen(settings.host, settings.port);
  const world: World = {
    clock,
    baseUrl: `http://${hostInUrl(settings.host)}:${port}`,
    clients,
    settings: { ...settings, port },
    directory,
    grants,
    pending: new PendingAuthorizations(),
    limiter: createRateLimiter(clock, settings.rateLimit),
    disconnected,
    refreshes: new Emitter<RefreshEvent>(),
    onUnexpectedError,
  };
  const faults = createFaults();
  const log = createRequestLog();
  const hosts = createAllowedHosts(settings.host, port);
  const closing = new AbortController();
  server.on("request", createListener({ world, app: createApp(world), hosts, faults, log, closing: closing.signal }));
  return {
    baseUrl: world.baseUrl,
    port,
    clientId,
    clientSecret,
    serviceAccount: { clientId: service.id, clientSecret: service.secret },
    state: () => snapshot(world),
    onDidChangeState: stateChanged.event,
    allowAuthority: (authority) => hosts.allow(authority),
    control: createControl({
      clientId,
      directory,
      grants,
      faults,
      log,
      disconnected,
      changed,
      onRefresh: world.refreshes.event,
    }),
    async close() {
      closing.abort();
      await close(server);
      stateChanged.dispose();
      world.refreshes.dispose();
    },
  };
}
