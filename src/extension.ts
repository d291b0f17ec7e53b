import * as vscode from "vscode";
import path from "node:path";
import { registerAuth, type Auth } from "./auth/index.ts";
import { statusPageUrl } from "./core/hosts.ts";
import { registerExplorer } from "./explorer/index.ts";
import { LocalSandbox, registerLocalSandbox } from "./localSandbox/index.ts";
import { systemClock } from "./platform/clock.ts";
import { registerCommand } from "./platform/commands.ts";
import { lazyNetwork } from "./platform/lazyNetwork.ts";
import { createLocks } from "./platform/locks.ts";
import { createLog } from "./platform/log.ts";
import { createNetworkLog } from "./platform/networkLog.ts";
import { openUrl } from "./platform/openUrl.ts";
import { createReport } from "./platform/report.ts";
import { networkSettings, onDidChangeNetworkSettings } from "./platform/settings.ts";
import { makeStorageFolder } from "./platform/storageFolder.ts";
import { registerWalkthrough } from "./platform/walkthrough.ts";
import { createTestControls, type TestControls } from "./platform/testControls.ts";
import { createFollowWaits } from "./core/http/pacing/followWaits.ts";
import { SentRecords } from "./core/sent/sentRecords.ts";
import { WaitBoard } from "./core/http/pacing/wait.ts";
import { registerStatus } from "./status/index.ts";

/** Builds everything and wires it; what can wait (network, sandbox, connections) is loaded when it is needed. */
export function activate(context: vscode.ExtensionContext): TestControls | undefined {
  const controls = createTestControls(context, systemClock);
  const clock = controls?.clock ?? systemClock;
  const channel = vscode.window.createOutputChannel("Procore", { log: true });
  const channelLog = createLog(channel);
  const log = controls?.watch(channelLog) ?? channelLog;
  const networkLog = createNetworkLog(() => vscode.window.createOutputChannel("Procore Network", { log: true }));
  const report = createReport(log);
  const waits = new WaitBoard();
  const sent = new SentRecords();
  const followWaits = createFollowWaits({ waits, clock });
  const walkthrough = registerWalkthrough(context, report);
  const { globalStorageUri: folder } = context;
  makeStorageFolder(folder.fsPath);

  const network = lazyNetwork(async () => {
    const { createNetwork } = await import("./platform/network/createNetwork.ts");
    return createNetwork({
      clock,
      userAgent: `procore-explorer/${String(context.extension.packageJSON.version)}`,
      log: networkLog.request,
      tokens: auth.sessions,
      settings: { current: networkSettings, onDidChange: onDidChangeNetworkSettings },
      onTransportUse({ connectionId, host }, use) {
        const whose = connectionId === undefined ? `to ${host}` : `of connection ${connectionId}`;
        log.info(`Requests ${whose} go through ${use.kind}: ${use.reason}`);
        if (connectionId !== undefined) auth.connections.noteTransportUse(connectionId, use);
      },
      onRateLimit: (connectionId, limit) => auth.connections.noteRateLimit(connectionId, limit),
      onWait: (connectionId, wait) => waits.set(connectionId, wait),
      onSent: (owner, record) => sent.add(owner, record),
      limitsFolder: path.join(folder.fsPath, "limits"),
      around: (transport) => localSandbox.serving(transport),
    });
  });
  const { tokenEndpoint, identify, companyName, procore, forget } = network;
  const localSandbox = new LocalSandbox({
    file: path.join(folder.fsPath, "local-sandbox.json"),
    clock,
    load: () => import("./sandbox/index.ts"),
    tokenEndpoint,
    externalAuthority: async (origin) => (await vscode.env.asExternalUri(vscode.Uri.parse(origin))).authority,
    onTrouble: (error) => log.error("Trouble in the Local Sandbox", error),
  });
  // Real time also in tests that move the clock: other processes look at these locks.
  const locks = createLocks({
    folder: folder.fsPath,
    clock: systemClock,
    onTrouble: (error) => log.error("A lock could not be released", error),
  });
  const auth: Auth = registerAuth({
    context,
    tokenEndpoint,
    localSandbox,
    identify,
    companyName,
    procore,
    ask: network.ask,
    forgetLimits: forget,
    sent,
    followWaits,
    tellWalkthrough: walkthrough.tell,
    clock,
    locks,
    report,
  });
  const session = auth.connections;

  context.subscriptions.push(
    channel,
    networkLog,
    network,
    localSandbox,
    auth,
    registerLocalSandbox({ localSandbox, folder, report }),
    registerExplorer({
      session,
      procore,
      followWaits,
      clock,
      report,
      log,
      tellWalkthrough: walkthrough.tell,
      memory: context.workspaceState,
      activate: (connectionId) => session.activate(connectionId),
      shared: context.globalState,
    }),
    registerStatus({ session, clock, report }),
    walkthrough,
    registerCommand("procore.showLog", report, () => log.show()),
    registerCommand("procore.showNetworkLog", report, () => networkLog.show()),
    registerCommand("procore.openStatusPage", report, () => openUrl(statusPageUrl)),
  );
  start(localSandbox, auth).catch((error: unknown) => report.failure(error));
  return controls;
}

/** The Local Sandbox first: whether its connection can be used is known from then on. */
async function start(localSandbox: LocalSandbox, auth: Auth): Promise<void> {
  try {
    await localSandbox.load();
  } finally {
    await auth.load();
  }
}
