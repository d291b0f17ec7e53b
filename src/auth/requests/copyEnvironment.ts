import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { LocalSandboxApp } from "../../core/localSandbox.ts";
import { plain } from "../../core/plain.ts";
import { appEnvironmentText, type AppEnvironment } from "../../core/procore/appEnvironment.ts";
import { ownCompanyId, type Connection } from "../../core/session.ts";
import { withProgress } from "../../platform/cancellation.ts";
import { writeClipboard } from "../../platform/clipboard.ts";
import { askChoice, type Choice } from "../../platform/quickInput.ts";
import { connectionOrNone } from "../connectionMeant.ts";
import { activeMark, connectionTitle } from "../connections.ts";
import { companyFor } from "./companyFor.ts";
import type { RequestsDependencies } from "./dependencies.ts";
import { subjectOf } from "./subject.ts";

type Place =
  | { readonly kind: "connection"; readonly connection: Connection }
  | { readonly kind: "local" }
  | { readonly kind: "new" };

/**
 * Copies a `.env` text with which one's own app signs in where this window does, or at the Local Sandbox. The client
 * secret is left empty; only the Local Sandbox's own is in it, which opens made-up data on this machine.
 * @throws ProcoreError `clipboard`
 */
export async function copyEnvironment(deps: RequestsDependencies, argument: unknown): Promise<void> {
  const place = await placeMeant(deps, argument);
  if (place === undefined) return;
  const found = await environmentAt(deps, place);
  if (found === undefined) return;
  await writeClipboard(appEnvironmentText(found));
  const text =
    found.clientSecret === ""
      ? l10n.t("Copied as .env text. PROCORE_CLIENT_SECRET is empty: fill it in where you paste it.")
      : l10n.t(
          "Copied as .env text, with client ID and secret of the Local Sandbox's own app. They open nothing but made-up data.",
        );
  deps.report.background(Promise.resolve(vscode.window.showInformationMessage(text)), "say what was copied");
}

async function placeMeant({ connections }: RequestsDependencies, argument: unknown): Promise<Place | undefined> {
  const { active, connections: all } = connections.current;
  if (argument !== undefined && active !== undefined) {
    const connection = connectionOrNone(argument, connections.current);
    if (connection !== undefined) return { kind: "connection", connection };
  }
  const ordered = all.toSorted((one, other) => Number(other.id === active?.id) - Number(one.id === active?.id));
  const local = ordered.some(({ environment }) => environment.kind === "local");
  const choices: readonly Choice<Place>[] = [
    ...ordered.map((connection) => ({
      label: connectionTitle(connection),
      description: connection.id === active?.id ? activeMark() : "",
      answer: { kind: "connection", connection } as const,
    })),
    ...(ordered.some(({ environment }) => environment.kind !== "local")
      ? []
      : [
          {
            label: l10n.t("Development Sandbox"),
            description: l10n.t("client ID and secret stay empty"),
            answer: { kind: "new" } as const,
          },
        ]),
    ...(local
      ? []
      : [
          {
            label: l10n.t("Local Sandbox"),
            description: l10n.t("a stand-in for Procore on this machine; ready to use"),
            answer: { kind: "local" } as const,
          },
        ]),
  ];
  const result = await askChoice({
    title: l10n.t("Copy environment for my app"),
    step: 1,
    totalSteps: 1,
    back: "hidden",
    placeholder: l10n.t("Which environment or connection should the .env text be for?"),
    choices,
  });
  return result.kind === "answer" ? result.answer : undefined;
}

async function environmentAt(deps: RequestsDependencies, place: Place): Promise<AppEnvironment | undefined> {
  if (place.kind === "new") {
    return { origins: subjectOf(undefined).origins, clientId: "", clientSecret: "", companyId: "" };
  }
  if (place.kind === "local") return await localEnvironment(deps, "person");
  const { connection } = place;
  if (connection.environment.kind === "local") return await localEnvironment(deps, accountOf(connection), connection);
  const companyId = await companyFor(deps, connection, {
    title: l10n.t("Copy environment for my app: {0}", plain(connection.environment.label, 60)),
    placeholder: l10n.t("Which company should PROCORE_COMPANY_ID be?"),
    withoutOne: l10n.t("PROCORE_COMPANY_ID stays empty"),
  });
  if (companyId === undefined) return undefined;
  return { origins: connection.origins, clientId: connection.clientId, clientSecret: "", companyId };
}

const accountOf = ({ grant }: Connection): "person" | "service" =>
  grant.kind === "clientCredentials" ? "service" : "person";

/** The Local Sandbox as it is now, started where it is not running. */
async function localEnvironment(
  { localSandbox }: RequestsDependencies,
  account: "person" | "service",
  connection?: Connection,
): Promise<AppEnvironment | undefined> {
  const app = await withProgress(l10n.t("Starting the Local Sandbox"), (signal) => localSandbox.start(signal));
  if (app === undefined) return undefined;
  const { clientId, clientSecret } = account === "service" ? app.serviceAccount : app;
  const origins = { login: app.origin, api: app.origin, web: app.origin };
  const own = connection === undefined ? undefined : ownCompanyId(connection);
  // It opens made-up data on this machine, and nothing else: an app cannot be tried without it.
  return { origins, clientId, clientSecret: clientSecret.reveal(), companyId: own ?? companyWithProjects(app) };
}

const companyWithProjects = ({ serviceAccount }: LocalSandboxApp): string =>
  serviceAccount.companies.find(({ projects }) => projects === "some")?.id ?? "";
