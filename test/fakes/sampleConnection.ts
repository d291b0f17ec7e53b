import { builtInEnvironments } from "../../src/core/procore/environments.ts";
import { userId } from "../../src/core/procore/ids.ts";
import type { Connection, Session, SessionState } from "../../src/core/session.ts";

/** A signed-in connection to the Development Sandbox; `changes` replaces parts of it. */
export function sampleConnection(changes: Partial<Connection> = {}): Connection {
  return {
    id: "connection-1",
    label: "Development Sandbox",
    ...environmentParts("development-sandbox"),
    clientId: "0123456789abcdef0123456789abcdef",
    grant: { kind: "authorizationCode" },
    user: { id: userId(7), login: "ada@example.com", name: "Ada Field" },
    session: activeUntil(Date.UTC(2026, 0, 5, 10, 30)),
    clockSkewMs: 0,
    createdAt: Date.UTC(2026, 0, 5, 9, 0),
    lastRefreshAt: undefined,
    lastFailure: undefined,
    ...changes,
  };
}

/** Environment and origins of a connection to one of the built-in environments. */
export function environmentParts(id: string): Pick<Connection, "environment" | "origins"> {
  const environment = builtInEnvironments.find((candidate) => candidate.id === id);
  if (environment === undefined) throw new Error(`There is no environment ${id}`);
  const { kind, label, shortLabel } = environment;
  const local = "http://127.0.0.1:3100";
  return {
    environment: { id, kind, label, shortLabel },
    origins: environment.origins ?? { login: local, api: local, web: local },
  };
}

/** A renewable session; `expiresAt` in epoch ms. */
export const activeUntil = (expiresAt: number): Session => ({ kind: "active", expiresAt, renewable: true });

/** The state of a window that works with `active`. */
export function stateWith(active: Connection | undefined, changes: Partial<SessionState> = {}): SessionState {
  return { active, connections: active === undefined ? [] : [active], pending: undefined, ...changes };
}
