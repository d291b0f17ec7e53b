import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { replaceMember } from "./replaceMember.ts";

/** A terminal that the product opened, and what it gave it. */
export interface SeenTerminal {
  readonly options: vscode.TerminalOptions;
  readonly terminal: vscode.Terminal;
}

/** What the product made in the editor. */
export interface Seen {
  readonly logLines: string[];
  readonly contextKeys: Map<string, unknown>;
  status: vscode.StatusBarItem | undefined;
  tree: vscode.TreeDataProvider<unknown> | undefined;
  view: vscode.TreeView<unknown> | undefined;
  provider: vscode.AuthenticationProvider | undefined;
  readonly terminals: SeenTerminal[];
  dispose(): void;
}

/** Notes what the product makes; everything is made all the same. */
export function watchEditor(): Seen {
  const { window, commands, authentication } = vscode;
  const { createStatusBarItem, createTreeView } = window;
  const createTerminal: (options: vscode.TerminalOptions) => vscode.Terminal = window.createTerminal;
  const { registerAuthenticationProvider } = authentication;
  const createLogChannel: (name: string, options: { readonly log: true }) => vscode.LogOutputChannel =
    window.createOutputChannel;
  const { executeCommand } = commands;
  const seen: Seen = {
    logLines: [],
    contextKeys: new Map(),
    status: undefined,
    tree: undefined,
    view: undefined,
    provider: undefined,
    terminals: [],
    dispose: () => undefined,
  };
  const replaced = [
    replaceMember(window, "createStatusBarItem", (...parameters: Parameters<typeof createStatusBarItem>) => {
      seen.status = createStatusBarItem.apply(window, parameters);
      return seen.status;
    }),
    replaceMember(window, "createTreeView", (id: string, options: vscode.TreeViewOptions<unknown>) => {
      seen.tree = options.treeDataProvider;
      seen.view = createTreeView.call(window, id, options);
      return seen.view;
    }),
    replaceMember(window, "createOutputChannel", (name: string, options: { readonly log: true }) =>
      // The editor gives a channel that was disposed again to who asks for the same name.
      noteLines(createLogChannel.call(window, `${name} ${randomUUID()}`, options), seen.logLines),
    ),
    replaceMember(
      authentication,
      "registerAuthenticationProvider",
      (...parameters: Parameters<typeof registerAuthenticationProvider>) => {
        [, , seen.provider] = parameters;
        return registerAuthenticationProvider.apply(authentication, parameters);
      },
    ),
    replaceMember(window, "createTerminal", (options: vscode.TerminalOptions) => {
      const terminal = createTerminal.call(window, options);
      seen.terminals.push({ options, terminal });
      return terminal;
    }),
    // The status bar item keeps up with time only in a window that somebody looks at.
    replaceMember(window, "state", { focused: true, active: true }),
    replaceMember(commands, "executeCommand", (command: string, ...parameters: readonly unknown[]) => {
      if (command === "setContext") seen.contextKeys.set(String(parameters[0]), parameters[1]);
      return executeCommand.call(commands, command, ...parameters);
    }),
  ];
  seen.dispose = () => {
    for (const item of replaced) item.dispose();
    for (const { terminal } of seen.terminals) terminal.dispose();
  };
  return seen;
}

function noteLines(channel: vscode.LogOutputChannel, lines: string[]): vscode.LogOutputChannel {
  const levels: readonly unknown[] = ["trace", "debug", "info", "warn", "error", "append", "appendLine"];
  return new Proxy(channel, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...parameters: readonly unknown[]): unknown => {
        if (levels.includes(name)) lines.push(`[${String(name)}] ${parameters.map(String).join(" ")}`);
        return Reflect.apply(value, target, parameters) as unknown;
      };
    },
  });
}
