import type { Clock } from "../core/clock.ts";
import type { Emitter } from "../core/events.ts";
import type { Directory } from "./data/directory.ts";
import type { Grants } from "./oauth/grants.ts";
import type { PendingAuthorizations } from "./oauth/pendingAuthorizations.ts";
import type { SandboxSettings } from "./options.ts";
import type { RateLimiter } from "./rest/rateLimiter.ts";

/** A refresh token that came in, as the server saw it; named by fingerprints, so that no token leaves the sandbox. */
export interface RefreshEvent {
  readonly tokenFingerprint: string;
  readonly outcome: "renewed" | "refused";
  /** Of the refresh token given in exchange. */
  readonly issuedFingerprint: string | undefined;
  /** The `User-Agent` of the request. */
  readonly sender: string | undefined;
}

/** An app that the login service knows, and what it may ask for. */
export interface SandboxClient {
  readonly id: string;
  readonly secret: string;
  readonly grants: readonly GrantType[];
}

export type GrantType = "authorization_code" | "refresh_token" | "client_credentials";

/** What the routes of one running sandbox work on. */
export interface World {
  readonly clock: Clock;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /**
   * First the app that only people sign in to, then the one that has a service account as well: in Procore the same
   * keys serve both flows (procore/documentation building_applications/building_data_connection_apps.md).
   */
  readonly clients: readonly [SandboxClient, SandboxClient];
  readonly settings: SandboxSettings;
  readonly directory: Directory;
  readonly grants: Grants;
  readonly pending: PendingAuthorizations;
  readonly limiter: RateLimiter;
  /** Ids of companies where the app is not installed. */
  readonly disconnected: ReadonlySet<string>;
  readonly refreshes: Emitter<RefreshEvent>;
  readonly onUnexpectedError: (error: unknown) => void;
}
