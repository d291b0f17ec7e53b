import * as l10n from "@vscode/l10n";
import { assertNever } from "../../core/assertNever.ts";
import type { LocalTimeOptions } from "../../core/localTime.ts";
import { plain } from "../../core/plain.ts";
import { expectedReply } from "../../core/sent/expectedReply.ts";
import { explainField, explainHeader, explainHiddenClientId, explainParameter } from "../../core/sent/explain.ts";
import { hidden } from "../../core/sent/mask.ts";
import type { Json, Named, SentBody, SentOutcome, SentRecord, StepId } from "../../core/sent/sentRecord.ts";
import type { Field, Step, StepSubject, Value } from "../../core/sent/steps.ts";
import { wrap } from "../panel/alignedText.ts";
import { moment } from "../panel/moment.ts";

/** What a document of Show What Was Sent is about. */
export interface SentView {
  /** Of whose app and hosts; `label` names the environment. */
  readonly subject: StepSubject & { readonly label: string };
  readonly step: Step;
  /** Its place among the steps, from 1, and how many there are. */
  readonly place: { readonly number: number; readonly of: number };
  /** As this window sent it; undefined when it has no record of it. */
  readonly record: SentRecord | undefined;
  /** `nobody`: there is no connection, and no sign-in was begun; `example`: there is, but these steps are not theirs. */
  readonly whose: "connection" | "signIn" | "nobody" | "example";
}

/** Shown in place of a step whose connection was removed, or whose sign-in came to its end. */
export const goneText = (whose: SentView["whose"]): string =>
  whose === "signIn"
    ? `${l10n.t("This sign-in came to its end. Choose Show What Was Sent again: what was sent for it is with its connection, if it became one.")}\n`
    : `${l10n.t("This connection was removed, and what was sent for it is forgotten.")}\n`;

const width = 100;

/** A step as plain text, which can be searched, copied and read aloud. Nothing secret is in it. */
export function sentText(view: SentView, options: LocalTimeOptions): string {
  const { subject, step, place } = view;
  const title = l10n.t("{0}: {1} (step {2} of {3})", step.title, plain(subject.label, 60), place.number, place.of);
  const parts = [[title, ...wrap(whenLine(view, options), width)], wrap(step.about, width)];
  const more = view.record === undefined ? shapeParts(view) : recordParts(view.record);
  return `${[...parts, ...more].map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function whenLine({ record, whose }: SentView, options: LocalTimeOptions): string {
  if (record === undefined && whose === "nobody") {
    return l10n.t(
      "This window has nothing to show yet: choose Sign In, and what is sent then can be seen here, also when it fails. What follows is how this step looks; words in capital letters stand for values of your own.",
    );
  }
  if (record === undefined) {
    return l10n.t(
      "This window has no record of this step. What follows is how it looks; words in capital letters stand for values of your own.",
    );
  }
  const when = moment(record.at, options);
  if (record.outcome.kind !== "browser") {
    return l10n.t("Sent by this window {0}. Secrets were left out when it was recorded.", when);
  }
  return record.outcome.how === "opened"
    ? l10n.t("This window gave the address to the browser {0}.", when)
    : l10n.t("This window put the address into the clipboard {0}.", when);
}

type Part = readonly string[];

function recordParts(record: SentRecord): readonly Part[] {
  const { step, method, address, query, headers, form, outcome } = record;
  return [
    ...requestParts({ step, line: `${method} ${withQuery(address, query)}`, query, headers, form }),
    ...outcomeParts(outcome, step),
  ];
}

function shapeParts({ subject, step }: SentView): readonly Part[] {
  const { id, request } = step;
  const { method, host, path, authorization, company } = request;
  const named = (fields: readonly Field[]): readonly Named[] => fields.map(([name, value]) => [name, wordOf(value)]);
  const query = named(request.query);
  const token: readonly Named[] = authorization === "token" ? [["authorization", "Bearer ACCESS_TOKEN"]] : [];
  const companyHeader: readonly Named[] = company === undefined ? [] : [["procore-company-id", wordOf(company)]];
  const type: readonly Named[] =
    request.form.length === 0 ? [] : [["content-type", "application/x-www-form-urlencoded"]];
  const accept: readonly Named[] = id === "authorize" ? [] : [["accept", "application/json"]];
  const line = `${method} ${withQuery(`${subject.origins[host]}/${path.join("/")}`, query)}`;
  const headers = [...accept, ...type, ...token, ...companyHeader];
  const expected = expectedReply(id);
  return [
    ...requestParts({ step: id, line, query, headers, form: named(request.form) }),
    ...(expected === undefined
      ? [browserPart()]
      : [
          [l10n.t("Answer when all is well, with made-up values: {0}", expected.status)],
          ...bodyParts({ kind: "json", value: expected.body, leftOut: 0, rows: undefined }, id),
        ]),
  ];
}

interface ShownRequest extends Pick<SentRecord, "step" | "query" | "headers" | "form"> {
  readonly line: string;
}

function requestParts({ step, line, query, headers, form }: ShownRequest): readonly Part[] {
  const parameter = ([name, value]: Named): string | undefined =>
    name === "client_id" && value === hidden ? explainHiddenClientId() : explainParameter(name, step);
  return [
    [l10n.t("Request"), `  ${line}`],
    ...listPart(l10n.t("Parameters in the address"), query, parameter),
    ...listPart(l10n.t("Headers of the request"), headers, ([name]) => explainHeader(name)),
    ...listPart(l10n.t("Parameters in the body, as a form"), form, parameter),
  ];
}

function outcomeParts(outcome: SentOutcome, step: StepId): readonly Part[] {
  switch (outcome.kind) {
    case "browser":
      return [browserPart()];
    case "failed": {
      const words = outcome.words === "" ? l10n.t("It was cancelled, or broke off.") : outcome.words;
      return [[l10n.t("No answer, after {0} ms", outcome.durationMs), ...indented(wrap(words, width))]];
    }
    case "reply":
      return [
        [l10n.t("Answer: {0} after {1} ms", outcome.status, outcome.durationMs)],
        ...listPart(l10n.t("Headers of the answer"), outcome.headers, ([name]) => explainHeader(name)),
        ...bodyParts(outcome.body, step),
      ];
    default:
      return assertNever(outcome);
  }
}

const browserPart = (): Part => [
  l10n.t("Answer"),
  ...indented(
    wrap(
      l10n.t(
        "A web page, which only the browser sees: Procore's sign-in, then Allow and Deny, then the authorization code. This window learns nothing of it but the code, once that is pasted.",
      ),
      width,
    ),
  ),
];

function bodyParts(body: SentBody, step: StepId): readonly Part[] {
  switch (body.kind) {
    case "empty":
      return [[l10n.t("Body of the answer: empty")]];
    case "other":
      return [
        [
          l10n.t("Body of the answer: not kept"),
          `  ${l10n.t("It is not JSON: {0} characters, {1}", body.characters, body.contentType === "" ? l10n.t("type not told") : body.contentType)}`,
        ],
      ];
    case "json": {
      const notes = [
        ...(body.rows === undefined ? [] : [l10n.t("Rows: {0}; the first three are kept at most.", body.rows)]),
        ...(body.leftOut === 0 ? [] : [l10n.t("Fields that are not kept: {0}.", body.leftOut)]),
      ];
      return [
        [
          l10n.t("Body of the answer"),
          ...indented(JSON.stringify(body.value, undefined, 2).split("\n")),
          ...indented(notes),
        ],
        ...fieldPart(body.value, step),
      ];
    }
    default:
      return assertNever(body);
  }
}

function fieldPart(value: Json, step: StepId): readonly Part[] {
  const explained = [...fieldNames(value)].flatMap((name) => {
    const words = explainField(name, step);
    return words === undefined ? [] : [`  ${name}`, ...explanation(words)];
  });
  return explained.length === 0 ? [] : [[l10n.t("What the fields mean"), ...explained]];
}

function fieldNames(value: Json, found: Set<string> = new Set()): ReadonlySet<string> {
  if (typeof value !== "object" || value === null) return found;
  for (const [name, field] of Object.entries(value)) {
    if (!Array.isArray(value)) found.add(name);
    fieldNames(field, found);
  }
  return found;
}

function listPart(
  heading: string,
  items: readonly Named[],
  explain: (item: Named) => string | undefined,
): readonly Part[] {
  if (items.length === 0) return [];
  const lines = items.flatMap((item) => {
    const [name, value] = item;
    const words = explain(item);
    return [`  ${name}: ${value}`, ...(words === undefined ? [] : explanation(words))];
  });
  return [[heading, ...lines]];
}

const explanation = (words: string): Part => wrap(words, width - 6).map((line) => `      ${line}`);
const indented = (lines: readonly string[]): Part => lines.map((line) => `  ${line}`);

/** As it is written in an address; what stands for something stays readable. */
function withQuery(address: string, query: readonly Named[]): string {
  const pairs = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return pairs.length === 0 ? address : `${address}?${pairs.join("&")}`;
}

const wordOf = (value: Value): string => (typeof value === "string" ? plain(value) : value.placeholder.toUpperCase());
