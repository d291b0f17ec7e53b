import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { ProcoreError } from "../../core/errors.ts";
import type { Connections } from "../connections.ts";

/** Loads the list of connections. One that is damaged is in everybody's way until a person lets it be put aside. */
export async function loadOrSetAside(connections: Connections): Promise<"loaded" | "declined"> {
  try {
    await connections.load();
  } catch (error) {
    if (!(error instanceof ProcoreError) || error.failure.kind !== "damaged") throw error;
    const chosen = await vscode.window.showWarningMessage(
      l10n.t("The list of your connections is damaged and cannot be read."),
      {
        modal: true,
        detail: l10n.t(
          "It can be set aside: the file stays beside the new one as connections.json.damaged, and you begin with an empty list. Client IDs and secrets are entered again.",
        ),
      },
      l10n.t("Set Aside"),
    );
    if (chosen === undefined) return "declined";
    await connections.setAside();
  }
  return "loaded";
}
