import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Clock } from "../core/clock.ts";
import type { SessionSource } from "../core/session.ts";
import type { CommandId } from "../platform/commands.ts";
import { DisposableStore, type Disposable } from "../platform/disposables.ts";
import type { Report } from "../platform/report.ts";
import { createRepaintTimer } from "../platform/repaintTimer.ts";
import { sessionStatus, type SessionStatus } from "./sessionStatus.ts";
import { statusTooltip, type TooltipLine } from "./statusTooltip.ts";

export interface StatusDependencies {
  readonly session: SessionSource;
  readonly clock: Clock;
  readonly report: Report;
}

const priority = 100;

/** The status bar item: painted at once from what is known, then with each change of session, focus or minute. */
export function registerStatus({ session, clock, report }: StatusDependencies): Disposable {
  const store = new DisposableStore();
  const item = store.add(createItem());
  const paint = (now: number): number | undefined => {
    const state = session.current;
    const status = sessionStatus(state, now);
    const rateLimit = state.active === undefined ? undefined : session.rateLimit(state.active.id);
    show(item, status, tooltipOf(statusTooltip(state, { now, rateLimit }), state.active));
    return status.nextChangeAt;
  };
  const timer = store.add(
    createRepaintTimer({
      clock,
      paint,
      isFocused: () => vscode.window.state.focused,
      onDidChangeFocus: (listener) => vscode.window.onDidChangeWindowState(listener),
      background: (work, what) => report.background(work, what),
    }),
  );
  store.add(session.onDidChange(() => timer.repaint()));
  store.add(session.onDidChangeRateLimit(() => timer.repaintSoon()));
  return store;
}

function createItem(): vscode.StatusBarItem {
  const item = vscode.window.createStatusBarItem("procore.session", vscode.StatusBarAlignment.Right, priority);
  const command: CommandId = "procore.showSessionMenu";
  item.name = l10n.t("Procore Session");
  item.command = command;
  return item;
}

function show(item: vscode.StatusBarItem, status: SessionStatus, tooltip: vscode.MarkdownString): void {
  item.text = status.text;
  item.tooltip = tooltip;
  item.accessibilityInformation = { label: status.accessibilityLabel };
  item.backgroundColor =
    status.warning === "none" ? undefined : new vscode.ThemeColor(`statusBarItem.${status.warning}Background`);
  if (status.visibility === "shown") item.show();
  else item.hide();
}

/** Text from outside goes in by `appendText` only, which leaves no Markdown in it. */
function tooltipOf(lines: readonly TooltipLine[], active: unknown): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  for (const { label, value } of lines) {
    tooltip.appendMarkdown("**").appendText(l10n.t("{0}:", label)).appendMarkdown("** ");
    appendWithoutLinks(tooltip, value);
    tooltip.appendMarkdown("\n\n");
  }
  if (active === undefined) return tooltip.appendText(l10n.t("Click for the session menu"));
  // One command of ours, without arguments: nothing from outside can run anything.
  const command: CommandId = "procore.showSession";
  tooltip.isTrusted = { enabledCommands: [command] };
  return tooltip.appendMarkdown(
    l10n.t({
      message: "Click for the session menu or [Show Session]({0})",
      args: [`command:${command}`],
      comment: ["Markdown: [the link's words]({0})"],
    }),
  );
}

const linkMakers: Readonly<Record<string, string>> = { "@": "&#64;", ":": "&#58;", ".": "&#46;" };

/** The editor makes links of e-mail and web addresses in Markdown, also of text; written as entities they stay text. */
function appendWithoutLinks(tooltip: vscode.MarkdownString, value: string): void {
  for (const part of value.split(/([@:.])/u)) {
    const entity = linkMakers[part];
    if (entity === undefined) tooltip.appendText(part);
    else tooltip.appendMarkdown(entity);
  }
}
