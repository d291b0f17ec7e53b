import * as vscode from "vscode";
import type { Listen } from "../core/events.ts";
import { Secret } from "../core/secret.ts";
import type { NetworkSettings } from "./network/settings.ts";

/**
 * The user's own value of `procore.environments`, unparsed. Only user settings count: a workspace must not decide where
 * a token goes, whatever its files say.
 */
export function environmentsSetting(): unknown {
  return vscode.workspace.getConfiguration("procore").inspect("environments")?.globalValue;
}

/** What the user's own settings say about the network, read anew each time. A workspace has no say in these either. */
export function networkSettings(): NetworkSettings {
  const transport = own("procore", "network.transport");
  const noProxy = own("http", "noProxy");
  return {
    transport: transport === "undici" || transport === "vscode" ? transport : "auto",
    proxySupport: own("http", "proxySupport") === "off" ? "off" : "on",
    proxy: secretText(own("http", "proxy")),
    noProxy: Array.isArray(noProxy) ? noProxy.filter((entry) => typeof entry === "string") : [],
    proxyCertificate: own("http", "proxyStrictSSL") === false ? "unchecked" : "checked",
    proxyAuthorization: secretText(own("http", "proxyAuthorization")),
    systemCertificates: own("http", "systemCertificates") === false ? "ignored" : "trusted",
  };
}

/** Fires when something of `networkSettings` may have changed. */
export const onDidChangeNetworkSettings: Listen<void> = (listener) =>
  vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration("http") || event.affectsConfiguration("procore.network")) listener();
  });

function own(section: string, name: string): unknown {
  const values = vscode.workspace.getConfiguration(section).inspect<unknown>(name);
  return values?.globalValue ?? values?.defaultValue;
}

/** A proxy's address may hold a password. */
const secretText = (value: unknown): Secret | undefined =>
  typeof value === "string" && value.trim() !== "" ? new Secret(value) : undefined;

/** May other extensions have production sessions? Only the user's own settings count. */
export function sharesProductionSessions(): "yes" | "no" {
  const own = vscode.workspace.getConfiguration("procore").inspect("shareProductionSessions")?.globalValue;
  return own === true ? "yes" : "no";
}

/** Hears when `sharesProductionSessions` may have changed. */
export function onDidChangeSharing(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration("procore.shareProductionSessions")) listener();
  });
}

/** Which projects the Companies view lists. A workspace may say: it decides nothing about tokens. */
export function projectsSetting(): "active" | "all" {
  return vscode.workspace.getConfiguration("procore").get<unknown>("explorer.projects") === "all" ? "all" : "active";
}

/** Sets it where it is set now: in the workspace, else for the user. */
export async function setProjectsSetting(value: "active" | "all"): Promise<void> {
  const settings = vscode.workspace.getConfiguration("procore");
  const isInWorkspace = settings.inspect("explorer.projects")?.workspaceValue !== undefined;
  const target = isInWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await settings.update("explorer.projects", value, target);
}

/** Hears when `projectsSetting` may have changed. */
export const onDidChangeProjectsSetting: Listen<void> = (listener) =>
  vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration("procore.explorer.projects")) listener();
  });
