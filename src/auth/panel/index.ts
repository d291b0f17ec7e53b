import type * as vscode from "vscode";
import { copyAccessToken } from "./copyAccessToken.ts";
import type { PanelDependencies } from "./dependencies.ts";
import { createHandOuts } from "./handOuts.ts";
import { openTerminal } from "./openTerminal.ts";
import { refreshSession } from "./refreshSession.ts";
import { SessionDocuments } from "./sessionDocuments.ts";
import { createSharedSession, handOutSessions } from "./sharedSessions.ts";

/** What people and other extensions do with a session. Command arguments may name a connection; anybody may call. */
export interface SessionPanel {
  readonly documents: SessionDocuments;
  refresh(argument: unknown): Promise<void>;
  copyAccessToken(argument: unknown): Promise<void>;
  openTerminal(argument: unknown): Promise<void>;
  handOut(accountId: string | undefined): Promise<vscode.AuthenticationSession[]>;
  createSession(accountId: string | undefined): Promise<vscode.AuthenticationSession>;
}

/** The entry of `dist/panel.js`. */
export function createPanel(
  given: Omit<PanelDependencies, "handOuts"> & Parameters<typeof createHandOuts>[0],
): SessionPanel {
  const deps: PanelDependencies = { ...given, handOuts: createHandOuts(given) };
  return {
    documents: new SessionDocuments(deps),
    refresh: (argument) => refreshSession(deps, argument),
    copyAccessToken: (argument) => copyAccessToken(deps, argument),
    openTerminal: (argument) => openTerminal(deps, argument),
    handOut: (accountId) => handOutSessions(deps, accountId),
    createSession: (accountId) => createSharedSession(deps, accountId),
  };
}
