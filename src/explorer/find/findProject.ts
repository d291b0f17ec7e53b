import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Clock } from "../../core/clock.ts";
import type { ProcoreClient } from "../../core/procore/client.ts";
import type { Project } from "../../core/procore/projects.ts";
import { projectUrl } from "../../core/procore/webLinks.ts";
import { isSignedIn, type SessionSource } from "../../core/session.ts";
import { withProgress } from "../../platform/cancellation.ts";
import { writeClipboard } from "../../platform/clipboard.ts";
import { openWalkthroughStep, runCommand } from "../../platform/commands.ts";
import type { Report } from "../../platform/report.ts";
import { askSearch, type SearchButton, type SearchLine, type SearchView } from "../../platform/searchBox.ts";
import type { OpenAddress } from "../openAddress.ts";
import type { Pin, Pins } from "../pins.ts";
import type { RecentProject } from "../recents.ts";
import { nameOf } from "../row.ts";
import type { FindModel, FindRow, FindView } from "./findModel.ts";
import { headings, lineOf, placeholder, recentOf, titleOf } from "./findWords.ts";

export interface FindProjectDependencies {
  readonly model: FindModel;
  readonly session: SessionSource;
  readonly procore: Pick<ProcoreClient, "project">;
  readonly clock: Pick<Clock, "now">;
  readonly pins: Pins;
  readonly report: Report;
  readonly openAddress: OpenAddress;
  readonly showProject: (project: Project) => Promise<void>;
  readonly goToAddress: (text: string) => Promise<void>;
}

type Chosen = Extract<FindRow, { kind: "project" | "remembered" | "address" | "notConnected" }>;

const shownMs = 3_000;

/** Find Project: asks for one, and shows its row. */
export async function findProject(deps: FindProjectDependencies): Promise<void> {
  const { model, session } = deps;
  if (!isSignedIn(session.current.active)) return offerSignIn(deps);
  model.open();
  let chosen: Chosen | undefined;
  try {
    chosen = await askSearch({
      placeholder,
      onType: (text) => model.type(text),
      view: () => boxOf(deps, model.view),
      onDidChange: model.onDidChange,
    });
  } finally {
    model.close();
  }
  if (chosen !== undefined) await take(deps, chosen);
}

async function take(deps: FindProjectDependencies, chosen: Chosen): Promise<void> {
  switch (chosen.kind) {
    case "project":
      return await deps.showProject(chosen.project);
    case "remembered": {
      const project = chosen.project ?? (await readRemembered(deps, chosen.place));
      if (project !== undefined) await deps.showProject(project);
      return;
    }
    case "address":
      return await deps.goToAddress(chosen.text);
    default:
      return await openWalkthroughStep("install");
  }
}

/** Of a project that is not in memory only ids and name are known. */
async function readRemembered({ session, procore }: FindProjectDependencies, place: RecentProject) {
  const { active } = session.current;
  if (active === undefined) return undefined;
  const name = nameOf({ id: place.projectId, name: place.name });
  return await withProgress(l10n.t("Reading {0}", name), (signal) => procore.project(active, place, signal));
}

function boxOf(deps: FindProjectDependencies, view: FindView): SearchView<Chosen> {
  return {
    title: titleOf(view, deps.clock.now()),
    isBusy: view.isBusy,
    buttons: listButtons(deps, view),
    lines: view.rows.map((row) => toLine(deps, row, view.text)),
  };
}

function listButtons({ model }: FindProjectDependencies, { list }: FindView): readonly SearchButton[] {
  if (list.status === "none") return [];
  if (list.status === "reading") {
    return [{ icon: "debug-stop", tooltip: l10n.t("Stop Reading Projects"), press: () => model.stop() }];
  }
  const tooltip = list.status === "whole" ? l10n.t("Read All Projects Again") : l10n.t("Go On Reading Projects");
  return [{ icon: "refresh", tooltip, press: () => model.readAgain() }];
}

function toLine(deps: FindProjectDependencies, row: FindRow, text: string): SearchLine<Chosen> {
  if (row.kind === "heading") return { key: row.heads, label: headings()[row.heads], kind: "separator" };
  const line = lineOf(row, text);
  switch (row.kind) {
    case "project":
    case "remembered": {
      const place = row.kind === "project" ? recentOf(row.project) : row.place;
      const buttons = projectButtons(deps, { ...place, companyName: row.company?.name ?? "" });
      return { ...line, key: `${place.companyId}/${place.projectId}`, answer: row, buttons };
    }
    case "more":
    case "nothing":
      return { ...line, key: row.kind };
    case "failure":
      return { ...line, key: row.kind, run: () => deps.model.retry() };
    default:
      return { ...line, key: row.kind, answer: row };
  }
}

function projectButtons(
  { openAddress, report, pins, session }: FindProjectDependencies,
  pin: Pin,
): readonly SearchButton[] {
  const { companyId, projectId } = pin;
  const connection = session.current.active?.id;
  return [
    {
      icon: "link-external",
      tooltip: l10n.t("Open in Procore"),
      press: toldBeside(report, () => openAddress(companyId, (origin) => projectUrl(origin, companyId, projectId))),
    },
    {
      icon: "copy",
      tooltip: l10n.t("Copy ID"),
      press: toldBeside(report, async () => {
        await writeClipboard(projectId);
        vscode.window.setStatusBarMessage(l10n.t("Copied ID {0}", projectId), shownMs);
      }),
    },
    ...(connection === undefined ? [] : [pinButton(pins, connection, pin)]),
  ];
}

/** What fails is told beside the box, which stays open with what was typed. */
const toldBeside =
  (report: Report, press: () => Promise<void>): SearchButton["press"] =>
  async () => {
    try {
      await press();
    } catch (error) {
      report.failure(error);
    }
  };

/** The line moves to the pinned ones, or away from them; the box stays open. */
function pinButton(pins: Pins, connection: string, pin: Pin): SearchButton {
  return pins.has(connection, pin)
    ? { icon: "pinned", tooltip: l10n.t("Unpin"), press: () => pins.remove(connection, [pin]) }
    : { icon: "pin", tooltip: l10n.t("Pin"), press: () => pins.add(connection, [pin]) };
}

function offerSignIn({ report }: Pick<FindProjectDependencies, "report">): void {
  const ask = async (): Promise<void> => {
    const signIn = l10n.t("Sign In");
    const chosen = await vscode.window.showInformationMessage(
      l10n.t("Sign in first: then projects can be found."),
      signIn,
    );
    if (chosen === signIn) await runCommand("procore.signIn");
  };
  report.background(ask(), "show a message");
}
