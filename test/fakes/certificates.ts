import { generateKeyPair, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import forge from "node-forge";
import { hourMs } from "../../src/core/clock.ts";
import { lazily } from "../../src/core/lazily.ts";

const dayMs = 24 * hourMs;

/** A private key and its certificate, PEM. Made while the tests run, good for a few days, vouched for nowhere else. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

/** Who a test server says it is: `procore-test` is `*.procore.test`; `self-signed` is this machine, unvouched for. */
export type IdentityName = "procore-test" | "expired" | "notYetValid" | "self-signed";

/** Names the folder with the authority that the harness made, for a process that trusts it from its start. */
const authorityVariable = "PROCORE_TEST_AUTHORITY";

const files = { cert: "ca.cert.pem", key: "ca.key.pem" } as const;

/** The authority of this process's tests: the harness's, where it made one, else one of its own. */
export const testAuthority = lazily(async (): Promise<Identity> => {
  const folder = process.env[authorityVariable];
  if (folder === undefined) return await createAuthority();
  const read = (name: string): string => readFileSync(path.join(folder, name), "utf8");
  return { key: read(files.key), cert: read(files.cert) };
});

/** Makes an authority in `folder`, for processes to come; gives the environment that has them trust it. */
export async function writeAuthority(folder: string): Promise<Readonly<Record<string, string>>> {
  const { key, cert } = await createAuthority();
  await mkdir(folder, { recursive: true });
  const certFile = path.join(folder, files.cert);
  await writeFile(certFile, cert);
  await writeFile(path.join(folder, files.key), key, { mode: 0o600 });
  return { NODE_EXTRA_CA_CERTS: certFile, [authorityVariable]: folder };
}

/** An identity for a test server; all but `self-signed` are vouched for by the tests' authority. */
export async function identityOf(name: IdentityName): Promise<Identity> {
  const now = Date.now();
  if (name === "self-signed") {
    return await issue({ subject: "localhost", altNames: [dns("localhost"), ip("127.0.0.1")], from: now - dayMs });
  }
  const from = { "procore-test": now - dayMs, expired: now - 30 * dayMs, notYetValid: now + dayMs }[name];
  const altNames = [dns("*.procore.test")];
  return await issue({ subject: "*.procore.test", altNames, from, by: await testAuthority() });
}

const createAuthority = (): Promise<Identity> =>
  issue({ subject: "Authority of the tests", altNames: [], from: Date.now() - dayMs, isAuthority: true });

interface Certificate {
  readonly subject: string;
  readonly altNames: readonly object[];
  /** Epoch ms; it ends a week later. */
  readonly from: number;
  /** Signs itself when left out. */
  readonly by?: Identity;
  readonly isAuthority?: true;
}

// RFC 5280 section 4.2.1.6: 2 is a DNS name, 7 an address.
const dns = (value: string): object => ({ type: 2, value });
const ip = (address: string): object => ({ type: 7, ip: address });

/** Node's own keys are quick to make; one pair is enough for all servers of a process. */
const serverKeys = lazily(createKeys);

function createKeys(): Promise<{ readonly publicKey: string; readonly privateKey: string }> {
  return promisify(generateKeyPair)("rsa", {
    modulusLength: 2_048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}

async function issue({ subject, altNames, from, by, isAuthority }: Certificate): Promise<Identity> {
  const { publicKey, privateKey } = isAuthority ? await createKeys() : await serverKeys();
  const cert = forge.pki.createCertificate();
  cert.publicKey = forge.pki.publicKeyFromPem(publicKey);
  // Positive and without a byte too many, whatever follows: some readers refuse the latter (X.690 section 8.3.2).
  cert.serialNumber = `01${randomBytes(15).toString("hex")}`;
  cert.validity.notBefore = new Date(from);
  cert.validity.notAfter = new Date(from + 7 * dayMs);
  const name = [{ name: "commonName", value: subject }];
  cert.setSubject(name);
  cert.setIssuer(by === undefined ? name : forge.pki.certificateFromPem(by.cert).subject.attributes);
  cert.setExtensions(
    isAuthority
      ? [
          { name: "basicConstraints", critical: true, cA: true },
          { name: "keyUsage", critical: true, keyCertSign: true },
        ]
      : [{ name: "subjectAltName", altNames }],
  );
  cert.sign(forge.pki.privateKeyFromPem(by?.key ?? privateKey), forge.md.sha256.create());
  return { key: privateKey, cert: forge.pki.certificateToPem(cert) };
}
