import { randomUUID } from "node:crypto";
import { homedir } from "node:os";
import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { ProcoreError } from "../../core/errors.ts";
import { plain } from "../../core/plain.ts";
import { postmanCollection } from "../../core/postman/collection.ts";
import { postmanEnvironment } from "../../core/postman/environment.ts";
import type { PostmanValues } from "../../core/postman/variables.ts";
import { withoutSecrets } from "../../core/redact.ts";
import type { Connection } from "../../core/session.ts";
import { askChoice } from "../../platform/quickInput.ts";
import { connectionOrNone } from "../connectionMeant.ts";
import { companyFor } from "./companyFor.ts";
import type { RequestsDependencies } from "./dependencies.ts";
import { subjectOf, type Subject } from "./subject.ts";

const collectionEnd = ".postman_collection.json";
const environmentEnd = ".postman_environment.json";

/** Writes a Postman collection and the environment that belongs to it, both beside each other. */
export async function exportPostmanCollection(deps: RequestsDependencies, argument: unknown): Promise<void> {
  const connection = connectionOrNone(argument, deps.connections.current);
  const subject = subjectOf(connection);
  const values = await chooseValues(deps, subject, connection);
  if (values === undefined) return;
  const files = await chooseFiles(nameOf(subject, values));
  if (files === undefined) return;
  const name = l10n.t("Procore ({0})", nameOf(subject, values));
  const collection = postmanCollection({ name, grant: subject.grant.kind, values });
  const environment = postmanEnvironment({ id: randomUUID(), name, values });
  await write(files.collection, collection);
  await write(files.environment, environment);
  deps.report.background(offerToOpen(files.collection), "offer to open the collection");
}

/**
 * Nothing of a person's own is in the files before they say so: an export may be shared. Procore's own hosts are no
 * secret, and neither is the Local Sandbox's.
 */
async function chooseValues(
  deps: RequestsDependencies,
  subject: Subject,
  connection: Connection | undefined,
): Promise<PostmanValues | undefined> {
  const { login: loginUrl, api: apiUrl } = subject.origins;
  const isCustom = subject.environment.kind === "custom";
  const nothing = { clientId: "", companyId: "", ...(isCustom ? { loginUrl: "", apiUrl: "" } : { loginUrl, apiUrl }) };
  if (connection === undefined) return nothing;
  const result = await askChoice<"share" | "own">({
    title: l10n.t("Export Postman collection: {0}", plain(subject.label, 60)),
    step: 1,
    totalSteps: 1,
    back: "hidden",
    placeholder: l10n.t("What may the files hold? Secrets are never in them."),
    choices: [
      {
        label: l10n.t("Nothing of yours, to share them"),
        detail: isCustom
          ? l10n.t("Client ID, company ID and the hosts of your environment stay empty")
          : l10n.t("Client ID and company ID stay empty"),
        answer: "share",
      },
      {
        label: l10n.t("Your client ID and a company ID, for yourself"),
        detail: isCustom
          ? l10n.t("And the hosts of your environment")
          : l10n.t("You fill in the client secret in Postman"),
        answer: "own",
      },
    ],
  });
  if (result.kind !== "answer") return undefined;
  if (result.answer === "share") return nothing;
  const companyId = await companyFor(deps, connection, {
    title: l10n.t("Export Postman collection: {0}", plain(subject.label, 60)),
    placeholder: l10n.t("Which company should company_id be?"),
    withoutOne: l10n.t("company_id stays empty"),
  });
  return companyId === undefined ? undefined : { loginUrl, apiUrl, clientId: connection.clientId, companyId };
}

/** The label of an environment of one's own is its owner's too. */
const nameOf = ({ environment, label }: Subject, { loginUrl }: PostmanValues): string =>
  environment.kind === "custom" && loginUrl === "" ? l10n.t("own environment") : plain(label, 60);

interface Files {
  readonly collection: vscode.Uri;
  readonly environment: vscode.Uri;
}

/** The editor asks before the first file is overwritten; for the one beside it that is ours to do. */
async function chooseFiles(label: string): Promise<Files | undefined> {
  const name = `Procore ${label}`.replaceAll(/[^\p{L}\p{N} ._-]/gu, " ");
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
  const chosen = await vscode.window.showSaveDialog({
    title: l10n.t("Export Postman Collection"),
    saveLabel: l10n.t("Export"),
    filters: { [l10n.t("Postman collection")]: ["json"] },
    defaultUri: vscode.Uri.joinPath(folder, `${name}${collectionEnd}`),
  });
  if (chosen === undefined) return undefined;
  const environment = chosen.with({ path: beside(chosen.path) });
  if (!(await exists(environment))) return { collection: chosen, environment };
  const overwrite = l10n.t("Overwrite");
  const answer = await vscode.window.showWarningMessage(
    l10n.t('Overwrite "{0}"?', plain(lastPart(environment.path), 120)),
    { modal: true, detail: l10n.t("The environment file is written beside the collection. There is one already.") },
    overwrite,
  );
  return answer === overwrite ? { collection: chosen, environment } : undefined;
}

/** The environment's file has the collection's name. */
function beside(path: string): string {
  if (path.endsWith(collectionEnd)) return `${path.slice(0, -collectionEnd.length)}${environmentEnd}`;
  return `${path.replace(/\.json$/iu, "")}${environmentEnd}`;
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === "FileNotFound") return false;
    throw notWritten(uri, error);
  }
}

async function write(uri: vscode.Uri, content: object): Promise<void> {
  const text = `${JSON.stringify(content, undefined, 2)}\n`;
  try {
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  } catch (error) {
    throw notWritten(uri, error);
  }
}

const notWritten = (uri: vscode.Uri, error: unknown): ProcoreError =>
  new ProcoreError(
    { kind: "storage", what: l10n.t('The file "{0}"', plain(lastPart(uri.path), 120)), doing: "write" },
    { cause: withoutSecrets(error) },
  );

const lastPart = (path: string): string => path.split("/").at(-1) ?? path;

async function offerToOpen(collection: vscode.Uri): Promise<void> {
  const [open, reveal] = [l10n.t("Open"), l10n.t("Reveal")];
  // Only a desktop's own files have a folder that a file manager can show.
  const isHere =
    collection.scheme === "file" && vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
  const chosen = await vscode.window.showInformationMessage(
    l10n.t("Exported a Postman collection and its environment file. Import both in Postman; no secret is in them."),
    ...(isHere ? [reveal] : []),
    open,
  );
  if (chosen === open) await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(collection));
  if (chosen === reveal) await vscode.commands.executeCommand("revealFileInOS", collection);
}
