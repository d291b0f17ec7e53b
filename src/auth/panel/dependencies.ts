import type { Clock } from "../../core/clock.ts";
import type { FollowWaits } from "../../core/http/pacing/followWaits.ts";
import type { LocalSandboxSource } from "../../core/localSandbox.ts";
import type { TokenEndpoint } from "../../core/oauth/tokenEndpoint.ts";
import type { Company } from "../../core/procore/companies.ts";
import type { Secret } from "../../core/secret.ts";
import type { Connection, User } from "../../core/session.ts";
import type { DisposableStore } from "../../platform/disposables.ts";
import type { Report } from "../../platform/report.ts";
import type { Connections } from "../connections.ts";
import type { Sessions } from "../sessions.ts";
import type { SignIn } from "../signIn/index.ts";
import type { HandOuts } from "./handOuts.ts";

/** What the session's own screen and commands need. */
export interface PanelDependencies {
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly handOuts: HandOuts;
  readonly tokenEndpoint: TokenEndpoint;
  readonly localSandbox: LocalSandboxSource;
  readonly identify: (connection: Connection, accessToken: Secret, signal: AbortSignal) => Promise<User>;
  readonly companies: (connection: Connection, signal: AbortSignal) => Promise<readonly Company[]>;
  readonly followWaits: FollowWaits;
  readonly signIn: () => Promise<SignIn>;
  readonly clock: Clock;
  readonly report: Report;
  readonly windowId: string;
  /** Do terminals of this window run on another machine than this extension? Then its name. */
  readonly terminalsElsewhere: string | undefined;
  /** What lives as long as the window, at most. */
  readonly owned: Pick<DisposableStore, "add" | "remove">;
}
