import { ProcoreError } from "../../core/errors.ts";
import { builtInEnvironments } from "../../core/procore/environments.ts";
import type { StepSubject } from "../../core/sent/steps.ts";
import type { Connection, SessionState } from "../../core/session.ts";
import { connectionMeant } from "../connectionMeant.ts";

/** Whose app and hosts documents, command lines and files are about. */
export type Subject = StepSubject & Pick<Connection, "environment"> & { readonly label: string };

/** A connection; without one the Development Sandbox, which every developer has, and no app. */
export function subjectOf(connection: Connection | undefined): Subject {
  if (connection !== undefined) {
    const { origins, clientId, grant, environment } = connection;
    return { origins, clientId, grant, environment, label: environment.label };
  }
  const environment = builtInEnvironments.find(({ kind }) => kind === "sandbox");
  if (environment?.origins === undefined) throw new Error("There is no sandbox among the environments");
  const { origins, label } = environment;
  return { origins, clientId: undefined, grant: { kind: "authorizationCode" }, environment, label };
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
