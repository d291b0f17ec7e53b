import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { ProcoreError } from "../../core/errors.ts";
import { plain } from "../../core/plain.ts";
import type { ProcoreClient } from "../../core/procore/client.ts";
import { parseProcoreAddress, type ProcoreAddress } from "../../core/procore/procoreAddress.ts";
import type { Project } from "../../core/procore/projects.ts";
import { toolUrl } from "../../core/procore/webLinks.ts";
import { isSignedIn, type Connection, type SessionSource } from "../../core/session.ts";
import { withProgress } from "../../platform/cancellation.ts";
import { writeClipboard } from "../../platform/clipboard.ts";
import { runCommand } from "../../platform/commands.ts";
import { askText } from "../../platform/quickInput.ts";
import type { Report } from "../../platform/report.ts";
import type { ExplorerModel } from "../model.ts";
import type { CompanyNode, ProjectNode, ToolNode, TreeNode } from "../nodes.ts";
import type { OpenAddress } from "../openAddress.ts";
import { nameOf } from "../row.ts";
import { connectionFor, type AddressConnection } from "./addressConnection.ts";
import type { FindModel } from "./findModel.ts";
import { addressWords } from "./findWords.ts";

export interface GoToAddressDependencies {
  readonly session: SessionSource;
  readonly procore: Pick<ProcoreClient, "project">;
  readonly model: ExplorerModel;
  readonly find: Pick<FindModel, "knownById">;
  readonly report: Report;
  readonly openAddress: OpenAddress;
  /** Makes a connection this window's active one. */
  readonly activate: (connectionId: string) => Promise<void>;
  readonly reveal: (node: TreeNode) => Promise<void>;
  /** Brings the row of a project into sight; undefined when its company is none of the user's. */
  readonly showProject: (project: Project) => Promise<ProjectNode | undefined>;
}

/** Go to Procore Address: asks for one unless it is given, and shows what it names. Nothing is asked of its host. */
export async function goToAddress(deps: GoToAddressDependencies, given: unknown): Promise<void> {
  const address = typeof given === "string" ? parseProcoreAddress(given) : await askAddress();
  if (address !== undefined) await go(deps, address);
  else if (typeof given === "string") say(deps, noAddress);
}

const noAddress = l10n.t(
  "This is no web address of a page in Procore. Copy the whole address from the browser, with https://.",
);

async function askAddress(): Promise<ProcoreAddress | undefined> {
  const result = await askText<ProcoreAddress>({
    title: l10n.t("Go to Procore Address"),
    step: 1,
    totalSteps: 1,
    back: "hidden",
    prompt: l10n.t("The address of a company, a project or an item, as the browser shows it"),
    placeholder: "https://…",
    value: "",
    masked: "no",
    buttons: [],
    onType: (text) => {
      const address = parseProcoreAddress(text);
      return address === undefined ? undefined : { severity: "info", text: addressWords(address) };
    },
    accept: async (text) => {
      const answer = parseProcoreAddress(text);
      if (answer !== undefined) return { kind: "answer", answer };
      return { kind: "stay", message: { severity: "error", text: noAddress } };
    },
  });
  return result.kind === "answer" ? result.answer : undefined;
}

async function go(deps: GoToAddressDependencies, address: ProcoreAddress): Promise<void> {
  const host = plain(new URL(address.origin).host);
  const connection = await connectionToUse(deps, connectionFor(address.origin, deps.session.current), host);
  if (connection === undefined) return;
  if (address.companyId === undefined && address.projectId === undefined) {
    return say(
      deps,
      l10n.t(
        "{0} belongs to {1}, but no company or project was recognised in this address. Copy the address of a page of the company or project.",
        host,
        plain(connection.label),
      ),
    );
  }
  if (address.projectId === undefined) return await goToCompany(deps, address);
  const project = await withProgress(l10n.t("Looking for project {0}", plain(address.projectId)), async (signal) => ({
    found: await findProject(deps, { connection, address }, signal),
  }));
  if (project === undefined) return;
  const row = project.found === undefined ? undefined : await deps.showProject(project.found);
  if (row === undefined) return say(deps, notFoundWords(address));
  await goToItem(deps, address, row);
}

/** The connection that fits, made active after asking; undefined when there is none, or somebody does not want it. */
async function connectionToUse(
  deps: GoToAddressDependencies,
  found: AddressConnection,
  host: string,
): Promise<Connection | undefined> {
  const { session, activate } = deps;
  const [signIn, switchTo] = [l10n.t("Sign In"), l10n.t("Switch")];
  if (found.kind === "none") {
    if (found.environment === undefined) {
      say(deps, l10n.t("{0} is none of Procore's hosts, and no connection has it. Nothing was asked of it.", host));
      return undefined;
    }
    const words = l10n.t(
      "{0} belongs to {1}, and no connection of yours does. Sign in there first.",
      host,
      found.environment,
    );
    if ((await offer(words, [signIn])) === signIn) await runCommand("procore.signIn", { choose: "environment" });
    return undefined;
  }
  const { id, label } = found.connection;
  if (found.kind === "other") {
    const words = l10n.t("{0} belongs to the connection {1}. Switch this window to it?", host, plain(label));
    if ((await offer(words, [switchTo])) !== switchTo) return undefined;
    await activate(id);
  }
  if (!isSignedIn(session.current.active)) {
    const words = l10n.t("{0} is not signed in. Sign in to go to this address.", plain(label));
    if ((await offer(words, [signIn])) !== signIn) return undefined;
    await runCommand("procore.signIn", { choose: "again" });
  }
  const { active } = session.current;
  return active?.id === id && isSignedIn(active) ? active : undefined;
}

async function goToCompany(deps: GoToAddressDependencies, address: ProcoreAddress): Promise<void> {
  const company = address.companyId === undefined ? undefined : await deps.model.company(address.companyId);
  if (company === undefined) return say(deps, notFoundWords(address));
  await deps.reveal(company);
  if (address.tool === undefined) return;
  say(
    deps,
    l10n.t(
      "Recognised {0}. The view has no rows for tools of a company, so this is the company.",
      addressWords(address),
    ),
  );
}

/** By its company; without one in memory first, and then in company after company. */
async function findProject(
  { procore, model, find }: GoToAddressDependencies,
  { connection, address }: { readonly connection: Connection; readonly address: ProcoreAddress },
  signal: AbortSignal,
): Promise<Project | undefined> {
  const { companyId, projectId } = address;
  if (projectId === undefined) return undefined;
  const known = companyId === undefined ? find.knownById(projectId) : undefined;
  if (known !== undefined) return known;
  const rows = await model.children();
  const companies = rows
    .filter((node): node is CompanyNode => node.kind === "company")
    .map(({ company }) => company.id);
  for (const id of companyId === undefined ? companies : [companyId]) {
    try {
      return await procore.project(connection, { companyId: id, projectId }, signal);
    } catch (error) {
      const failure = error instanceof ProcoreError ? error.failure : undefined;
      const isHidden = failure?.kind === "http" && (failure.status === 404 || failure.status === 403);
      // Where no company is named, one that is closed to the app is only one of those that were looked at.
      if (!isHidden && !(companyId === undefined && failure?.kind === "appNotConnected")) throw error;
    }
  }
  return undefined;
}

/**
 * The row of the item that is named where it is on the tool's first page (the others come page by page), else the tool's
 * row; and what can be done with the item.
 */
async function goToItem(deps: GoToAddressDependencies, address: ProcoreAddress, row: ProjectNode): Promise<void> {
  const { tool: segment, itemId } = address;
  if (segment === undefined) return;
  const rows = await deps.model.children(row);
  const tool = rows.find((node) => node.kind === "tool" && node.tool.webSegment === segment);
  if (tool?.kind === "tool") await deps.reveal((await itemRow(deps, tool, itemId)) ?? tool);
  const [open, copy] = [l10n.t("Open in Procore"), l10n.t("Copy ID")];
  const name = nameOf(row.project);
  const what = itemId === undefined ? plain(segment) : `${plain(segment)} ${plain(itemId)}`;
  const words = l10n.t("Recognised {0} of {1}.", what, name);
  const more = tool === undefined ? [l10n.t("The view has no row for it, so this is the project.")] : [];
  const choose = async (): Promise<void> => {
    const chosen = await offer([words, ...more].join(" "), [open, ...(itemId === undefined ? [] : [copy])]);
    if (chosen === copy && itemId !== undefined) await writeClipboard(itemId);
    if (chosen !== open) return;
    const place = { companyId: row.parent.company.id, projectId: row.project.id };
    const below = [segment, ...(itemId === undefined ? [] : [itemId])];
    await deps.openAddress(place.companyId, (origin) => toolUrl(origin, place, below));
  };
  // Nobody waits for a notification to be answered: the row is there.
  const choosing = choose().catch((error: unknown) => deps.report.failure(error));
  deps.report.background(choosing, "offer to open an item");
}

async function itemRow(
  { model }: GoToAddressDependencies,
  tool: ToolNode,
  itemId: string | undefined,
): Promise<TreeNode | undefined> {
  if (itemId === undefined) return undefined;
  const what = l10n.t("Looking for {0}", `${tool.tool.title} ${plain(itemId)}`);
  const items = await withProgress(what, () => model.children(tool));
  return items?.find((node) => node.kind === "item" && node.item.id === itemId);
}

function notFoundWords(address: ProcoreAddress): string {
  const what = addressWords({ origin: address.origin, ...placeOf(address) });
  return l10n.t("{0} was not found: it does not exist, or your Procore user may not see it.", what);
}

const placeOf = ({ companyId, projectId }: ProcoreAddress) => ({
  ...(companyId === undefined ? {} : { companyId }),
  ...(projectId === undefined ? {} : { projectId }),
});

const offer = async (words: string, buttons: readonly string[]): Promise<string | undefined> =>
  await vscode.window.showInformationMessage(words, ...buttons);

function say({ report }: GoToAddressDependencies, words: string): void {
  report.background(offer(words, []), "show a message");
}
