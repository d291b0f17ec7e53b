import * as tls from "node:tls";

/**
 * A TLS context that trusts what Node trusts (with NODE_EXTRA_CA_CERTS) and what the system trusts, or undefined where
 * Node cannot tell the latter (before 22.15): then its own defaults hold. It takes tens of milliseconds, so it is made
 * once for a transport and at its first https request.
 */
export function createTrust(): tls.SecureContext | undefined {
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
