import { type DetailedPeerCertificate, rootCertificates, type TLSSocket } from "node:tls";
import type { ShownCertificate } from "../../core/diagnose/ports.ts";
import { causeOfCode } from "./failureCodes.ts";

/** What a server showed in a handshake that came to its end, and whether it is trusted for the host. */
export function shownCertificate(socket: TLSSocket): ShownCertificate {
  const own = socket.getPeerCertificate(true);
  const chain = chainOf(own);
  const root = chain.at(-1) ?? own;
  return {
    protocol: socket.getProtocol() ?? "",
    subject: nameOf(own.subject),
    names: (own.subjectaltname ?? "").replaceAll(/(?:DNS|IP Address):/gu, ""),
    issuer: nameOf(own.issuer),
    root: nameOf(root.issuer),
    rootFrom: rootFrom(root, socket),
    chainLength: chain.length,
    validFrom: Date.parse(own.valid_from),
    validTo: Date.parse(own.valid_to),
    refused: refusalOf(socket),
  };
}

/** From the server's own certificate to the one that nobody else signed. */
function chainOf(own: DetailedPeerCertificate): readonly DetailedPeerCertificate[] {
  const chain = [own];
  for (let next = own.issuerCertificate; next !== undefined && chain.length < 10; next = next.issuerCertificate) {
    if (chain.some(({ fingerprint256 }) => fingerprint256 === next.fingerprint256)) break;
    chain.push(next);
  }
  return chain;
}

function rootFrom({ raw }: DetailedPeerCertificate, { authorized }: TLSSocket): ShownCertificate["rootFrom"] {
  const text = raw.toString("base64");
  if (rootCertificates.some((pem) => pem.replaceAll(/-----[^-]+-----|\s/gu, "") === text)) return "node";
  return authorized ? "added" : "unknown";
}

function refusalOf({ authorized, authorizationError }: TLSSocket): ShownCertificate["refused"] {
  if (authorized) return undefined;
  // Node gives the code, whatever its declarations say.
  const code = String(authorizationError ?? "");
  return { cause: causeOfCode(code), code };
}

/** Organisation and common name, as far as they are there. */
const nameOf = ({ O, CN }: { readonly O?: unknown; readonly CN?: unknown }): string =>
  [O, CN]
    .flat()
    .filter((part) => typeof part === "string")
    .join(", ");
