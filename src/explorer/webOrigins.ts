import type { ProcoreClient } from "../core/procore/client.ts";
import type { CompanyId } from "../core/procore/ids.ts";
import type { Connection } from "../core/session.ts";

/** Finds where a person opens a company. */
export type FindWebOrigin = (connection: Connection, companyId: CompanyId, signal: AbortSignal) => Promise<string>;

/** Asks Procore once for each company and connection; a failure is asked again. */
export function createWebOrigins(procore: Pick<ProcoreClient, "companyWebOrigin">): FindWebOrigin {
  const known = new Map<string, string>();
  return async (connection, companyId, signal) => {
    const key = JSON.stringify([connection.id, connection.origins.api, companyId]);
    const found = known.get(key) ?? (await procore.companyWebOrigin(connection, companyId, signal));
    known.set(key, found);
    return found;
  };
}
