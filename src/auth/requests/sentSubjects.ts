import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { advice } from "../../core/errors.ts";
import { localTime } from "../../core/localTime.ts";
import { plain } from "../../core/plain.ts";
import type { SentAttempt, SentSteps } from "../../core/sent/sentRecords.ts";
import { askChoice, type Choice, type StepResult } from "../../platform/quickInput.ts";
import { connectionOrNone } from "../connectionMeant.ts";
import { activeMark, connectionTitle, shortClientId } from "../connections.ts";
import { environmentOfKey, sentScheme, signInKey } from "../sessionScheme.ts";
import type { RequestsDependencies } from "./dependencies.ts";
import type { SentView } from "./sentText.ts";
import { subjectOf, subjectOfAttempt, type Subject } from "./subject.ts";

/** Whose steps are shown. */
export interface SentSubject {
  /** As in the addresses of documents: a connection's id, `signInKey`, empty for nobody. */
  readonly key: string;
  readonly whose: SentView["whose"];
  readonly subject: Subject;
  readonly records: SentSteps;
}

export const whoseKey = (key: string): SentView["whose"] =>
  key === "" ? "nobody" : environmentOfKey(key) === undefined ? "connection" : "signIn";

/** The subject of a key; undefined when the connection is gone, or the sign-in came to its end. */
export function sentSubject({ sent, connections }: RequestsDependencies, key: string): SentSubject | undefined {
  const whose = whoseKey(key);
  if (whose === "nobody") {
    const isAlone = connections.current.connections.length + sent.attempts().length === 0;
    return { key, whose: isAlone ? "nobody" : "example", subject: subjectOf(undefined), records: new Map() };
  }
  if (whose === "signIn") {
    const attempt = sent.attempts().find(({ environment }) => signInKey(environment.id) === key);
    return attempt === undefined
      ? undefined
      : { key, whose, subject: subjectOfAttempt(attempt), records: attempt.records };
  }
  const connection = connections.get(key);
  return connection === undefined ? undefined : { key, whose, subject: subjectOf(connection), records: sent.of(key) };
}

/**
 * What a command is about: what its argument names, else the active connection, else the last sign-in that came to
 * nothing. Undefined when nothing says which of several is meant.
 * @throws ProcoreError `signedOut` when the argument names a connection that is gone
 */
export function keyMeant(deps: RequestsDependencies, argument: unknown): string | undefined {
  const { current } = deps.connections;
  const signIns = deps.sent.attempts().map(({ environment }) => signInKey(environment.id));
  const named = signInNamed(argument);
  if (named !== undefined && signIns.includes(named)) return named;
  // What is about a sign-in that came to its end meanwhile is asked about, too.
  const isOpen = argument === undefined || named !== undefined;
  if (isOpen && current.connections.length + signIns.length > 1) return undefined;
  const connection = connectionOrNone(argument, current) ?? (isOpen ? current.connections[0] : undefined);
  return connection?.id ?? signIns[0] ?? "";
}

/** A document of ours about a sign-in, or an argument that names its environment; arguments come from anywhere. */
function signInNamed(argument: unknown): string | undefined {
  if (argument instanceof vscode.Uri) {
    return argument.scheme === sentScheme && whoseKey(argument.query) === "signIn" ? argument.query : undefined;
  }
  const hasName = typeof argument === "object" && argument !== null && "environment" in argument;
  return hasName ? signInKey(String(argument.environment)) : undefined;
}

/** Asks whose steps are meant: those of a connection, the active one first, or of a sign-in. */
export async function askWhose(deps: RequestsDependencies): Promise<StepResult<string>> {
  const { active, connections } = deps.connections.current;
  const choices: readonly Choice<string>[] = [
    ...connections
      .toSorted((one, other) => Number(other.id === active?.id) - Number(one.id === active?.id))
      .map((connection) => ({
        label: connectionTitle(connection),
        ...(connection.id === active?.id ? { description: activeMark() } : {}),
        iconPath: new vscode.ThemeIcon("plug"),
        answer: connection.id,
      })),
    ...deps.sent.attempts().map((attempt) => ({
      label: attemptTitle(attempt),
      description: attemptState(deps, attempt),
      detail: new URL(attempt.environment.origins.login).host,
      iconPath: new vscode.ThemeIcon("sign-in"),
      answer: signInKey(attempt.environment.id),
    })),
  ];
  return await askChoice({
    title: l10n.t("What was sent"),
    step: 1,
    totalSteps: 2,
    back: "hidden",
    placeholder: l10n.t("Whose requests do you want to see?"),
    choices,
  });
}

function attemptTitle({ environment, clientId }: SentAttempt): string {
  const app = clientId === undefined ? [] : [l10n.t("app {0}", shortClientId(clientId))];
  return plain([environment.label, ...app].join(" · "), 120);
}

/** A failure that is older than what was sent last has been followed by another try. */
function attemptState({ signInTrouble, clock }: RequestsDependencies, { environment, at }: SentAttempt): string {
  const when = localTime(at, { now: clock.now() });
  const trouble = signInTrouble(environment.id);
  return trouble === undefined || trouble.at < at
    ? l10n.t("a sign-in that has not come to its end, {0}", when)
    : l10n.t("a sign-in that failed, {0}: {1}", when, advice(trouble.failure).headline);
}
