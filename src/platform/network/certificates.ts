import * as tls from "node:tls";
import type { NetworkSettings } from "./settings.ts";

/**
 * A TLS context that trusts what Node trusts (with NODE_EXTRA_CA_CERTS) and, unless `http.systemCertificates` is off,
 * what the system trusts; undefined where Node's own defaults say all of it, or where Node cannot tell the latter
 * (before 22.15). It takes tens of milliseconds, so it is made once for a state of the settings and at its first https
 * request.
 */
export function createTrust(systemCertificates: NetworkSettings["systemCertificates"]): tls.SecureContext | undefined {
  if (systemCertificates === "ignored") return undefined;
  if (!("getCACertificates" in tls)) return undefined;
  try {
    const ca = Array.from(new Set([...tls.getCACertificates("default"), ...tls.getCACertificates("system")]));
    return tls.createSecureContext({ ca });
  } catch {
    // A system store that cannot be read, or holds what is no certificate, leaves Node's own.
    return undefined;
  }
}
