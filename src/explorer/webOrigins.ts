import { ProcoreError } from "../core/errors.ts";
import type { ProcoreClient } from "../core/procore/client.ts";
import type { CompanyId } from "../core/procore/ids.ts";
import type { Connection } from "../core/session.ts";

/** Finds where a person opens a company. */
export type FindWebOrigin = (connection: Connection, companyId: CompanyId, signal: AbortSignal) => Promise<string>;

/**
 * Asks Procore once for each company and connection. Where Procore does not tell (the app is not installed there, or
 * the service has none), the connection's own web address serves; the next time it is asked again.
 */
export function createWebOrigins(procore: Pick<ProcoreClient, "companyWebOrigin">): FindWebOrigin {
  const known = new Map<string, string>();
  return async (connection, companyId, signal) => {
    const key = JSON.stringify([connection.id, connection.origins.api, companyId]);
    try {
      const found = known.get(key) ?? (await procore.companyWebOrigin(connection, companyId, signal));
      known.set(key, found);
      return found;
    } catch (error) {
      if (isNotTold(error)) return connection.origins.web;
      throw error;
    }
  };
}

/** What Procore itself answers where it does not tell; other trouble, and a page of somebody in between, rises. */
function isNotTold(error: unknown): boolean {
  if (!(error instanceof ProcoreError)) return false;
  const { failure } = error;
  if (failure.kind === "appNotConnected") return true;
  return failure.kind === "http" && failure.instead === undefined && [400, 403, 404].includes(failure.status);
}
