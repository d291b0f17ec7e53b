import * as l10n from "@vscode/l10n";

/** Where the keys of an environment's apps stand, and the address of the portal that has them. */
export interface PortalPlace {
  readonly section: string;
  readonly url: string;
}

const portalUrl = "https://developers.procore.com/developers";
const productionPlace: PortalPlace = {
  section: l10n.t("My Apps > your app > OAuth Credentials > Production OAuth Credentials"),
  url: portalUrl,
};

const portalPlaces: Readonly<Record<string, PortalPlace>> = {
  "development-sandbox": {
    section: l10n.t("My Apps > your app > OAuth Credentials > Sandbox OAuth Credentials"),
    url: portalUrl,
  },
  production: productionPlace,
  "monthly-sandbox": productionPlace,
  federal: {
    section: l10n.t("My Apps > your app > OAuth Credentials (of the federal portal, developers.procoregov.com)"),
    // Of the federal portal no more than its host is documented.
    url: "https://developers.procoregov.com/",
  },
};

/**
 * Undefined for an environment of the user's own: which portal has its apps is not known.
 * @see procore/documentation platform_concepts/development_environments.md, platform_concepts/federal_zone_overview.md
 */
export const portalPlace = (environmentId: string): PortalPlace | undefined =>
  Object.hasOwn(portalPlaces, environmentId) ? portalPlaces[environmentId] : undefined;
