import { isProcoreHost } from "../../core/hosts.ts";
import { builtInEnvironments } from "../../core/procore/environments.ts";
import { isSignedIn, type Connection, type SessionState } from "../../core/session.ts";

/** Which connection can show what is at an origin. */
export type AddressConnection =
  | { readonly kind: "active"; readonly connection: Connection }
  | { readonly kind: "other"; readonly connection: Connection }
  /** `environment` is the name of the one to sign in to; undefined for a host that is none of Procore's. */
  | { readonly kind: "none"; readonly environment: string | undefined };

/**
 * The active connection if it fits, else one that is signed in, else any that fits. A connection fits an address of its
 * own web application or API, or of its environment at Procore.
 */
export function connectionFor(origin: string, { active, connections }: SessionState): AddressConnection {
  const environment = environmentOf(origin);
  const fits = ({ origins, environment: own }: Connection): boolean =>
    origins.web === origin || origins.api === origin || (environment !== undefined && own.id === environment.id);
  if (active !== undefined && fits(active)) return { kind: "active", connection: active };
  const others = connections.filter(fits);
  const connection = others.find((other) => isSignedIn(other)) ?? others[0];
  return connection === undefined ? { kind: "none", environment: environment?.label } : { kind: "other", connection };
}

/**
 * The environment of Procore's that an origin belongs to. Companies of production open on hosts of their zone, such as
 * us02.procore.com, so every host that is no other environment's is production's.
 * @see procore/documentation tutorials/tutorial_mpz.md (zones), platform_concepts/federal_zone_overview.md
 */
function environmentOf(origin: string) {
  const { protocol, host, hostname } = new URL(origin);
  if (protocol !== "https:" || !isProcoreHost(host)) return undefined;
  const byId = (id: string) => builtInEnvironments.find((environment) => environment.id === id);
  const own = builtInEnvironments.find(({ origins }) => Object.values(origins ?? {}).includes(origin));
  if (own !== undefined) return own;
  if (/(?:^|\.)procoregov\.com$/u.test(hostname)) return byId("federal");
  if (/sandbox.*monthly|monthly.*sandbox/u.test(hostname)) return byId("monthly-sandbox");
  return hostname.includes("sandbox") ? byId("development-sandbox") : byId("production");
}
