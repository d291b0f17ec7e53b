import * as os from "node:os";
import * as vscode from "vscode";
import type { Machine, Settings } from "../../core/diagnose/ports.ts";
import { networkSettings, projectsSetting, sharesProductionSessions } from "../../platform/settings.ts";
import type { Environments } from "../environments.ts";
import { runsRemotely } from "../workbench.ts";

/** What runs, and where. */
export function readMachine(context: vscode.ExtensionContext): Machine {
  return {
    extension: String(context.extension.packageJSON.version),
    editor: `${vscode.env.appName} ${vscode.version}`,
    window: vscode.env.uiKind === vscode.UIKind.Web ? "browser" : "desktop",
    remote: vscode.env.remoteName,
    runsOn: runsRemotely(context) ? "remoteMachine" : "windowMachine",
    system: `${os.platform()} ${os.release()} ${os.arch()}`,
    node: process.versions.node,
    trust: vscode.workspace.isTrusted ? "trusted" : "restricted",
    workspace: workspaceKind(),
    storageFolder: context.globalStorageUri.fsPath,
  };
}

function workspaceKind(): Machine["workspace"] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) return "none";
  return folders.every(({ uri }) => uri.scheme === "file" || uri.scheme === "vscode-remote") ? "files" : "virtual";
}

/** What decides about the network besides settings; where they lead is nobody's business. */
const variables = [
  "HTTPS_PROXY",
  "https_proxy",
  "HTTP_PROXY",
  "http_proxy",
  "ALL_PROXY",
  "all_proxy",
  "NO_PROXY",
  "no_proxy",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "NODE_TLS_REJECT_UNAUTHORIZED",
];

/** The user's own settings, in which a workspace has no say; but for which projects are listed. */
export function readSettings(environments: Environments): Settings {
  const network = networkSettings();
  const { env } = process;
  const problems = environments.problems();
  const custom = environments.list().filter(({ kind }) => kind === "custom");
  return {
    transport: network.transport,
    proxySupport: network.proxySupport,
    proxy: network.proxy === undefined ? "notSet" : "set",
    proxyAuthorization: network.proxyAuthorization === undefined ? "notSet" : "set",
    noProxyEntries: network.noProxy.length,
    proxyCertificate: network.proxyCertificate,
    systemCertificates: network.systemCertificates,
    shareProductionSessions: sharesProductionSessions(),
    projects: projectsSetting(),
    environments: custom.length,
    environmentProblems: problems,
    variables: variables.filter((name) => (env[name] ?? "") !== ""),
    certificates: env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0" ? "unchecked" : "checked",
  };
}
