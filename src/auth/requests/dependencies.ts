import type { Clock } from "../../core/clock.ts";
import type { SignInTrouble } from "../../core/diagnose/ports.ts";
import type { FollowWaits } from "../../core/http/pacing/followWaits.ts";
import type { LocalSandboxSource } from "../../core/localSandbox.ts";
import type { Company } from "../../core/procore/companies.ts";
import type { SentRecords } from "../../core/sent/sentRecords.ts";
import type { Connection } from "../../core/session.ts";
import type { DisposableStore } from "../../platform/disposables.ts";
import type { Report } from "../../platform/report.ts";
import type { Connections } from "../connections.ts";

/** What the documents about requests, and what is taken out of them, need. */
export interface RequestsDependencies {
  readonly connections: Connections;
  readonly sent: Pick<SentRecords, "of" | "attempts">;
  /** Of this window's sign-ins to an environment, the last one that failed, until one comes to its end. */
  readonly signInTrouble: (environmentId: string) => SignInTrouble | undefined;
  readonly localSandbox: LocalSandboxSource;
  readonly companies: (connection: Connection, signal: AbortSignal) => Promise<readonly Company[]>;
  readonly followWaits: FollowWaits;
  readonly clock: Clock;
  readonly report: Report;
  /** What lives as long as the window, at most. */
  readonly owned: Pick<DisposableStore, "add" | "remove">;
}
