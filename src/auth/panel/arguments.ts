import * as v from "valibot";
import { ProcoreError } from "../../core/errors.ts";
import { companyId, type CompanyId } from "../../core/procore/ids.ts";
import { brokenFailure, type Connection, type SessionState } from "../../core/session.ts";
import { connectionMeant } from "../connectionMeant.ts";

const companyNode = v.object({ kind: v.literal("company"), company: v.object({ id: v.string() }) });
const rowArgument = v.union([companyNode, v.object({ parent: companyNode })]);

/** The connection that a command is meant for. @throws ProcoreError `signedOut` when there is none */
export function needConnection(argument: unknown, state: SessionState): Connection {
  const connection = connectionMeant(argument, state);
  if (connection === undefined) throw new ProcoreError({ kind: "signedOut" });
  return connection;
}

/** The company of the row of the Companies view that a command was called on. */
export function companyMeant(argument: unknown): CompanyId | undefined {
  const parsed = v.safeParse(rowArgument, argument);
  if (!parsed.success) return undefined;
  const { output } = parsed;
  return companyId("parent" in output ? output.parent.company.id : output.company.id);
}

/**
 * @throws ProcoreError when there can be no token, in the words that name the next step. Keys that were refused are no
 * reason: the token that they got may still be good.
 */
export function assertSession(connection: Connection, localSandbox: "running" | "stopped"): void {
  const { session, environment } = connection;
  if (environment.kind === "local" && localSandbox === "stopped") throw new ProcoreError({ kind: "sandboxStopped" });
  if (session.kind === "signedOut") throw new ProcoreError({ kind: "signedOut" });
  if (session.kind === "broken" && session.reason !== "credentialsRejected") {
    throw new ProcoreError(brokenFailure(connection, session.reason));
  }
}
