import * as vscode from "vscode";
import path from "node:path";
import { registerAuth } from "./auth/index.ts";
import { createApi } from "./core/http/api.ts";
import { createTokenEndpoint } from "./core/oauth/tokenEndpoint.ts";
import { createProcoreClient } from "./core/procore/procoreClient.ts";
import type { Secret } from "./core/secret.ts";
import type { Connection, TokenSource, User } from "./core/session.ts";
import { registerExplorer } from "./explorer/index.ts";
import { LocalSandbox, registerLocalSandbox } from "./localSandbox/index.ts";
import { systemClock } from "./platform/clock.ts";
import { registerCommand } from "./platform/commands.ts";
import { createLog } from "./platform/log.ts";
import { lazyTransport } from "./platform/lazyTransport.ts";
import { createReport } from "./platform/report.ts";
import { createTestControls, type TestControls } from "./platform/testControls.ts";
import { registerStatus } from "./status/index.ts";

/** Builds everything and wires it; what can wait (network, sandbox, connections) is loaded when it is needed. */
export function activate(context: vscode.ExtensionContext): TestControls | undefined {
  const controls = createTestControls(context.extensionMode, systemClock);
  const clock = controls?.clock ?? systemClock;
  const channel = vscode.window.createOutputChannel("Procore", { log: true });
  const log = createLog(channel);
  const report = createReport(log);
  const folder = context.globalStorageUri;
  const userAgent = `procore-explorer/${String(context.extension.packageJSON.version)}`;

  const network = lazyTransport(async () => {
    const { createUndiciTransport } = await import("./platform/network/index.ts");
    return createUndiciTransport({ clock });
  });
  const http = { clock, userAgent, log: log.request };
  const localSandbox = new LocalSandbox({
    file: path.join(folder.fsPath, "local-sandbox.json"),
    clock,
    load: () => import("./sandbox/index.ts"),
    tokenEndpoint: createTokenEndpoint({ ...http, transport: network.send }),
    externalAuthority: async (origin) => (await vscode.env.asExternalUri(vscode.Uri.parse(origin))).authority,
    onTrouble: (error) => log.error("Trouble in the Local Sandbox", error),
  });
  const transport = localSandbox.serving(network.send);
  const apiFor = (tokens: TokenSource) =>
    createApi({ ...http, transport, tokens, onRateLimit: (id, limit) => auth.connections.noteRateLimit(id, limit) });
  const identify = async (connection: Connection, accessToken: Secret, signal: AbortSignal): Promise<User> => {
    const fixed = async (): Promise<Secret> => accessToken;
    return await createProcoreClient({ api: apiFor({ accessToken: fixed, replaceToken: fixed }) }).me(connection, signal);
  };

  const tokenEndpoint = createTokenEndpoint({ ...http, transport });
  const auth = registerAuth({ context, tokenEndpoint, localSandbox, identify, clock, report });
  const procore = createProcoreClient({ api: apiFor(auth.sessions) });
  const session = auth.connections;
  const { extensionUri } = context;
  context.subscriptions.push(
    channel,
    network,
    localSandbox,
    auth,
    registerLocalSandbox({ localSandbox, folder, report }),
    registerExplorer({ session, procore, report, log, clock, extensionUri }),
    registerStatus({ session, clock, report }),
    registerCommand("procore.showLog", report, () => log.show()),
  );
  report.background(start(localSandbox, auth), "read the connections");
  return controls;
}

/** The Local Sandbox first: whether its connection can be used is known from then on. */
async function start(localSandbox: LocalSandbox, auth: { load(): Promise<void> }): Promise<void> {
  try {
    await localSandbox.load();
  } finally {
    await auth.load();
  }
}
