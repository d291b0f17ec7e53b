import * as l10n from "@vscode/l10n";
import { assertNever } from "../../core/assertNever.ts";
import { minuteMs } from "../../core/clock.ts";
import { advice, ProcoreError, unforeseenAdvice } from "../../core/errors.ts";
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

export const placeholder = "Name, number, city or ID of a project, or an address that you paste";

const number = { format: (value: number): string => value.toLocaleString("en") };
const projectsOf = (count: number): string => `${number.format(count)} ${count === 1 ? "project" : "projects"}`;

/** The box's title: how far the list is, and how old. */
export function titleOf({ list }: FindView, now: number): string {
  const { status, read, total, readAt } = list;
  const part =
    total === undefined || total === read ? projectsOf(read) : `${number.format(read)} of ${projectsOf(total)}`;
  const states = {
    none: undefined,
    reading: read === 0 ? "reading projects" : `reading, ${part}`,
    stopped: `stopped at ${part}`,
    failed: `${part}, not all could be read`,
    whole: `${part}${readAt === undefined ? "" : `, ${readWhen(readAt, now)}`}`,
  } as const;
  const state = states[status];
  return state === undefined ? "Find Project" : `Find Project: ${state}`;
}

/** "read 14 minutes ago" */
export function readWhen(at: number, now: number): string {
  const minutes = Math.floor((now - at) / minuteMs);
  if (minutes < 1) return "just read";
  if (minutes < 60) return `read ${minutes} ${minutes === 1 ? "minute" : "minutes"} ago`;
  const hours = Math.floor(minutes / 60);
  return `read ${hours} ${hours === 1 ? "hour" : "hours"} ago`;
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
      return { label: addressWords(row.address), description: "Go to Procore Address", icon: "link" };
    case "more":
      return { label: `… and ${number.format(row.count)} more: type more` };
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
    ...(tool === undefined ? [] : [`${plain(tool)}${itemId === undefined ? "" : ` ${plain(itemId)}`}`]),
    ...(projectId === undefined ? [] : [`project ${plain(projectId)}`]),
    ...(companyId === undefined ? [] : [`company ${plain(companyId)}`]),
  ];
  const words = parts.length === 0 ? `a page of ${plain(new URL(origin).host)}` : parts.join(" of ");
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
      project.active ? "" : "inactive",
      plain(project.number ?? ""),
      plain(project.city ?? ""),
      companyName(company),
    ]),
    ...(isId ? { detail: `ID ${plain(project.id)}` } : {}),
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
  if (why === "busy") return text === "" ? "Reading projects…" : "Nothing yet: still asking Procore…";
  return text === "" ? "No projects that you can see" : `No project matches “${plain(text, 60)}”`;
}

function failureLine(error: unknown): FindLine {
  const told = error instanceof ProcoreError ? advice(error.failure) : unforeseenAdvice;
  return {
    label: `Not all projects could be read: ${told.headline}`,
    description: "Try Again",
    detail: plain(told.message, 600),
    icon: "error",
  };
}

function notConnectedLine(names: readonly string[]): FindLine {
  const [first = ""] = names;
  const where = names.length === 1 ? first : `${number.format(names.length)} companies`;
  return {
    label: `Left out: the app is not installed in ${where}`,
    description: "Show Install Steps",
    ...(names.length === 1 ? {} : { detail: plain(names.join(", "), 300) }),
    icon: "plug",
  };
}

/** What of a project is kept among the recent ones. */
export const recentOf = ({ companyId, id, name }: Project) => ({ companyId, projectId: id, name });
