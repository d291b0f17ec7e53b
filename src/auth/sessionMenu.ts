import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { needsSignIn, type SessionState } from "../core/session.ts";
import { runCommand, type CommandId } from "../platform/commands.ts";
import { askChoice, type Choice } from "../platform/quickInput.ts";
import { connectionTitle } from "./connections.ts";

/** What the status bar item opens: everything one can do with the session, as it is now. */
export async function showSessionMenu(state: SessionState, now: number): Promise<void> {
  const { active, pending } = state;
  const result = await askChoice<CommandId>({
    title: active === undefined ? "Procore" : connectionTitle(active),
    step: 1,
    totalSteps: 1,
    back: "hidden",
    placeholder:
      pending === undefined
        ? l10n.t("What do you want to do?")
        : l10n.t("A sign-in to {0} waits for its authorization code", pending.environmentLabel),
    choices: sessionMenuChoices(state, now),
  });
  if (result.kind !== "answer") return;
  // Of several connections the menu is the active one's.
  if (["procore.diagnose", "procore.showWhatWasSent"].includes(result.answer) && active !== undefined)
    await runCommand(result.answer, { connection: active.id });
  else await runCommand(result.answer);
}

function sessionMenuChoices({ active, connections, pending }: SessionState, now: number): readonly Choice<CommandId>[] {
  const signedIn = active !== undefined && !needsSignIn(active, now);
  const known = active !== undefined && active.session.kind !== "signedOut";
  const choices: readonly (Choice<CommandId> | undefined)[] = [
    pending && choice("key", l10n.t("Enter Authorization Code"), "procore.enterAuthorizationCode"),
    pending && choice("close", l10n.t("Cancel Sign In"), "procore.cancelSignIn"),
    signedIn ? undefined : choice("sign-in", l10n.t("Sign In"), "procore.signIn"),
    active && choice("info", l10n.t("Show Session"), "procore.showSession"),
    choice("list-ordered", l10n.t("Show What Was Sent"), "procore.showWhatWasSent"),
    signedIn ? choice("refresh", l10n.t("Refresh Session Now"), "procore.refreshSession") : undefined,
    signedIn ? choice("copy", l10n.t("Copy Access Token"), "procore.copyAccessToken") : undefined,
    signedIn ? choice("terminal", l10n.t("Open Signed-in Terminal"), "procore.openTerminal") : undefined,
    connections.length > 0 ? choice("arrow-swap", l10n.t("Switch Connection"), "procore.switchConnection") : undefined,
    known ? choice("sign-out", l10n.t("Sign Out"), "procore.signOut") : undefined,
    active && choice("edit", l10n.t("Edit App Credentials"), "procore.editCredentials"),
    active && choice("trash", l10n.t("Remove Connection"), "procore.removeConnection"),
    choice("pulse", l10n.t("Diagnose Connection"), "procore.diagnose"),
    choice("output", l10n.t("Show Log"), "procore.showLog"),
  ];
  return choices.filter((item) => item !== undefined);
}

const choice = (icon: string, label: string, answer: CommandId): Choice<CommandId> => ({
  label,
  iconPath: new vscode.ThemeIcon(icon),
  answer,
});
