import * as vscode from "vscode";
import { ProcoreError } from "../core/errors.ts";
import type { Connection, SessionState } from "../core/session.ts";
import { environmentOfKey, sentScheme, sessionScheme } from "./sessionScheme.ts";

/**
 * The connection a command is meant for: the one that its argument names (a document about it, or an action there), else
 * the active one. Arguments come from anywhere; one that names a connection that is gone means none.
 */
export function connectionMeant(argument: unknown, { active, connections }: SessionState): Connection | undefined {
  const named = connectionIdOf(argument);
  return named === undefined ? active : connections.find(({ id }) => id === named);
}

/**
 * The connection that a command is meant for; undefined where there is none in this window, which is no trouble here.
 * @throws ProcoreError `signedOut` when the argument names one that is gone
 */
export function connectionOrNone(argument: unknown, state: SessionState): Connection | undefined {
  const connection = connectionMeant(argument, state);
  if (connection === undefined && state.active !== undefined) throw new ProcoreError({ kind: "signedOut" });
  return connection;
}

function connectionIdOf(argument: unknown): unknown {
  if (argument instanceof vscode.Uri) {
    const isOurs = argument.scheme === sessionScheme || argument.scheme === sentScheme;
    const isConnection = argument.query !== "" && environmentOfKey(argument.query) === undefined;
    return isOurs && isConnection ? argument.query : undefined;
  }
  return typeof argument === "object" && argument !== null && "connection" in argument
    ? argument.connection
    : undefined;
}
