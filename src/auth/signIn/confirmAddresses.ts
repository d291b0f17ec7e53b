import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Connection } from "../../core/session.ts";
import type { ReachableEnvironment } from "./attempt.ts";

/**
 * May the keys of this connection go to the addresses that its environment has now? Keys that were given for one host
 * are not sent to another before a person said so.
 */
export async function confirmAddresses(connection: Connection, environment: ReachableEnvironment): Promise<boolean> {
  const { login: was, api: apiWas } = connection.origins;
  const { login: now, api: apiNow } = environment.origins;
  if (was === now && apiWas === apiNow) return true;
  const chosen = await vscode.window.showWarningMessage(
    l10n.t('The addresses of "{0}" changed since you signed in.', environment.label),
    {
      modal: true,
      detail: l10n.t(
        "Login: was {0}, now {1}.\nAPI: was {2}, now {3}.\n\nIf you go on, your client secret and the new session are sent to the new addresses.",
        was,
        now,
        apiWas,
        apiNow,
      ),
    },
    l10n.t("Use New Addresses"),
  );
  return chosen !== undefined;
}
