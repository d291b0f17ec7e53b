import type { Clock } from "../core/clock.ts";
import type { Connections } from "./connections.ts";
import type { HomeKind, Occasion } from "./sessionHome.ts";
import type { Sessions } from "./sessions.ts";
import type { SweepOptions } from "./upkeep/sweep.ts";

export interface SweepDependencies {
  readonly clock: Clock;
  readonly home: HomeKind;
  readonly connections: Pick<Connections, "current" | "get" | "load">;
  readonly sessions: Pick<Sessions, "forgetUnlisted">;
  /** Loaded at the first need. */
  readonly sweepSessions: (options: SweepOptions) => Promise<unknown>;
  /** `sessions/` in the folder that all windows share. */
  readonly folder: string;
}

/** To be called when tokens of a connection were stored, by the clock of the server that gave them. */
export type Sweep = (connectionId: string, skewMs: number, occasion: Occasion) => Promise<void>;

/**
 * Deletes old session files: once in the life of a window, when a server has just told the time; see `sweepSessions`.
 * Where each window has its own copy of all secrets, those of removed connections go at a sign-in, which writes secrets
 * anyway: a renewal puts no copy in the place of another window's.
 */
export function createSweep({ clock, home, connections, sessions, sweepSessions, folder }: SweepDependencies): Sweep {
  const swept = new Set<"files" | "all">();
  return async (connectionId, skewMs, occasion) => {
    const extent = occasion === "renewal" && home === "sealedFile" ? "files" : "all";
    const kind = connections.get(connectionId)?.environment.kind;
    // A Local Sandbox has this machine's clock, right or wrong; a first sign-in is in no list yet.
    if (swept.has(extent) || kind === undefined || kind === "local") return;
    swept.add(extent);
    await connections.load();
    const connectionIds = new Set(connections.current.connections.map(({ id }) => id));
    const forget = extent === "all" ? sessions.forgetUnlisted : async (): Promise<"kept"> => "kept";
    await sweepSessions({ folder, connectionIds, serverNow: clock.now() + skewMs, forget });
  };
}
