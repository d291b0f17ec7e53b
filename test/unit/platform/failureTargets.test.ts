import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import {
  advice,
  unforeseenAdvice,
  type Advice,
  type Failure,
  type FailureAction,
  type Instead,
  type NetworkCause,
  ProcoreError,
  type SignedOutReason,
} from "../../../src/core/errors.ts";
import { actionCommand, actionCommands, type ActionCommand } from "../../../src/platform/failureActions.ts";
import type { Account, DiagnosePorts } from "../../../src/core/diagnose/ports.ts";
import { companyId } from "../../../src/core/procore/ids.ts";
import type { Connection } from "../../../src/core/session.ts";
import { FakeClock } from "../../fakes/fakeClock.ts";
import { sampleConnection } from "../../fakes/sampleConnection.ts";
import { makeReport, sampleAccount, samplePlace, samplePorts, settings } from "../core/diagnose/world.ts";
import { assertGolden } from "../../golden/goldenText.ts";

const root = path.resolve(import.meta.dirname, "../../..");

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
    readonly walkthroughs: readonly { readonly steps: readonly { readonly id: string }[] }[];
  };
}

const procore = "api.procore.com";
const own = "api.example.com";
const environment = "Site";

/** A record each, so that the compiler asks for a row when a cause, a reason or a kind is added. */
const causes: Readonly<Record<NetworkCause, true>> = {
  hostNotFound: true,
  refused: true,
  reset: true,
  timeout: true,
  certificate: true,
  certificateExpired: true,
  certificateHost: true,
  tls: true,
  tlsVersion: true,
  proxyUnreachable: true,
  proxyAuthentication: true,
  proxyRefused: true,
  proxySetting: true,
  certificatesUnchecked: true,
  replyTooLarge: true,
  unreadable: true,
  notAllowed: true,
  other: true,
};
const reasons: Readonly<Record<SignedOutReason, true>> = {
  refreshTokenSpent: true,
  noRefreshToken: true,
  notKept: true,
  olderCopy: true,
  unused: true,
  storeReplaced: true,
  keyLost: true,
  inAnotherWindow: true,
};
const insteads: Readonly<Record<Instead["kind"], Instead>> = {
  webPage: { kind: "webPage", title: "Sign in" },
  redirect: { kind: "redirect", host: "portal.example.com" },
  networkSignIn: { kind: "networkSignIn" },
};

const keysOf = <K extends string>(record: Readonly<Record<K, unknown>>): readonly K[] => Object.keys(record) as K[];
const http = (status: number, more: Partial<Extract<Failure, { kind: "http" }>> = {}): Failure => ({
  kind: "http",
  status,
  message: "No",
  host: procore,
  ...more,
});

/** Every kind of failure, and every variant of it that a person is told something else about. */
const failures: Readonly<Record<Failure["kind"], Readonly<Record<string, Failure>>>> = {
  signedOut: {
    "": { kind: "signedOut" },
    ...Object.fromEntries(keysOf(reasons).map((reason) => [reason, { kind: "signedOut", reason }])),
  },
  credentialsRejected: { "": { kind: "credentialsRejected", environment, host: procore } },
  serviceAccountMissing: { "": { kind: "serviceAccountMissing", environment, host: procore } },
  codeRejected: { "": { kind: "codeRejected" } },
  oauth: { "": { kind: "oauth", error: "invalid_request", description: "", status: 400 } },
  network: Object.fromEntries(
    keysOf(causes).flatMap((cause) => [
      [cause, { kind: "network", cause, host: procore }],
      [`${cause} on this machine`, { kind: "network", cause, host: "127.0.0.1:3000" }],
    ]),
  ),
  http: {
    ...Object.fromEntries(
      [400, 401, 403, 404, 405, 406, 408, 409, 413, 418, 422, 500, 503].map((status) => [`${status}`, http(status)]),
    ),
    "403 TOOL_OFF": http(403, { code: "TOOL_OFF" }),
    "400 MISSING_COMPANY": http(400, { code: "MISSING_COMPANY" }),
    "500 elsewhere": http(500, { host: own }),
    ...Object.fromEntries(
      keysOf(insteads).flatMap((kind) => [
        [kind, http(502, { instead: insteads[kind] })],
        [`${kind} elsewhere`, http(502, { instead: insteads[kind], host: own })],
      ]),
    ),
  },
  appNotConnected: { "": { kind: "appNotConnected" } },
  rateLimited: { "": { kind: "rateLimited" } },
  unexpectedReply: {
    "": { kind: "unexpectedReply", host: procore, expected: "a list" },
    elsewhere: { kind: "unexpectedReply", host: own, expected: "a list" },
    "at a path": { kind: "unexpectedReply", host: procore, expected: "a list", path: "0.id" },
    ...Object.fromEntries(
      keysOf(insteads).flatMap((kind) => [
        [kind, { kind: "unexpectedReply", host: procore, expected: "a list", instead: insteads[kind] }],
        [`${kind} elsewhere`, { kind: "unexpectedReply", host: own, expected: "a list", instead: insteads[kind] }],
      ]),
    ),
  },
  webAddressRefused: { "": { kind: "webAddressRefused", host: procore } },
  addressesChanged: { "": { kind: "addressesChanged", environment, was: procore, now: own } },
  environmentGone: { "": { kind: "environmentGone", environment } },
  sandboxStopped: { "": { kind: "sandboxStopped" } },
  storage: { read: { kind: "storage", what: "The list", doing: "read" } },
  clipboard: { write: { kind: "clipboard", doing: "write" } },
  sessionBusy: { "": { kind: "sessionBusy" } },
  sessionOvertaken: { "": { kind: "sessionOvertaken" } },
  newerVersion: { "": { kind: "newerVersion", what: "The list" } },
  damaged: { "": { kind: "damaged", what: "The list" } },
};

const rows: readonly (readonly [string, Advice])[] = [
  ...Object.entries(failures).flatMap(([kind, variants]) =>
    Object.entries(variants).map(([name, failure]) => [`${kind} ${name}`.trim(), advice(failure)] as const),
  ),
  ["an error of our own", unforeseenAdvice],
];

/** Findings of the report, which no request met: each world brings some of them about. */
async function findings(): Promise<readonly (readonly [string, readonly FailureAction[]])[]> {
  const service = sampleConnection({
    grant: { kind: "clientCredentials", companyId: companyId(1), companyName: "Acme" },
  });
  const day = 86_400_000;
  const late: DiagnosePorts["send"] = async () => {
    const reply = { status: 401, headers: { date: new Date(2 * day).toUTCString() }, body: "" };
    return { reply, sentAt: 0, receivedAt: 0 };
  };
  const spoilt = samplePorts({
    settings: { ...settings, certificates: "unchecked", environmentProblems: ["Entry 1"] },
    keyring: { home: "secretStorage", keyring: undefined, roundTrip: async () => ({ kind: "changed" }) },
    send: late,
  });
  const clock = new FakeClock();
  const none = { companies: async () => [] };
  const empty = { projects: async () => ({ shown: 0, total: 0 }) };
  const refused = async (): Promise<never> => {
    throw new ProcoreError({ kind: "http", status: 403, message: "", host: procore });
  };
  const missing = async (): Promise<never> => {
    throw new ProcoreError({ kind: "http", status: 404, message: "", host: procore });
  };
  const ofTool = (changes: Partial<Account>, connection?: Connection) =>
    makeReport(samplePorts(), {
      kind: "connection",
      account: sampleAccount(changes, connection),
      tool: samplePlace(),
    });
  const hanging = makeReport(samplePorts({ clock }), {
    kind: "connection",
    account: sampleAccount({ unsaved: () => new Promise(() => undefined) }),
  });
  await clock.advance(60_000);
  const reports = [
    await hanging,
    await makeReport(spoilt, { kind: "connection", account: sampleAccount(none) }),
    await makeReport(samplePorts(), { kind: "connection", account: sampleAccount(empty) }),
    await makeReport(samplePorts(), { kind: "connection", account: sampleAccount(none, service) }),
    await makeReport(samplePorts(), { kind: "connection", account: sampleAccount(empty, service) }),
    await ofTool({ toolItems: refused }),
    await ofTool({ toolItems: missing }),
    await ofTool({ project: missing }),
    await ofTool({ project: missing }, service),
  ];
  return reports.flatMap(({ checks }) =>
    checks.flatMap(({ troubles }) =>
      troubles.flatMap((trouble) =>
        trouble.kind === "finding" ? [[`finding ${trouble.headline}`, [trouble.action]] as const] : [],
      ),
    ),
  );
}

const actionsOf = ({ action, also }: Advice): readonly FailureAction[] =>
  also === undefined ? [action] : [action, also];

/** Commands of the editor itself, and its settings. */
const editorCommands: ReadonlySet<string> = new Set([
  "workbench.action.openSettings",
  "workbench.action.reloadWindow",
  "workbench.extensions.action.checkForUpdates",
]);
const editorSettings: ReadonlySet<string> = new Set(["http.proxy"]);

describe("every failure leads somewhere", () => {
  let manifest: Manifest;
  let found: Awaited<ReturnType<typeof findings>>;
  before(async () => {
    found = await findings();
    manifest = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")) as Manifest;
  });

  /** What is wrong with a target, "" when it is there. */
  const problemOf = ({ command, parameters: [first] }: ActionCommand): string => {
    const { commands, configuration, walkthroughs } = manifest.contributes;
    if (!editorCommands.has(command) && !commands.some((own) => own.command === command)) return "no such command";
    if (command === "procore.openWalkthrough") {
      const steps = walkthroughs.flatMap((walkthrough) => walkthrough.steps);
      return steps.some(({ id }) => id === first) ? "" : `no step ${String(first)}`;
    }
    if (command !== "workbench.action.openSettings") return "";
    const isKnown = Object.hasOwn(configuration.properties, String(first)) || editorSettings.has(String(first));
    return isKnown ? "" : `no setting ${String(first)}`;
  };

  it("each kind has its own rows", () => {
    const strays = Object.entries(failures).flatMap(([kind, variants]) =>
      Object.values(variants).filter((failure) => failure.kind !== kind),
    );
    assert.deepEqual(strays, []);
  });

  it("each button goes to a step, a setting or a command that exists", () => {
    const problems = Object.entries(actionCommands).map(([action, target]) => [action, problemOf(target)]);
    assert.deepEqual(
      problems.filter(([, problem]) => problem !== ""),
      [],
    );
  });

  it("no button is there that no failure has", () => {
    const used = new Set([...rows.flatMap(([, told]) => actionsOf(told)), ...found.flatMap(([, actions]) => actions)]);
    assert.deepEqual(
      Object.keys(actionCommands).filter((action) => !used.has(action as FailureAction)),
      [],
    );
  });

  it("a button that is about a connection names it", () => {
    const ofConnection = Object.keys(actionCommands).filter((action) => {
      const { parameters } = actionCommand(action as keyof typeof actionCommands, "c1");
      return JSON.stringify(parameters).includes('"connection":"c1"');
    });
    assert.deepEqual(ofConnection, [
      "signIn",
      "signInHere",
      "editCredentials",
      "showWhatWasSent",
      "diagnose",
      "takeOver",
    ]);
  });

  it("each kind, and each variant that differs, as reviewed", () => {
    const nameOf = (action: FailureAction): string => {
      if (action === "retry") return "Try Again";
      const { title, command, parameters } = actionCommands[action];
      return `${title} = ${command}${parameters.length === 0 ? "" : ` ${JSON.stringify(parameters)}`}`;
    };
    assertGolden(
      "failureTargets",
      [...rows.map(([name, told]) => [name, actionsOf(told)] as const), ...found]
        .map(([name, actions]) => `${name}: ${actions.map(nameOf).join(", ")}`)
        .join("\n"),
    );
  });
});
