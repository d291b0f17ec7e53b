/** `federal` is of kind production. Unknown kinds count as production wherever a rule depends on the kind. */
export type EnvironmentKind = "production" | "sandbox" | "local" | "custom";

/** The three places a connection may send to or open, as bare origins (`https://host[:port]`). */
export interface Origins {
  /** OAuth: /oauth/authorize, /oauth/token, … */
  readonly login: string;
  /** REST: /rest/v1.0/… */
  readonly api: string;
  /** What a person opens in the browser. */
  readonly web: string;
}

export interface Environment {
  readonly id: string;
  readonly label: string;
  /** For the status bar, where room is short. */
  readonly shortLabel: string;
  readonly kind: EnvironmentKind;
  /** Absent for the Local Sandbox while it is not running. */
  readonly origins: Origins | undefined;
}

export const localSandboxId = "local-sandbox";

/**
 * Procore's own environments, Development Sandbox first; the Local Sandbox gets its origins when it runs.
 * @see procore/documentation platform_concepts/development_environments.md, platform_concepts/federal_zone_overview.md
 */
export const builtInEnvironments: readonly Environment[] = [
  {
    id: "development-sandbox",
    label: "Development Sandbox",
    shortLabel: "Sandbox",
    kind: "sandbox",
    origins: {
      login: "https://login-sandbox.procore.com",
      api: "https://sandbox.procore.com",
      web: "https://sandbox.procore.com",
    },
  },
  {
    id: "production",
    label: "Production",
    shortLabel: "Production",
    kind: "production",
    origins: {
      login: "https://login.procore.com",
      api: "https://api.procore.com",
      web: "https://app.procore.com",
    },
  },
  {
    id: "monthly-sandbox",
    label: "Monthly Sandbox",
    shortLabel: "Monthly",
    kind: "sandbox",
    origins: {
      login: "https://login-sandbox-monthly.procore.com",
      api: "https://api-monthly.procore.com",
      web: "https://api-sandbox-monthly.procore.com",
    },
  },
  {
    id: "federal",
    label: "Federal",
    shortLabel: "Federal",
    kind: "production",
    // Procore states no web host for federal; the company's own one comes from company_base_url.
    origins: {
      login: "https://login.procoregov.com",
      api: "https://api.procoregov.com",
      web: "https://app.procoregov.com",
    },
  },
  { id: localSandboxId, label: "Local Sandbox", shortLabel: "Local", kind: "local", origins: undefined },
];

const harmless: readonly string[] = ["sandbox", "local", "custom"] satisfies readonly EnvironmentKind[];

/**
 * Do rules for production hold? For production and federal, for every kind that is not known here, and for an
 * environment of the user's own one of whose addresses is one of theirs.
 */
export function countsAsProduction(place: {
  readonly environment: { readonly kind: string };
  readonly origins: Origins;
}): boolean {
  if (!harmless.includes(place.environment.kind)) return true;
  const own = Object.values(place.origins);
  return builtInEnvironments.some(
    ({ kind, origins }) => kind === "production" && Object.values(origins ?? {}).some((origin) => own.includes(origin)),
  );
}
