import * as l10n from "@vscode/l10n";
import * as v from "valibot";
import type { Clock } from "../core/clock.ts";
import { ProcoreError } from "../core/errors.ts";
import type { LocalSandboxApp } from "../core/localSandbox.ts";
import { parseOrigin } from "../core/procore/customEnvironments.ts";
import { Secret } from "../core/secret.ts";
import { readTextFile, writeTextFile } from "../platform/atomicFile.ts";

/**
 * What lies in `local-sandbox.json` while the Local Sandbox is in use, so that a reload or another window goes on with
 * it. The only plain file with tokens in it: they open nothing but made-up data on this machine.
 */
export interface KeptSandbox {
  readonly app: LocalSandboxApp;
  /** The sandbox's own state, which it checks itself when it resumes. */
  readonly state: unknown;
}

const schema = v.object({
  v: v.literal(1),
  origin: v.pipe(
    v.string(),
    v.check((text) => parseOrigin(text) === text),
  ),
  clientId: v.string(),
  clientSecret: v.string(),
  serviceAccount: v.object({
    clientId: v.string(),
    clientSecret: v.string(),
    companies: v.array(
      v.object({ id: v.string(), name: v.string(), projects: v.picklist(["some", "none", "notInstalled"]) }),
    ),
  }),
  state: v.unknown(),
});

/** The kept sandbox, if there is one; a file of another shape counts as none, because nothing in it can be lost. */
export async function readSandboxFile(file: string): Promise<KeptSandbox | undefined> {
  const text = await storage("read", () => readTextFile(file));
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) return undefined;
  const { origin, clientId, clientSecret, serviceAccount, state } = parsed.output;
  const app: LocalSandboxApp = {
    origin,
    clientId,
    clientSecret: new Secret(clientSecret),
    serviceAccount: { ...serviceAccount, clientSecret: new Secret(serviceAccount.clientSecret) },
  };
  return { app, state };
}

export async function writeSandboxFile(file: string, { app, state }: KeptSandbox, clock: Clock): Promise<void> {
  const { origin, clientId, clientSecret, serviceAccount } = app;
  const service = { ...serviceAccount, clientSecret: serviceAccount.clientSecret.reveal() };
  const kept = { v: 1, origin, clientId, clientSecret: clientSecret.reveal(), serviceAccount: service, state };
  const text = JSON.stringify(kept);
  await storage("write", () => writeTextFile(file, text, clock));
}

async function storage<T>(doing: "read" | "write", work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new ProcoreError({ kind: "storage", what: l10n.t("The Local Sandbox's state"), doing }, { cause: error });
  }
}
