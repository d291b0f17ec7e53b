import type { LocalSandboxApp } from "../core/localSandbox.ts";
import type { Origins } from "../core/procore/environments.ts";
import type { Connection } from "../core/session.ts";
import { runCommand } from "../platform/commands.ts";
import type { Connections } from "./connections.ts";
import { isSameServer } from "./sessionStates.ts";
import type { Sessions } from "./sessions.ts";

/** A Local Sandbox that was stopped or started anew knows no old token: its connections begin as signed out. */
export async function followLocalSandbox(
  { connections, sessions }: { readonly connections: Connections; readonly sessions: Sessions },
  app: LocalSandboxApp | undefined,
): Promise<void> {
  // Another window may have signed in to it already.
  await connections.load();
  for (const connection of connections.current.connections) {
    if (connection.environment.kind !== "local") continue;
    const clientId = app === undefined ? undefined : localClientId(app, connection);
    const same = connection.origins.api === app?.origin && connection.clientId === clientId;
    const over = app === undefined && connection.session.kind === "signedOut";
    if (same || over) continue;
    await sessions.forget(connection);
    await connections.change(connection.id, (now) =>
      isSameServer(now, connection)
        ? {
            session: { kind: "signedOut" },
            ...(app === undefined || clientId === undefined ? {} : { clientId, origins: originsOf(app) }),
          }
        : undefined,
    );
  }
  await refreshLocalRows(connections, app);
}

/** A service account belongs to an app of its own. */
const localClientId = (app: LocalSandboxApp, { grant }: Connection): string =>
  grant.kind === "clientCredentials" ? app.serviceAccount.clientId : app.clientId;

/** Rows of a connection to it may say that it is not running. */
async function refreshLocalRows(connections: Connections, app: LocalSandboxApp | undefined): Promise<void> {
  if (app !== undefined && connections.current.active?.environment.kind === "local") {
    await runCommand("procore.refreshExplorer");
  }
}

const originsOf = ({ origin }: LocalSandboxApp): Origins => ({ login: origin, api: origin, web: origin });
