import type { Listen } from "./events.ts";
import type { Secret } from "./secret.ts";

/** Where the Local Sandbox runs and the keys of the app that it knows. */
export interface LocalSandboxApp {
  /** One origin serves login, API and web pages. */
  readonly origin: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** A second app, which may also sign in as its own service account. */
  readonly serviceAccount: {
    readonly clientId: string;
    readonly clientSecret: Secret;
    readonly companies: readonly LocalSandboxCompany[];
  };
}

/** A company of the Local Sandbox, and what the service account would meet there. */
export interface LocalSandboxCompany {
  readonly id: string;
  readonly name: string;
  readonly projects: "some" | "none" | "notInstalled";
}

/** The port to the Local Sandbox for sign-in. */
export interface LocalSandboxSource {
  /** The one that is kept for this machine, whether or not this window runs it; undefined when there is none. */
  readonly current: LocalSandboxApp | undefined;
  readonly onDidChange: Listen<LocalSandboxApp | undefined>;
  /** Starts it, or finds the one that another window runs. */
  start(signal?: AbortSignal): Promise<LocalSandboxApp>;
}
