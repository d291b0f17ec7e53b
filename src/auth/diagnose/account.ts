import type { Account } from "../../core/diagnose/ports.ts";
import type { Connection } from "../../core/session.ts";
import type { DiagnoseDependencies } from "./dependencies.ts";

/** A connection as the report looks at it: through its own session, as every other request goes. */
export function createAccount(
  deps: Pick<
    DiagnoseDependencies,
    "connections" | "sessions" | "environments" | "procore" | "tokenEndpoint" | "localSandbox"
  >,
  known: Connection,
): Account {
  const { connections, sessions, environments, procore, tokenEndpoint, localSandbox } = deps;
  // One that was removed meanwhile is told by whatever asks for its session.
  const connection = (): Connection => connections.get(known.id) ?? known;
  return {
    connection,
    async checkAddresses() {
      const { environment } = connection();
      // One that is kept, but runs in no window now, comes back by itself for a request as well.
      if (environment.kind === "local" && localSandbox.current !== undefined) await localSandbox.start();
      environments.checkAddresses(connection());
    },
    checkKeys: (signal) => sessions.checkKeys(connection(), signal),
    async session(signal) {
      await sessions.accessToken(connection(), signal);
    },
    async tokenInfo(signal) {
      const { environment, origins } = connection();
      const app = { connectionId: known.id, environmentLabel: environment.label, loginOrigin: origins.login };
      const { accessToken } = await sessions.presentToken(connection());
      return await tokenEndpoint.tokenInfo(app, accessToken, signal);
    },
    unsaved: async () => (await sessions.keeping(known.id)).unsaved,
    me: (signal) => procore.me(connection(), signal),
    companies: (signal) => procore.companies(connection(), signal),
    async projects(companyId, signal) {
      const { items, total } = await procore.projects(connection(), { companyId, page: 1 }, signal);
      return { shown: items.length, total };
    },
    async project(place, signal) {
      await procore.project(connection(), place, signal);
    },
    async toolItems(place, signal) {
      const { items, total } = await procore.toolItems(connection(), { ...place, page: 1 }, signal);
      return { shown: items.length, total };
    },
    rateLimit: () => connections.rateLimit(known.id),
    transportUse: () => connections.transportUse(known.id),
  };
}
