import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Clock } from "../core/clock.ts";
import { timeLeft } from "../core/timeLeft.ts";
import type { Connection } from "../core/session.ts";
import { runCommand } from "../platform/commands.ts";
import { askChoice, type Choice } from "../platform/quickInput.ts";
import { activeMark, connectionTitle, type Connections } from "./connections.ts";

const newConnection = "new";

/** Chooses which connection this window works with; other windows keep theirs. */
export async function switchConnection(deps: {
  readonly connections: Connections;
  readonly clock: Clock;
}): Promise<void> {
  const { active, connections } = deps.connections.current;
  const choices: readonly Choice<string>[] = [
    ...connections.map((connection) => ({
      label: connectionTitle(connection),
      description: describeChoice(connection, { activeId: active?.id, now: deps.clock.now() }),
      detail: new URL(connection.origins.api).host,
      iconPath: new vscode.ThemeIcon(connection.environment.kind === "production" ? "lock" : "plug"),
      answer: connection.id,
    })),
    { label: "", kind: vscode.QuickPickItemKind.Separator },
    {
      label: l10n.t("Sign in to another environment or app"),
      iconPath: new vscode.ThemeIcon("add"),
      answer: newConnection,
    },
  ];
  const current = choices.find(({ answer }) => answer === active?.id);
  const result = await askChoice({
    title: l10n.t("Switch connection"),
    step: 1,
    totalSteps: 1,
    back: "hidden",
    placeholder:
      connections.length === 0
        ? l10n.t("There is no connection yet")
        : l10n.t("Which connection should this window use?"),
    choices,
    ...(current === undefined ? {} : { active: current }),
  });
  if (result.kind !== "answer") return;
  if (result.answer === newConnection) await runCommand("procore.signIn", { choose: "environment" });
  else await deps.connections.activate(result.answer);
}

function describeChoice(
  connection: Connection,
  { activeId, now }: { readonly activeId: string | undefined; readonly now: number },
): string {
  const { kind, label } = connection.environment;
  return [
    // "Federal" alone does not say that it is production.
    ...(kind === "production" && !label.includes("Production") ? [l10n.t("production")] : []),
    describeSession(connection, now),
    ...(connection.id === activeId ? [activeMark()] : []),
  ].join(", ");
}

function describeSession(connection: Connection, now: number): string {
  const { session, clockSkewMs } = connection;
  if (session.kind === "signedOut") return l10n.t("signed out");
  if (session.kind === "broken") return l10n.t("needs sign-in");
  const left = timeLeft(session.expiresAt - (now + clockSkewMs));
  if (left !== undefined)
    return l10n.t({
      message: "{0} left",
      args: [left.text],
      comment: ["How long a session still has, e.g. 1h 24m left"],
    });
  return session.renewable ? l10n.t("renews on next use") : l10n.t("ended");
}
