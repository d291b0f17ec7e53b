import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { isProcoreHost } from "../../core/procore/customEnvironments.ts";
import { localSandboxId, type Environment } from "../../core/procore/environments.ts";
import type { Connection } from "../../core/session.ts";
import { askChoice, type Choice, type StepResult } from "../../platform/quickInput.ts";
import { connectionTitle } from "../connections.ts";
import type { Attempt } from "./attempt.ts";

const signInTitle = l10n.t("Sign in to Procore");
const serviceSignInTitle = l10n.t("Sign in with a service account");
/** Of both ways: environment, client ID, client secret, code; environment, company, client ID, client secret. */
export const totalSteps = 4;

/** The title of the boxes that come after the choice of an environment. */
export const titleOf = ({ account, environment }: Pick<Attempt, "account" | "environment">): string =>
  l10n.t("{0}: {1}", account === "clientCredentials" ? serviceSignInTitle : signInTitle, environment.label);

export type EnvironmentAnswer =
  | { readonly kind: "environment"; readonly id: string }
  | { readonly kind: "connection"; readonly id: string }
  /** Goes on to `askServiceEnvironment`. */
  | { readonly kind: "serviceAccount" }
  /** Mends an entry of procore.environments. */
  | { readonly kind: "settings" };

/** First step: where to sign in, or which of the connections to sign in again. */
export async function askEnvironment(options: {
  readonly environments: readonly Environment[];
  readonly connections: readonly Connection[];
  readonly problems: readonly string[];
  readonly chosen: string | undefined;
}): Promise<StepResult<EnvironmentAnswer>> {
  const connections = options.connections.map(connectionChoice);
  const environments = options.environments.map(environmentChoice);
  const choices: readonly Choice<EnvironmentAnswer>[] = [
    ...(connections.length > 0
      ? [separator(l10n.t("your connections")), ...connections, separator(l10n.t("add a connection"))]
      : []),
    ...environments,
    separator(l10n.t("without a browser")),
    serviceAccountChoice,
    ...(options.problems.length > 0
      ? [separator(l10n.t("entries in procore.environments with a mistake")), ...options.problems.map(problemChoice)]
      : []),
  ];
  // With connections the list begins with them; a choice further down would scroll them out of sight.
  const wanted = connections.length > 0 ? [] : environments;
  const active = wanted.find(({ answer }) => answer?.kind === "environment" && answer.id === options.chosen);
  return await askChoice({
    title: signInTitle,
    step: 1,
    totalSteps,
    back: "hidden",
    placeholder: l10n.t("Which environment do you want to sign in to?"),
    choices,
    ...(active === undefined ? {} : { active }),
  });
}

/**
 * The first step again, for a service account. It is a list of its own, so that signing in as a person stays as short
 * as it is and every environment, the Local Sandbox too, has the same way in.
 */
export async function askServiceEnvironment(environments: readonly Environment[]): Promise<StepResult<string>> {
  return await askChoice<string>({
    title: serviceSignInTitle,
    step: 1,
    totalSteps,
    back: "shown",
    placeholder: l10n.t("Which environment is the service account in?"),
    choices: environments.map((environment) => ({ ...environmentChoice(environment), answer: environment.id })),
  });
}

const serviceAccountChoice: Choice<EnvironmentAnswer> = {
  label: l10n.t("Use a Service Account"),
  description: l10n.t("the app signs in as itself (client credentials)"),
  iconPath: new vscode.ThemeIcon("server-process"),
  answer: { kind: "serviceAccount" },
};

const separator = (label: string): Choice<never> => ({ label, kind: vscode.QuickPickItemKind.Separator });

const icons = { production: "lock", sandbox: "beaker", local: "vm", custom: "server-environment" } as const;

const descriptions: Readonly<Record<string, string>> = {
  "development-sandbox": l10n.t("start here; every app has one"),
  production: l10n.t("live data"),
  "monthly-sandbox": l10n.t("monthly copy of production; production client ID and secret"),
  federal: l10n.t("US federal; needs its own app"),
  [localSandboxId]: l10n.t("no account needed: runs on this machine"),
};

function environmentChoice(environment: Environment): Choice<EnvironmentAnswer> {
  const { id, label, kind, origins } = environment;
  const host = origins === undefined ? undefined : new URL(origins.login).host;
  const foreign = kind === "custom" && origins !== undefined && !isProcoreHost(origins.login);
  return {
    label,
    iconPath: new vscode.ThemeIcon(icons[kind]),
    description:
      descriptions[id] ?? (foreign ? l10n.t("from your settings; not a Procore host") : l10n.t("from your settings")),
    ...(host === undefined || kind === "local" ? {} : { detail: host }),
    answer: { kind: "environment", id },
  };
}

function connectionChoice(connection: Connection): Choice<EnvironmentAnswer> {
  return {
    label: connectionTitle(connection),
    iconPath: new vscode.ThemeIcon(icons[connection.environment.kind]),
    description: sessionWords[connection.session.kind],
    answer: { kind: "connection", id: connection.id },
  };
}

const sessionWords = {
  active: l10n.t("signed in"),
  signedOut: l10n.t("signed out"),
  broken: l10n.t("needs sign-in"),
} as const;

const problemChoice = (problem: string): Choice<EnvironmentAnswer> => ({
  label: problem,
  description: l10n.t("open the settings"),
  iconPath: new vscode.ThemeIcon("warning"),
  answer: { kind: "settings" },
});
