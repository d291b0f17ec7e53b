import * as tls from "node:tls";
import { testAuthority } from "../../../fakes/certificates.ts";

/** Has this process trust the test's own authority, as NODE_EXTRA_CA_CERTS would; the result takes it back. */
export async function trustTestAuthority(): Promise<() => void> {
  const { cert } = await testAuthority();
  const before = tls.getCACertificates("default");
  tls.setDefaultCACertificates([...before, cert]);
  return () => tls.setDefaultCACertificates(before);
}
