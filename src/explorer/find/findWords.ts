import * as l10n from "@vscode/l10n";
import { assertNever } from "../../core/assertNever.ts";
import { minuteMs } from "../../core/clock.ts";
import { advice, ProcoreError, unforeseenAdvice } from "../../core/errors.ts";
import { inNumbers } from "../../core/language.ts";
import { plain } from "../../core/plain.ts";
import type { ProcoreAddress } from "../../core/procore/procoreAddress.ts";
import type { Project } from "../../core/procore/projects.ts";
import { nameOf } from "../row.ts";
import type { FindRow, FindView, Heading } from "./findModel.ts";
import type { RememberedRow } from "./rememberedRows.ts";

/** How a line of the box reads; every text from outside went through `plain()`. */
export interface FindLine {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  /** A codicon. */
  readonly icon?: string;
}

export const placeholder = l10n.t("Name, number, city or ID of a project, or an address that you paste");

const projectsOf = (count: number): string =>
  count === 1 ? l10n.t("1 project") : l10n.t("{0} projects", inNumbers(count));

/** The box's title: how far the list is, and how old. */
export function titleOf({ list }: FindView, now: number): string {
  const { status, read, total, readAt } = list;
  const part =
    total === undefined || total === read
      ? projectsOf(read)
      : l10n.t({
          message: "{0} of {1}",
          args: [inNumbers(read), projectsOf(total)],
          comment: ["e.g. 3 of 12 projects"],
        });
  const states = {
    none: undefined,
    reading: read === 0 ? l10n.t("reading projects") : l10n.t("reading, {0}", part),
    stopped: l10n.t("stopped at {0}", part),
    failed: l10n.t("{0}, not all could be read", part),
    whole: readAt === undefined ? part : `${part}, ${readWhen(readAt, now)}`,
  } as const;
  const state = states[status];
  return state === undefined ? l10n.t("Find Project") : l10n.t("Find Project: {0}", state);
}

/** "read 14 minutes ago" */
function readWhen(at: number, now: number): string {
  const minutes = Math.floor((now - at) / minuteMs);
  if (minutes < 1) return l10n.t("just read");
  if (minutes < 60) return minutes === 1 ? l10n.t("read 1 minute ago") : l10n.t("read {0} minutes ago", minutes);
  const hours = Math.floor(minutes / 60);
  return hours === 1 ? l10n.t("read 1 hour ago") : l10n.t("read {0} hours ago", hours);
}

/** A line; headings are separators and have a text of their own. */
export function lineOf(row: Exclude<FindRow, { kind: "heading" }>, text: string): FindLine {
  switch (row.kind) {
    case "project":
      return projectLine(row, text);
    case "remembered": {
      const icon = row.why === "pinned" ? "pinned" : "history";
      if (row.project !== undefined) return { ...projectLine({ ...row, project: row.project }, text), icon };
      const { projectId: id, name } = row.place;
      return { label: nameOf({ id, name }), ...described([companyName(row.company)]), icon };
    }
    case "address":
      return { label: addressWords(row.address), description: l10n.t("Go to Procore Address"), icon: "link" };
    case "more":
      return { label: l10n.t("… and {0} more: type more", inNumbers(row.count)) };
    case "nothing":
      return { label: nothingWords(row) };
    case "failure":
      return failureLine(row.error);
    case "notConnected":
      return notConnectedLine(row.companies.map((company) => nameOf(company)));
    default:
      return assertNever(row);
  }
}

/** What an address names, in words. */
export function addressWords({ companyId, projectId, tool, itemId, origin }: ProcoreAddress): string {
  const parts = [
    ...(tool === undefined ? [] : [itemId === undefined ? plain(tool) : `${plain(tool)} ${plain(itemId)}`]),
    ...(projectId === undefined ? [] : [l10n.t("project {0}", plain(projectId))]),
    ...(companyId === undefined ? [] : [l10n.t("company {0}", plain(companyId))]),
  ];
  const words =
    parts.length === 0
      ? l10n.t("a page of {0}", plain(new URL(origin).host))
      : parts.reduce((inner, outer) =>
          l10n.t({ message: "{0} of {1}", args: [inner, outer], comment: ["e.g. project 12 of company 3"] }),
        );
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function projectLine(
  { project, company }: { readonly project: Project; readonly company: RememberedRow["company"] },
  text: string,
): FindLine {
  const isId = /^\d{3,20}$/u.test(text.trim());
  return {
    label: nameOf(project),
    ...described([
      project.active ? "" : l10n.t({ message: "inactive", comment: ["A project"] }),
      plain(project.number ?? ""),
      plain(project.city ?? ""),
      companyName(company),
    ]),
    ...(isId ? { detail: l10n.t("ID {0}", plain(project.id)) } : {}),
    icon: "project",
  };
}

/** How the headings read. */
export const headings: () => Readonly<Record<Heading, string>> = () => ({
  pinned: l10n.t("Pinned"),
  recent: l10n.t("Recent"),
  project: l10n.t("Projects"),
});

const companyName = (company: RememberedRow["company"]): string => (company === undefined ? "" : nameOf(company));

function described(parts: readonly string[]): { readonly description?: string } {
  const description = parts.filter((part) => part !== "").join(" · ");
  return description === "" ? {} : { description };
}

function nothingWords({ text, why }: Extract<FindRow, { kind: "nothing" }>): string {
  if (why === "busy") return text === "" ? l10n.t("Reading projects…") : l10n.t("Nothing yet: still asking Procore…");
  return text === "" ? l10n.t("No projects that you can see") : l10n.t("No project matches “{0}”", plain(text, 60));
}

function failureLine(error: unknown): FindLine {
  const told = error instanceof ProcoreError ? advice(error.failure) : unforeseenAdvice;
  return {
    label: l10n.t("Not all projects could be read: {0}", told.headline),
    description: l10n.t("Try Again"),
    detail: plain(told.message, 600),
    icon: "error",
  };
}

function notConnectedLine(names: readonly string[]): FindLine {
  const [first = ""] = names;
  const where = names.length === 1 ? first : l10n.t("{0} companies", inNumbers(names.length));
  return {
    label: l10n.t("Left out: the app is not installed in {0}", where),
    description: l10n.t("Show Install Steps"),
    ...(names.length === 1 ? {} : { detail: plain(names.join(", "), 300) }),
    icon: "plug",
  };
}

/** What of a project is kept among the recent ones. */
export const recentOf = ({ companyId, id, name }: Project) => ({ companyId, projectId: id, name });
