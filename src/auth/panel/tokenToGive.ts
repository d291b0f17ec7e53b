import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { minuteMs } from "../../core/clock.ts";
import { localTime } from "../../core/localTime.ts";
import { plain } from "../../core/plain.ts";
import { countsAsProduction } from "../../core/procore/environments.ts";
import type { Connection } from "../../core/session.ts";
import { withProgress } from "../../platform/cancellation.ts";
import type { IssuedToken } from "../sessions.ts";
import { assertSession } from "./arguments.ts";
import type { PanelDependencies } from "./dependencies.ts";
import type { HandOut } from "./handOuts.ts";

/** A token with less left is renewed before it is given out of hand. */
const minLeftMs = 10 * minuteMs;

/** What a person is asked before a token leaves the extension. */
interface Question {
  readonly message: string;
  readonly detail: string;
  readonly button: string;
}

/**
 * The access token for a person who asked for it: production always asks first, `ask` makes others ask as well. Renews
 * when less than ten minutes are left. Undefined when the person thought better of it.
 */
export async function tokenToGive(
  deps: PanelDependencies,
  connection: Connection,
  question: Question & { readonly ask?: "always" },
): Promise<IssuedToken | undefined> {
  assertSession(connection, deps.localSandbox.current === undefined ? "stopped" : "running");
  if ((question.ask === "always" || countsAsProduction(connection)) && !(await confirm(question))) return undefined;
  return await withProgress(l10n.t("Getting an access token"), (signal) =>
    deps.sessions.longLivedToken(connection, minLeftMs, signal),
  );
}

async function confirm({ message, detail, button }: Question): Promise<boolean> {
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, button)) === button;
}

/** "ada@example.com in Production" */
export function whoAndWhere({ user, environment }: Connection): string {
  const who = plain(user?.login ?? "", 80) || l10n.t("the signed-in user");
  return l10n.t({
    message: "{0} in {1}",
    args: [who, plain(environment.label, 60)],
    comment: ["{0} is a user, {1} an environment of Procore; stands in e.g. Refresh the session of {0}?"],
  });
}

/** When a token ends on this machine's wall clock: "14:32". */
export function endTime(deps: PanelDependencies, connection: Connection, token: IssuedToken): string {
  return localTime(token.expiresAt - skewOf(deps, connection), { now: deps.clock.now() });
}

// A renewal may just have learned how far the clocks are apart.
const skewOf = ({ connections }: PanelDependencies, { id, clockSkewMs }: Connection): number =>
  connections.get(id)?.clockSkewMs ?? clockSkewMs;

/** Puts a hand-out on record; whoever asked gets the token even if the record cannot be written. */
export async function record(
  { handOuts, report }: PanelDependencies,
  { id }: Connection,
  handOut: Pick<HandOut, "to" | "endsAt">,
): Promise<HandOut | undefined> {
  const work = handOuts.note(id, handOut);
  report.background(work, "write down that a token was handed out");
  return await work.catch(() => undefined);
}
