import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { Secret } from "../../core/secret.ts";
import { readClipboard, writeClipboard } from "../../platform/clipboard.ts";
import { needConnection } from "./arguments.ts";
import type { PanelDependencies } from "./dependencies.ts";
import { endTime, record, tokenToGive, whoAndWhere } from "./tokenToGive.ts";

const clear = l10n.t("Clear Clipboard");

/** Puts the access token into the clipboard, because a person asked for it; a failure leaves the clipboard as it was. */
export async function copyAccessToken(deps: PanelDependencies, argument: unknown): Promise<void> {
  const connection = needConnection(argument, deps.connections.current);
  const who = whoAndWhere(connection);
  const token = await tokenToGive(deps, connection, {
    message: l10n.t("Copy the access token of {0}?", who),
    detail: l10n.t(
      "Whoever has the token can do in Procore whatever this user may do, until it ends. Every program on this machine can read the clipboard, and a clipboard history keeps it.",
    ),
    button: l10n.t("Copy Access Token"),
  });
  if (token === undefined) return;
  await writeClipboard(token.accessToken.reveal());
  await record(deps, connection, { to: "clipboard", endsAt: token.expiresAt });
  const until = endTime(deps, connection, token);
  deps.report.background(
    offerToClear(
      deps,
      token.accessToken,
      l10n.t({
        message: "Copied the access token of {0}. It is valid until {1}, and ends sooner if the session is renewed.",
        args: [who, until],
        comment: ["{1} is e.g. 10:30, or Jan 5, 2026 10:30"],
      }),
    ),
    "offer to clear the clipboard",
  );
}

/** What the person copied since is not ours to clear. */
async function offerToClear(deps: PanelDependencies, token: Secret, message: string): Promise<void> {
  if ((await vscode.window.showInformationMessage(message, clear)) !== clear) return;
  try {
    const now = new Secret(await readClipboard());
    if (token.equals(now)) await writeClipboard("");
    const words = token.equals(now)
      ? l10n.t("Clipboard cleared")
      : l10n.t("The clipboard holds something else by now; it was left as it is");
    vscode.window.setStatusBarMessage(words, 5_000);
  } catch (error) {
    deps.report.failure(error);
  }
}
