import * as http from "node:http";
import * as tls from "node:tls";
import { testAuthority } from "../../../fakes/certificates.ts";

declare module "node:http" {
  /** The types of the oldest Node that the product runs on do not know it; tests run on a newer one. */
  function setGlobalProxyFromEnv(env: Readonly<Record<string, string>>): () => void;
}

/** Has this process trust the test's own authority, as NODE_EXTRA_CA_CERTS would; the result takes it back. */
export async function trustTestAuthority(): Promise<() => void> {
  const { cert } = await testAuthority();
  const before = tls.getCACertificates("default");
  tls.setDefaultCACertificates([...before, cert]);
  return () => tls.setDefaultCACertificates(before);
}

/** Leads this process's `fetch` through a proxy, as the editor leads its own; the result takes it back. */
export function leadFetchThrough(proxyUrl: string): () => void {
  return http.setGlobalProxyFromEnv({ https_proxy: proxyUrl, http_proxy: proxyUrl, no_proxy: "127.0.0.1,localhost" });
}
