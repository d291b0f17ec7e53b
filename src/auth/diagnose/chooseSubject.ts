import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Subject } from "../../core/diagnose/ports.ts";
import { parseToolArgument, type ToolPlace } from "../../core/procore/toolPlace.ts";
import type { Connection } from "../../core/session.ts";
import { askChoice, type Choice } from "../../platform/quickInput.ts";
import { connectionMeant } from "../connectionMeant.ts";
import { activeMark, connectionTitle } from "../connections.ts";
import { reportScheme } from "../reportScheme.ts";
import { createAccount } from "./account.ts";
import type { DiagnoseDependencies } from "./dependencies.ts";

/** What a report is about, as it stands in the address of its document: `connection/ID`, `environment/ID`, `machine`. */
export type SubjectKey = string;

const machineKey = "machine";

/**
 * What a command is about: what its argument names; the connection, where there is one only and no sign-in elsewhere
 * failed; else, and where that is gone, what a person chooses. Undefined when the list was closed.
 */
export async function chooseSubject(deps: DiagnoseDependencies, argument: unknown): Promise<SubjectKey | undefined> {
  const key = keyMeant(deps, argument);
  return key === undefined || subjectOf(deps, key) === undefined ? await ask(deps) : key;
}

function keyMeant(deps: DiagnoseDependencies, argument: unknown): SubjectKey | undefined {
  const { current } = deps.connections;
  if (argument instanceof vscode.Uri && argument.scheme === reportScheme) return argument.query;
  if (typeof argument === "object" && argument !== null && "subject" in argument) return String(argument.subject);
  // Nothing says which of several is meant.
  if (argument === undefined && (current.connections.length > 1 || failedElsewhere(deps))) return undefined;
  const connection = connectionMeant(argument, current);
  return connection === undefined ? undefined : keyOf(connection);
}

/** Did a sign-in to an environment fail that has no connection? */
function failedElsewhere({ connections, environments, signInTrouble }: DiagnoseDependencies): boolean {
  const connected = new Set(connections.current.connections.map(({ environment }) => environment.id));
  return environments.list().some(({ id }) => !connected.has(id) && signInTrouble(id) !== undefined);
}

/** The subject that a key names; undefined for what is gone. */
export function subjectOf(deps: DiagnoseDependencies, key: SubjectKey): Subject | undefined {
  const [kind = "", ...rest] = key.split("/");
  const id = rest.join("/");
  if (kind === machineKey) return { kind: "machine" };
  if (kind === "connection") {
    const connection = deps.connections.get(id);
    return connection === undefined ? undefined : { kind: "connection", account: createAccount(deps, connection) };
  }
  const environment = deps.environments.get(id);
  if (kind !== "environment" || environment?.origins === undefined) return undefined;
  return { kind: "environment", label: environment.label, origins: environment.origins };
}

/**
 * The tool that a report is asked for, too: the one that the argument names with its connection; for a report that is
 * made once more, the one it had.
 */
export function toolMeant(argument: unknown, key: SubjectKey, before: ToolPlace | undefined): ToolPlace | undefined {
  if (typeof argument !== "object" || argument === null) return undefined;
  const isAgain = argument instanceof vscode.Uri ? argument.scheme === reportScheme : "subject" in argument;
  if (isAgain) return before;
  const isOfKey = "connection" in argument && key === keyOf({ id: String(argument.connection) });
  return isOfKey ? parseToolArgument(argument) : undefined;
}

const keyOf = ({ id }: Pick<Connection, "id">): SubjectKey => `connection/${id}`;

/** The connection that a key names. */
export const connectionIdOf = (key: SubjectKey): string | undefined => /^connection\/(.+)$/u.exec(key)?.[1];

/** The environment that a key is about; undefined for this machine. */
export function environmentIdOf(
  { connections }: Pick<DiagnoseDependencies, "connections">,
  key: SubjectKey,
): string | undefined {
  const connectionId = connectionIdOf(key);
  if (connectionId !== undefined) return connections.get(connectionId)?.environment.id;
  return /^environment\/(.+)$/u.exec(key)?.[1];
}

async function ask({
  connections,
  environments,
  signInTrouble,
}: DiagnoseDependencies): Promise<SubjectKey | undefined> {
  const { active, connections: list } = connections.current;
  const connectionChoices = list
    .toSorted((one, other) => Number(other.id === active?.id) - Number(one.id === active?.id))
    .map((connection) => ({
      label: connectionTitle(connection),
      ...(connection.id === active?.id ? { description: activeMark() } : {}),
      iconPath: new vscode.ThemeIcon("plug"),
      answer: keyOf(connection),
    }));
  const places = environments.list().flatMap(({ id, label, origins }) =>
    origins === undefined
      ? []
      : [
          {
            label,
            description:
              signInTrouble(id) === undefined
                ? l10n.t("can its hosts be reached from here?")
                : l10n.t("the last sign-in there failed"),
            detail: new URL(origins.login).host,
            iconPath: new vscode.ThemeIcon("globe"),
            answer: `environment/${id}`,
          },
        ],
  );
  const choices: readonly Choice<SubjectKey>[] = [
    ...connectionChoices,
    ...(connectionChoices.length === 0 ? [] : [separator(l10n.t("without signing in"))]),
    ...places,
    {
      label: l10n.t("Only this machine"),
      description: l10n.t("settings, keyring and versions; nothing is sent"),
      iconPath: new vscode.ThemeIcon("vm"),
      answer: machineKey,
    },
  ];
  const result = await askChoice({
    title: l10n.t("Diagnose connection"),
    step: 1,
    totalSteps: 1,
    back: "hidden",
    placeholder: l10n.t("What should be looked at?"),
    choices,
  });
  return result.kind === "answer" ? result.answer : undefined;
}

const separator = (label: string): Choice<never> => ({ label, kind: vscode.QuickPickItemKind.Separator });
