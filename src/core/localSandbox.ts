import type { Listen } from "./events.ts";
import type { Secret } from "./secret.ts";

/** Where the Local Sandbox runs and the keys of the app that it knows. */
export interface LocalSandboxApp {
  /** One origin serves login, API and web pages. */
  readonly origin: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
}

/** The port to the Local Sandbox for sign-in. */
export interface LocalSandboxSource {
  /** The one that is kept for this machine, whether or not this window runs it; undefined when there is none. */
  readonly current: LocalSandboxApp | undefined;
  readonly onDidChange: Listen<LocalSandboxApp | undefined>;
  /** Starts it, or finds the one that another window runs. */
  start(signal?: AbortSignal): Promise<LocalSandboxApp>;
}
