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
  const trusted = trustedCertificates();
  return trusted === undefined ? undefined : tls.createSecureContext({ ca: trusted });
}

function trustedCertificates(): string[] | undefined {
  if (!("getCACertificates" in tls)) return undefined;
  try {
    return Array.from(new Set([...tls.getCACertificates("default"), ...tls.getCACertificates("system")]));
  } catch {
    // A system store that cannot be read leaves Node's own.
    return undefined;
  }
}
