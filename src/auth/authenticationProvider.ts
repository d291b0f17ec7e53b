import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Connection } from "../core/session.ts";
import { DisposableStore, type Disposable } from "../platform/disposables.ts";
import { onDidChangeSharing } from "../platform/settings.ts";
import type { Connections } from "./connections.ts";
import { isOffered, sessionFor } from "./sharing.ts";

export interface ProviderDependencies {
  readonly connections: Connections;
  /** Sessions with tokens; loaded when another extension asks for the first time. */
  readonly handOut: (accountId: string | undefined) => Promise<vscode.AuthenticationSession[]>;
  readonly create: (accountId: string | undefined) => Promise<vscode.AuthenticationSession>;
  readonly signOut: (connection: Connection) => Promise<void>;
}

export interface ProviderRegistration extends Disposable {
  /** The connections were read: from here on what changes is told. What VS Code asked before waited for them. */
  begin(): void;
}

const providerId = "procore";

/**
 * The editor's door for other extensions, and the Accounts menu. VS Code's own questions come without scopes (measured
 * on 1.139.1 and 1.105.1): they are answered from the list of connections, no secret is read and nothing is sent. A
 * question with scopes, also with none in its list, comes from another extension and is answered with the token.
 */
export function registerAuthenticationProvider(deps: ProviderDependencies): ProviderRegistration {
  const { connections } = deps;
  const store = new DisposableStore();
  const changes = store.add(new vscode.EventEmitter<vscode.AuthenticationProviderAuthenticationSessionsChangeEvent>());
  const provider: vscode.AuthenticationProvider = {
    onDidChangeSessions: changes.event,
    async getSessions(scopes, { account }) {
      if (connections.loaded === "no") await connections.load();
      if (scopes !== undefined) return await deps.handOut(account?.id);
      return offered(connections).filter(({ id }) => account === undefined || id === account.id);
    },
    createSession: (_scopes, { account }) => deps.create(account?.id),
    async removeSession(sessionId) {
      const connection = connections.get(sessionId);
      if (connection === undefined) throw new Error(l10n.t("There is no such Procore session."));
      await deps.signOut(connection);
    },
  };
  let told: ReadonlyMap<string, Told> | undefined;
  const follow = (): void => {
    if (told === undefined) return;
    const event = difference(told, (told = toldOf(connections)));
    if (event !== undefined) changes.fire(event);
  };
  store.add(connections.onDidChange(follow));
  store.add(onDidChangeSharing(follow));
  store.add(
    vscode.authentication.registerAuthenticationProvider(providerId, "Procore", provider, {
      supportsMultipleAccounts: true,
    }),
  );
  return { begin: () => void (told ??= toldOf(connections)), dispose: () => store.dispose() };
}

function offered({ current }: Connections): vscode.AuthenticationSession[] {
  return current.connections.filter(isOffered).map((connection) => sessionFor(connection, current.connections, ""));
}

interface Told {
  readonly session: vscode.AuthenticationSession;
  /** Changes with the token and with what is shown of the account. */
  readonly mark: string;
}

function toldOf(connections: Connections): ReadonlyMap<string, Told> {
  return new Map(
    offered(connections).map((session) => {
      const { session: state, lastRefreshAt } = connections.get(session.id) ?? {};
      return [session.id, { session, mark: JSON.stringify([session.account.label, state, lastRefreshAt]) }];
    }),
  );
}

function difference(
  before: ReadonlyMap<string, Told>,
  after: ReadonlyMap<string, Told>,
): vscode.AuthenticationProviderAuthenticationSessionsChangeEvent | undefined {
  const sessions = (list: Iterable<Told>, keep: (id: string, item: Told) => boolean): vscode.AuthenticationSession[] =>
    Array.from(list).flatMap((item) => (keep(item.session.id, item) ? [item.session] : []));
  const added = sessions(after.values(), (id) => !before.has(id));
  const removed = sessions(before.values(), (id) => !after.has(id));
  const changed = sessions(after.values(), (id, { mark }) => before.has(id) && before.get(id)?.mark !== mark);
  return added.length + removed.length + changed.length === 0 ? undefined : { added, removed, changed };
}
