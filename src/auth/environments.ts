import { ProcoreError } from "../core/errors.ts";
import type { LocalSandboxSource } from "../core/localSandbox.ts";
import { parseCustomEnvironments } from "../core/procore/customEnvironments.ts";
import { builtInEnvironments, localSandboxId, type Environment, type Origins } from "../core/procore/environments.ts";
import type { Connection } from "../core/session.ts";

/** The environments a person can sign in to now: Procore's own, the Local Sandbox and those from the settings. */
export interface Environments {
  list(): readonly Environment[];
  get(id: string): Environment | undefined;
  /** One sentence per entry of the setting that was left out. */
  problems(): readonly string[];
  /** @throws ProcoreError when the connection's own addresses are not (any longer) those of its environment */
  checkAddresses(connection: Connection): void;
}

export function createEnvironments(deps: {
  readonly setting: () => unknown;
  readonly localSandbox: LocalSandboxSource;
}): Environments {
  const list = (): readonly Environment[] => [
    ...builtInEnvironments.map((item) =>
      item.id === localSandboxId ? { ...item, origins: localOrigins(deps.localSandbox) } : item,
    ),
    ...parseCustomEnvironments(deps.setting()).environments,
  ];
  const get = (id: string): Environment | undefined => list().find((item) => item.id === id);
  return {
    list,
    get,
    problems: () => parseCustomEnvironments(deps.setting()).problems,
    checkAddresses(connection) {
      const environment = get(connection.environment.id);
      if (environment === undefined) {
        throw new ProcoreError({ kind: "environmentGone", environment: connection.environment.label });
      }
      if (environment.origins === undefined) throw new ProcoreError({ kind: "sandboxStopped" });
      const [was, now] = [connection.origins, environment.origins];
      const changed = (["login", "api", "web"] as const).find((name) => was[name] !== now[name]);
      if (changed === undefined) return;
      throw new ProcoreError({
        kind: "addressesChanged",
        environment: environment.label,
        was: was[changed],
        now: now[changed],
      });
    },
  };
}

function localOrigins(localSandbox: LocalSandboxSource): Origins | undefined {
  const origin = localSandbox.current?.origin;
  return origin === undefined ? undefined : { login: origin, api: origin, web: origin };
}
