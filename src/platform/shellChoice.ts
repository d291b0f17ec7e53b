import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { type Shell, shellOf } from "../core/http/curl.ts";
import { askChoice, type Choice } from "./quickInput.ts";

/** What people call a shell. */
export const shellNames: Readonly<Record<Shell, string>> = { bash: "bash", powershell: "PowerShell", cmd: "cmd" };

/**
 * The shell to write a command line for. `terminal`: the one that the editor's terminals run, asked for where that one
 * is not known; `ask`: always asked for. Undefined when the question was closed.
 */
export async function chooseShell(title: string, which: "terminal" | "ask"): Promise<Shell | undefined> {
  const own = shellOf(vscode.env.shell);
  if (which === "terminal" && own !== undefined) return own;
  const details: Readonly<Record<Shell, string>> = {
    bash: l10n.t("Also sh, zsh and fish"),
    powershell: l10n.t("Windows PowerShell and PowerShell 7; runs curl.exe"),
    cmd: l10n.t("The Command Prompt of Windows; to be pasted at its prompt"),
  };
  const choices = Object.keys(shellNames)
    .filter(isShell)
    .map((shell): Choice<Shell> => ({
      label: shellNames[shell],
      description: shell === own ? l10n.t("your terminal's shell") : "",
      detail: details[shell],
      answer: shell,
    }));
  const active = choices.find(({ answer }) => answer === own);
  const result = await askChoice({
    title,
    step: 1,
    totalSteps: 1,
    back: "hidden",
    placeholder: l10n.t("Which shell is the command line for?"),
    choices,
    ...(active === undefined ? {} : { active }),
  });
  return result.kind === "answer" ? result.answer : undefined;
}

const isShell = (text: string): text is Shell => Object.hasOwn(shellNames, text);
