import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { localTime } from "../../core/localTime.ts";
import type { Connection } from "../../core/session.ts";
import { withProgress } from "../../platform/cancellation.ts";
import { connectionMeant } from "../connectionMeant.ts";
import type { PanelDependencies } from "./dependencies.ts";
import { inUse, type HandOut } from "./handOuts.ts";
import { whoAndWhere } from "./tokenToGive.ts";

/**
 * Renews the session because a person asked. It asks back only when the present access token was handed out and may be
 * in use: Procore ends a person's token when the session is renewed. What it does with older tokens of a service account
 * its documentation does not say.
 */
export async function refreshSession(deps: PanelDependencies, argument: unknown): Promise<void> {
  const connection = connectionMeant(argument, deps.connections.current);
  if (connection === undefined || connection.session.kind === "signedOut") {
    vscode.window.showInformationMessage(l10n.t("You are not signed in."));
    return;
  }
  if (!(await confirmEndOfCopies(deps, connection))) return;
  const renew = async (signal: AbortSignal): Promise<"renewed"> => {
    await deps.sessions.renewNow(connection, signal);
    if (connection.user === undefined) await learnUser(deps, connection, signal);
    return "renewed";
  };
  const follow = (show: (text: string | undefined) => void) => deps.followWaits(() => connection.id, show);
  const renewed = await withProgress(l10n.t("Refreshing the session"), renew, follow);
  if (renewed !== undefined) vscode.window.setStatusBarMessage(l10n.t("Session refreshed"), 3_000);
}

/** `/me` failed at sign-in; now it may answer. */
async function learnUser(deps: PanelDependencies, connection: Connection, signal: AbortSignal): Promise<void> {
  const user = await deps.identify(connection, await deps.sessions.accessToken(connection, signal), signal);
  await deps.connections.change(connection.id, { user });
}

async function confirmEndOfCopies(deps: PanelDependencies, connection: Connection): Promise<boolean> {
  const { session, clockSkewMs, id } = connection;
  if (session.kind !== "active") return true;
  const work = deps.handOuts.read(id);
  deps.report.background(work, "read what was handed out");
  const now = deps.clock.now();
  const handOuts = await work.catch(() => undefined);
  const copies = inUse(handOuts ?? [], session.expiresAt, now + clockSkewMs);
  if (handOuts !== undefined && copies.length === 0) return true;
  const button = l10n.t("Refresh Session");
  const copyWords =
    handOuts === undefined
      ? [l10n.t("The record of what was handed out cannot be read: there may be copies of its access token."), ""]
      : [
          l10n.t("Its access token was handed out, and whoever has it may still use it:"),
          ...copies.map((item) => `• ${handOutWords(item, now)}`),
          "",
        ];
  const detail = [...copyWords, fateWords(connection, handOuts === undefined ? "unknown" : "known")].join("\n");
  const message = l10n.t("Refresh the session of {0}?", whoAndWhere(connection));
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, button)) === button;
}

/** What becomes of the copies; `copies`: are they known, or may there only be some? */
function fateWords({ grant }: Connection, copies: "known" | "unknown"): string {
  if (grant.kind === "clientCredentials") {
    return copies === "known"
      ? l10n.t("Procore may keep these copies valid until their time is up. This extension goes on with the new token.")
      : l10n.t("Procore may keep such copies valid until their time is up. This extension goes on with the new token.");
  }
  return copies === "known"
    ? l10n.t("These copies stop working. This extension goes on with the new token.")
    : l10n.t("Such copies stop working. This extension goes on with the new token.");
}

function handOutWords({ at, lastAt, to }: HandOut, now: number): string {
  const time = localTime(lastAt ?? at, { now });
  if (to === "clipboard") return l10n.t("copied: {0}", time);
  return to === "terminal" ? l10n.t("given to a terminal: {0}", time) : l10n.t("given to another extension: {0}", time);
}
