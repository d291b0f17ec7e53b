import { readFileSync } from "node:fs";
import * as tls from "node:tls";
import { testAuthorityFile } from "../../../fakes/tlsOrigin.ts";

/** Has this process trust the test's own authority, as NODE_EXTRA_CA_CERTS would; the result takes it back. */
export function trustTestAuthority(): () => void {
  const before = tls.getCACertificates("default");
  tls.setDefaultCACertificates([...before, readFileSync(testAuthorityFile, "utf8")]);
  return () => tls.setDefaultCACertificates(before);
}
