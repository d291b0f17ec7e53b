import type * as vscode from "vscode";
import type { Clock } from "../../core/clock.ts";
import type { DiagnosePorts } from "../../core/diagnose/ports.ts";
import type { FollowWaits } from "../../core/http/pacing/followWaits.ts";
import type { LocalSandboxSource } from "../../core/localSandbox.ts";
import type { TokenEndpoint } from "../../core/oauth/tokenEndpoint.ts";
import type { ProcoreClient } from "../../core/procore/client.ts";
import type { DisposableStore } from "../../platform/disposables.ts";
import type { Report } from "../../platform/report.ts";
import type { Connections } from "../connections.ts";
import type { Environments } from "../environments.ts";
import type { Sessions } from "../sessions.ts";

/** What Diagnose Connection needs of the product. */
export interface DiagnoseDependencies {
  readonly context: vscode.ExtensionContext;
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly environments: Environments;
  readonly tokenEndpoint: TokenEndpoint;
  readonly localSandbox: LocalSandboxSource;
  readonly procore: Pick<ProcoreClient, "me" | "companies" | "projects" | "project" | "toolItems">;
  /** One GET without a token, through one transport and no other. */
  readonly ask: DiagnosePorts["send"];
  readonly followWaits: FollowWaits;
  /** Of this window's sign-ins to an environment, the last one that failed, until one comes to its end. */
  readonly signInTrouble: (environmentId: string) => DiagnosePorts["signInTrouble"];
  readonly clock: Clock;
  readonly report: Report;
  /** What lives as long as the window. */
  readonly owned: Pick<DisposableStore, "add">;
}
