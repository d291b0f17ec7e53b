import type { AuthenticationSession } from "vscode";
import { plain } from "../core/plain.ts";
import { countsAsProduction } from "../core/procore/environments.ts";
import type { Connection } from "../core/session.ts";
import { sharesProductionSessions } from "../platform/settings.ts";
import { shortClientId } from "./connections.ts";

/** Is there a session, and may other extensions ask for it? */
export function isOffered(connection: Connection): boolean {
  return connection.session.kind === "active" && mayBeShared(connection);
}

/** Production sessions are shared only when the user's own settings say so. */
export function mayBeShared(connection: Connection): boolean {
  return !countsAsProduction(connection) || sharesProductionSessions() === "yes";
}

/** A session as VS Code knows it. Procore has no scopes: it has none, whatever was asked for. */
export function sessionFor(
  connection: Connection,
  all: readonly Connection[],
  accessToken: string,
): AuthenticationSession {
  const { id } = connection;
  return { id, accessToken, account: { id, label: accountLabel(connection, all) }, scopes: [] };
}

/**
 * "login · environment · app". VS Code keeps a person's consent by this label, so no two connections have the same one,
 * and it is the same in every language.
 */
function accountLabel(connection: Connection, all: readonly Connection[]): string {
  const twin = all.find((item) => item.id !== connection.id && baseLabel(item) === baseLabel(connection));
  return twin === undefined ? baseLabel(connection) : `${baseLabel(connection)} · ${connection.id.slice(0, 8)}`;
}

const baseLabel = ({ user, environment, clientId }: Connection): string =>
  [
    plain(user?.login ?? "", 80) || "unknown user",
    plain(environment.label, 60),
    `app ${plain(shortClientId(clientId), 20)}`,
  ].join(" · ");
