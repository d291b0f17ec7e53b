import type { Listen } from "../../core/events.ts";
import type { Secret } from "../../core/secret.ts";

/** What the user's own settings say about the network; a workspace has no say. */
export interface NetworkSettings {
  /** `procore.network.transport`. */
  readonly transport: "auto" | "undici" | "vscode";
  /** `http.proxySupport`: "off" means that no proxy is used, also none that the environment names. */
  readonly proxySupport: "on" | "off";
  /** `http.proxy` as it was typed, which may hold a password; undefined when it is empty. */
  readonly proxy: Secret | undefined;
  /** `http.noProxy`. */
  readonly noProxy: readonly string[];
  /** `http.proxyStrictSSL`: is the certificate of the proxy itself checked? Those of hosts always are. */
  readonly proxyCertificate: "checked" | "unchecked";
  /** `http.proxyAuthorization`: the whole value of `Proxy-Authorization`. */
  readonly proxyAuthorization: Secret | undefined;
  /** `http.systemCertificates`: "trusted" adds the system's certificate authorities to Node's own. */
  readonly systemCertificates: "trusted" | "ignored";
}

/** What holds when the user has set nothing. */
export const nothingSet: NetworkSettings = {
  transport: "auto",
  proxySupport: "on",
  proxy: undefined,
  noProxy: [],
  proxyCertificate: "checked",
  proxyAuthorization: undefined,
  systemCertificates: "trusted",
};

/** The port through which the network sees the settings. */
export interface NetworkSettingsSource {
  current(): NetworkSettings;
  readonly onDidChange: Listen<void>;
}

/** The environment variables that name proxies, and others. */
export type Environment = Readonly<Record<string, string | undefined>>;
