import * as l10n from "@vscode/l10n";
import { assertNever } from "../assertNever.ts";
import { advice, type FailureAction, supportLines } from "../errors.ts";
import { plain } from "../plain.ts";
import { utc } from "../utc.ts";
import type { Report, Trouble, Verdict } from "./check.ts";
import { hideFailure } from "./hideFailure.ts";
import { createShow, type Names, type Show, textOf } from "./words.ts";

/** A next step that a line of the text names. */
export interface ReportLink {
  /** From 0. */
  readonly line: number;
  readonly action: FailureAction;
}

export interface ReportText {
  /** Markdown. */
  readonly text: string;
  readonly links: readonly ReportLink[];
}

export interface ReportTextOptions {
  readonly names: Names;
  /** The button of an action. */
  readonly titleOf: (action: FailureAction) => string;
}

/**
 * A report as Markdown. Whatever is not our own word is escaped, so no link, picture or markup comes from outside.
 * With names hidden, it is made of an allow-list: what is private has its kind and a number in its place.
 */
export function reportText(report: Report, options: ReportTextOptions): ReportText {
  const show = createShow(options.names);
  const context = { ...options, show };
  const lines: string[] = [...headLines(report, context), ...summaryLines(report, context)];
  const links: ReportLink[] = [];
  for (const check of report.checks) {
    lines.push("", `## ${l10n.t("{0}: {1}", inMarkdown(textOf(check.title, show)), verdictWords(check.verdict))}`, "");
    for (const { label, words } of check.facts) {
      lines.push(`- ${l10n.t("{0}: {1}", inMarkdown(textOf(label, show)), inMarkdown(textOf(words, show)))}`);
    }
    for (const trouble of check.troubles) {
      const told = troubleWords(trouble, context);
      if (lines.at(-1) !== "") lines.push("");
      lines.push(`**${inMarkdown(told.headline)}.** ${inMarkdown(told.message)}`);
      for (const line of told.support) lines.push(`${inMarkdown(line)}  `);
      for (const { action, title } of told.steps) {
        links.push({ line: lines.length, action });
        lines.push(`→ ${inMarkdown(title)}`);
      }
    }
  }
  return { text: `${lines.join("\n")}\n`, links };
}

type Context = ReportTextOptions & { readonly show: Show };

function headLines({ about, madeAt, version, running }: Report, { names, show }: Context): readonly string[] {
  const made = l10n.t("Made {0} by Procore Explorer {1}. No token and no secret is in it.", utc(madeAt), version);
  const hidden = l10n.t(
    "Names, e-mail addresses, companies, projects, apps, hosts that are not Procore's, proxies and paths are hidden: the same number stands for the same one.",
  );
  const now = running === undefined ? [] : ["", l10n.t("Still at work: {0} …", inMarkdown(textOf(running, show)))];
  return [
    `# ${l10n.t("Procore connection report: {0}", inMarkdown(textOf(about, show)))}`,
    "",
    inMarkdown(made),
    ...(names === "hidden" ? ["", hidden] : []),
    ...now,
  ];
}

function summaryLines({ checks, running }: Report, context: Context): readonly string[] {
  const wrong = checks.filter(({ verdict }) => verdict === "problem");
  const left = checks.filter(({ verdict, stoppedBy }) => verdict === "skipped" && stoppedBy !== "nothing").length;
  if (running !== undefined && wrong.length === 0) return [];
  const skipped = left === 0 ? "" : ` ${l10n.t("Parts that were not done: {0}.", left)}`;
  if (wrong.length === 0) return ["", `**${fineWords(checks)}**${skipped}`];
  const cutShort = isCutShort(checks) ? ` ${l10n.t("You cancelled.")}` : "";
  const lines = wrong.map((check) => {
    const headlines = check.troubles.map((trouble) => troubleWords(trouble, context).headline).join(", ");
    return `- ${l10n.t("{0}: {1}", inMarkdown(textOf(check.title, context.show)), inMarkdown(headlines))}`;
  });
  return ["", `**${l10n.t("Problems: {0}.", wrong.length)}**${cutShort}${skipped}`, "", ...lines];
}

const isCutShort = (checks: Report["checks"]): boolean => checks.some(({ stoppedBy }) => stoppedBy === "cancel");

/** A report that was cut short says no more than it saw. */
function fineWords(checks: Report["checks"]): string {
  if (!isCutShort(checks)) return l10n.t("No problem was found.");
  return checks.every(({ verdict }) => verdict === "skipped")
    ? l10n.t("You cancelled before the first part was done.")
    : l10n.t("You cancelled. No problem was found in what was done.");
}

interface TroubleWords {
  readonly headline: string;
  readonly message: string;
  readonly support: readonly string[];
  readonly steps: readonly { readonly action: FailureAction; readonly title: string }[];
}

function troubleWords(trouble: Trouble, context: Context): TroubleWords {
  const steps = (...actions: readonly (FailureAction | undefined)[]): TroubleWords["steps"] =>
    // The report itself is where Diagnose Connection leads.
    actions.flatMap((action) =>
      action === undefined || action === "diagnose" ? [] : [{ action, title: context.titleOf(action) }],
    );
  if (trouble.kind === "finding") {
    const { headline, words, action, failure } = trouble;
    const support = failure === undefined ? [] : supportLines(hideFailure(failure, context));
    return { headline, message: textOf(words, context.show), support, steps: steps(action) };
  }
  const failure = hideFailure(trouble.failure, context);
  const { headline, message, action, also } = advice(failure);
  return {
    headline,
    message,
    support: supportLines(failure),
    steps: steps(action, also, moreThan(also, trouble.more)),
  };
}

const moreThan = (also: FailureAction | undefined, more: FailureAction | undefined): FailureAction | undefined =>
  also === more ? undefined : more;

function verdictWords(verdict: Verdict): string {
  switch (verdict) {
    case "ok":
      return l10n.t({ message: "OK", comment: ["How a part of the report went; stands after its title"] });
    case "note":
      return l10n.t({
        message: "OK, with a remark",
        comment: ["How a part of the report went; stands after its title"],
      });
    case "problem":
      return l10n.t({ message: "problem", comment: ["How a part of the report went; stands after its title"] });
    case "skipped":
      return l10n.t({ message: "not done", comment: ["How a part of the report went; stands after its title"] });
    default:
      return assertNever(verdict);
  }
}

/** One line in which Markdown and HTML find nothing to do. An underscore inside a word is none to Markdown either. */
const inMarkdown = (text: string): string =>
  plain(text, 2_000).replaceAll(
    /[\\`*[\]<>~|]|^[#+-]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|!(?=\[)|&(?=#?\w+;)/gu,
    (mark) => `\\${mark}`,
  );
