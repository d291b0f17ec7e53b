import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { advice, ProcoreError } from "../../core/errors.ts";
import { outOfBandRedirectUri } from "../../core/oauth/authorizationUrl.ts";
import { parsePastedCode } from "../../core/oauth/pastedCode.ts";
import type { TokenSet } from "../../core/oauth/tokenSet.ts";
import { plain } from "../../core/plain.ts";
import { readClipboard } from "../../platform/clipboard.ts";
import { runCommand } from "../../platform/commands.ts";
import type { BoxButton, OpenBox } from "../../platform/quickInput.ts";
import type { Report } from "../../platform/report.ts";
import { loginHost, type Attempt } from "./attempt.ts";
import { refusal } from "./codeWords.ts";
import { copyLink, openBrowser, type BrowserOptions } from "./openBrowser.ts";

/** The code was exchanged, or the person wants to mend the keys first. */
export type CodeAnswer = { readonly kind: "tokens"; readonly tokens: TokenSet } | { readonly kind: "editCredentials" };

export interface CodeButtonOptions extends BrowserOptions {
  readonly report: Pick<Report, "told">;
}

/** The buttons that the code box always has. */
export function standardButtons(options: CodeButtonOptions): readonly BoxButton<CodeAnswer>[] {
  return [
    {
      icon: "link-external",
      tooltip: l10n.t("Open the browser again"),
      async press(box) {
        box.show(await openBrowser(options));
        return undefined;
      },
    },
    {
      icon: "copy",
      tooltip: l10n.t("Copy link (open it in a private window to sign in as someone else)"),
      press: (box) =>
        inBox(options, box, async () => {
          box.show(await copyLink(options));
          return undefined;
        }),
    },
    {
      icon: "clippy",
      tooltip: l10n.t("Paste from clipboard"),
      press: (box) => inBox(options, box, () => paste(box)),
    },
    {
      icon: "question",
      tooltip: l10n.t("I see an error page"),
      press: (box) => inBox(options, box, () => explainErrorPage(options.attempt)),
    },
  ];
}

/** For a refused code: empties the box and opens the browser for another one. */
export function newCodeButton(options: BrowserOptions): BoxButton<CodeAnswer> {
  return {
    icon: "refresh",
    tooltip: l10n.t("Get a new code"),
    async press(box) {
      box.value = "";
      box.show(await openBrowser(options));
      return undefined;
    },
  };
}

/** For refused keys: goes back to their boxes. */
export const editCredentialsButton: BoxButton<CodeAnswer> = {
  icon: "key",
  tooltip: l10n.t("Edit client ID and secret"),
  press: async () => await Promise.resolve<CodeAnswer>({ kind: "editCredentials" }),
};

/** What goes wrong is read in the box, which stays open with what was typed. */
async function inBox(
  { report }: CodeButtonOptions,
  box: OpenBox,
  press: () => Promise<CodeAnswer | undefined>,
): Promise<CodeAnswer | undefined> {
  try {
    return await press();
  } catch (error) {
    if (!(error instanceof ProcoreError)) throw error;
    report.told(error, "use the clipboard");
    box.show({ text: advice(error.failure).message, severity: "error" });
    return undefined;
  }
}

async function paste(box: OpenBox): Promise<undefined> {
  const text = await readClipboard();
  const pasted = parsePastedCode(text);
  if (pasted.kind === "code") box.value = text.trim();
  else box.show({ text: refusal(pasted), severity: "warning" });
  return undefined;
}

async function explainErrorPage(attempt: Attempt): Promise<CodeAnswer | undefined> {
  if (attempt.environment.kind === "local") {
    // Its app is always registered as it has to be.
    const detail = l10n.t("Denied: Deny was chosen instead of Allow.\n\nThen choose Open the browser again.");
    await vscode.window.showInformationMessage(l10n.t("What does the error page say?"), { modal: true, detail });
    return undefined;
  }
  const copy = l10n.t("Copy Redirect URI");
  const edit = l10n.t("Edit Client ID");
  const chosen = await vscode.window.showInformationMessage(
    l10n.t("What does the error page say?"),
    {
      modal: true,
      detail: l10n.t(
        "Redirect URI: add {0} to the app's redirect URIs for {1}, exactly so. The Developer Portal has them under OAuth Credentials.\n\nClient: this client ID does not belong to {2}.\n\nDenied: Deny was chosen instead of Allow.\n\nThen choose Open the browser again.",
        outOfBandRedirectUri,
        plain(attempt.environment.label),
        loginHost(attempt),
      ),
    },
    copy,
    edit,
  );
  if (chosen === copy) await runCommand("procore.copyRedirectUri");
  return chosen === edit ? { kind: "editCredentials" } : undefined;
}
