import type * as vscode from "vscode";
import type { Clock } from "../core/clock.ts";
import type { FollowWaits } from "../core/http/pacing/followWaits.ts";
import type { LocalSandboxSource } from "../core/localSandbox.ts";
import type { TokenEndpoint } from "../core/oauth/tokenEndpoint.ts";
import type { Secret } from "../core/secret.ts";
import type { SentRecords } from "../core/sent/sentRecords.ts";
import type { Connection, User } from "../core/session.ts";
import type { Locks } from "../platform/locks.ts";
import type { Report } from "../platform/report.ts";
import type { TellWalkthrough } from "../platform/walkthrough.ts";
import type { DiagnoseDependencies } from "./diagnose/dependencies.ts";

/** What connections, sessions and their commands need of the product. */
export interface AuthDependencies {
  readonly context: vscode.ExtensionContext;
  readonly tokenEndpoint: TokenEndpoint;
  readonly localSandbox: LocalSandboxSource;
  /** GET /me with a token that may not be stored yet. */
  readonly identify: (connection: Connection, accessToken: Secret, signal: AbortSignal) => Promise<User>;
  /** Forgets what the network keeps of a connection that was removed. */
  readonly forgetLimits: (connectionId: string) => Promise<void>;
  /** What this window sent, for Show What Was Sent. */
  readonly sent: SentRecords;
  readonly followWaits: FollowWaits;
  readonly tellWalkthrough: TellWalkthrough;
  /** GET /companies likewise: what a service account's company is called. */
  readonly companyName: (
    connection: Connection,
    accessToken: Secret,
    signal: AbortSignal,
  ) => Promise<string | undefined>;
  readonly procore: DiagnoseDependencies["procore"];
  /** One GET without a token, for Diagnose Connection. */
  readonly ask: DiagnoseDependencies["ask"];
  readonly clock: Clock;
  readonly locks: Locks;
  readonly report: Report;
}
