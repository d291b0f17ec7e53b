import type { Check, Report } from "../../../../src/core/diagnose/check.ts";
import { diagnose } from "../../../../src/core/diagnose/diagnose.ts";
import type { Account, DiagnosePorts, Machine, Settings, Subject } from "../../../../src/core/diagnose/ports.ts";
import { ProcoreError } from "../../../../src/core/errors.ts";
import { reportText, type ReportTextOptions } from "../../../../src/core/diagnose/reportText.ts";
import type { Names } from "../../../../src/core/diagnose/words.ts";
import { companyId, projectId, userId } from "../../../../src/core/procore/ids.ts";
import type { ToolPlace } from "../../../../src/core/procore/toolPlace.ts";
import { tools } from "../../../../src/core/procore/tools.ts";
import type { Connection } from "../../../../src/core/session.ts";
import { actionCommand } from "../../../../src/platform/failureActions.ts";
import { FakeClock } from "../../../fakes/fakeClock.ts";
import { sampleConnection } from "../../../fakes/sampleConnection.ts";

export const machine: Machine = {
  extension: "0.1.0",
  editor: "Visual Studio Code 1.139.1",
  window: "desktop",
  remote: undefined,
  runsOn: "windowMachine",
  system: "linux 6.8.0 x64",
  node: "24.21.0",
  trust: "trusted",
  workspace: "files",
  storageFolder: "/home/ada/.config/Code/User/globalStorage/procore-explorer.procore-explorer",
};

export const settings: Settings = {
  transport: "auto",
  proxySupport: "on",
  proxy: "notSet",
  proxyAuthorization: "notSet",
  noProxyEntries: 0,
  proxyCertificate: "checked",
  systemCertificates: "trusted",
  shareProductionSessions: "no",
  projects: "active",
  environments: 0,
  environmentProblems: [],
  variables: [],
  certificates: "checked",
};

/** Everything works, at Procore's own hosts; `changes` replaces parts of it. */
export function samplePorts(changes: Partial<DiagnosePorts> = {}): DiagnosePorts {
  const clock = new FakeClock();
  const date = new Date(clock.now()).toUTCString();
  return {
    clock,
    machine,
    settings,
    probe: {
      way: () => ({ kind: "direct", why: "noneNamed" }),
      resolve: async () => ["203.0.113.7", "2001:db8::7"],
      connect: async () => 21,
      certificate: async () => ({
        protocol: "TLSv1.3",
        subject: "*.procore.com",
        names: "*.procore.com, procore.com",
        issuer: "Public Trust, Public Trust TLS 4",
        root: "Public Trust, Public Trust Root",
        rootFrom: "node",
        chainLength: 3,
        validFrom: Date.UTC(2025, 9, 1),
        validTo: Date.UTC(2026, 9, 1),
        refused: undefined,
      }),
    },
    keyring: { home: "secretStorage", keyring: "linux", roundTrip: async () => ({ kind: "kept" }) },
    signInTrouble: undefined,
    async send() {
      const reply = {
        status: 401,
        headers: { date, "content-type": "application/json" },
        body: '{"errors":"Unauthorized"}',
      };
      return { reply, sentAt: clock.now(), receivedAt: clock.now() + 34 };
    },
    ...changes,
  };
}

/** A tool on whose row a report may be asked for. */
export const samplePlace = (toolId = "changeEvents"): ToolPlace => {
  const tool = tools.find(({ id }) => id === toolId);
  if (tool === undefined) throw new Error(`There is no tool ${toolId}`);
  const names = { companyName: "Ironbridge & Vale Builders", projectName: "Harbor Tower" };
  return { tool, companyId: companyId(12), projectId: projectId(34), ...names };
};

/** An account in which everything works. */
export function sampleAccount(changes: Partial<Account> = {}, connection: Connection = sampleConnection()): Account {
  const resetAt = Date.UTC(2026, 0, 5, 10, 0);
  return {
    connection: () => connection,
    checkAddresses: async () => undefined,
    checkKeys: async () => ({ kind: "taken" }),
    session: async () => undefined,
    tokenInfo: async () => ({
      resourceOwnerId: "7",
      applicationUid: connection.clientId,
      scopes: [],
      expiresInSeconds: 5_400,
      createdAt: undefined,
    }),
    unsaved: async () => "no",
    me: async () => ({ id: userId(7), login: "ada@example.com", name: undefined }),
    companies: async () => [
      { id: companyId(12), name: "Ironbridge & Vale Builders", isActive: true },
      { id: companyId(13), name: "Kestrel Civil", isActive: true },
    ],
    projects: async (id) => (id === companyId(12) ? { shown: 300, total: 1_048 } : { shown: 2, total: 2 }),
    project: async () => undefined,
    toolItems: async () => ({ shown: 300, total: 642 }),
    rateLimit: () => ({ limit: 3_600, remaining: 3_580, resetAt }),
    transportUse: () => ({ kind: "undici", reason: "no proxy is named" }),
    ...changes,
  };
}

/** Makes a whole report. */
export async function makeReport(
  ports: DiagnosePorts,
  subject: Subject,
  signal: AbortSignal = new AbortController().signal,
): Promise<Report> {
  const onError = (error: unknown): void => {
    if (!(error instanceof ProcoreError)) throw error;
  };
  return await diagnose(ports, subject, { signal, onChange: () => undefined, onError });
}

export const titleOf: ReportTextOptions["titleOf"] = (action) =>
  action === "retry" ? "Run Again" : actionCommand(action).title;

export const textOfReport = (report: Report, names: Names): string => reportText(report, { names, titleOf }).text;

export function checkOf(report: Report, id: string): Check {
  const check = report.checks.find((item) => item.id === id);
  if (check === undefined)
    throw new Error(`There is no part ${id}: ${report.checks.map((item) => item.id).join(", ")}`);
  return check;
}
