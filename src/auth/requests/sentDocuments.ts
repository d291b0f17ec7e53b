import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { localTime } from "../../core/localTime.ts";
import { plain } from "../../core/plain.ts";
import type { SentRecord } from "../../core/sent/sentRecord.ts";
import { stepsOf, type Step } from "../../core/sent/steps.ts";
import type { CommandId } from "../../platform/commands.ts";
import { askChoice, type Choice } from "../../platform/quickInput.ts";
import { connectionOrNone } from "../connectionMeant.ts";
import { sentScheme } from "../sessionScheme.ts";
import type { RequestsDependencies } from "./dependencies.ts";
import { goneText, sentText } from "./sentText.ts";
import { subjectOf, type Subject } from "./subject.ts";

/** A step and whose it is. */
export interface MeantStep {
  readonly subject: Subject;
  /** Empty where there is no connection. */
  readonly connectionId: string;
  readonly step: Step;
}

/**
 * What Show What Was Sent opens: read-only documents, one for each step and connection. Their text is made from what this
 * window remembers; opening one sends nothing.
 */
export class SentDocuments {
  readonly #deps: RequestsDependencies;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();

  constructor(deps: RequestsDependencies) {
    this.#deps = deps;
    const { event: onDidChange } = this.#changed;
    deps.owned.add(this.#changed);
    deps.owned.add(
      vscode.workspace.registerTextDocumentContentProvider(sentScheme, {
        onDidChange,
        provideTextDocumentContent: (uri) => this.#text(uri),
      }),
    );
    deps.owned.add(
      vscode.languages.registerCodeLensProvider(
        { scheme: sentScheme },
        { provideCodeLenses: ({ uri }) => this.#lenses(uri) },
      ),
    );
    deps.owned.add(deps.connections.onDidChange(() => this.#repaint()));
  }

  /** Opens the step that the argument names, or the one that is chosen from the list. */
  async show(argument: unknown): Promise<void> {
    const meant = await this.choose(argument, l10n.t("Which step do you want to see?"));
    if (meant === undefined) return;
    const uri = documentOf(meant);
    // What was sent since it was shown last.
    this.#changed.fire(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
  }

  /** The step that a command is meant for, asked for where its argument names none; undefined when that was closed. */
  async choose(argument: unknown, placeholder: string): Promise<MeantStep | undefined> {
    const connection = connectionOrNone(argument, this.#deps.connections.current);
    const subject = subjectOf(connection);
    const connectionId = connection?.id ?? "";
    const steps = stepsOf(subject);
    const named = stepNamed(argument);
    const step =
      steps.find(({ id }) => id === named) ?? (await this.#ask({ subject, connectionId, steps, placeholder }));
    return step === undefined ? undefined : { subject, connectionId, step };
  }

  async #ask({ subject, connectionId, steps, placeholder }: Asked): Promise<Step | undefined> {
    const records = this.#deps.sent.of(connectionId);
    const now = this.#deps.clock.now();
    const choices = steps.map((step, index): Choice<Step> => {
      const record = records.get(step.id);
      return {
        label: `${index + 1}. ${step.title}`,
        description: record === undefined ? l10n.t("no record in this window") : stateOf(record, now),
        detail: requestLine(step, subject),
        answer: step,
      };
    });
    const result = await askChoice({
      title: l10n.t("What was sent: {0}", plain(subject.label, 60)),
      step: 1,
      totalSteps: 1,
      back: "hidden",
      placeholder,
      choices,
    });
    return result.kind === "answer" ? result.answer : undefined;
  }

  #text(uri: vscode.Uri): string {
    const shown = this.#shown(uri);
    if (shown === undefined) return goneText();
    const { subject, step, steps, connectionId } = shown;
    const place = { number: steps.indexOf(step) + 1, of: steps.length };
    const record = this.#deps.sent.of(connectionId).get(step.id);
    return sentText({ subject, step, place, record }, { now: this.#deps.clock.now() });
  }

  #lenses(uri: vscode.Uri): vscode.CodeLens[] {
    const shown = this.#shown(uri);
    if (shown === undefined) return [];
    const { connectionId, step, steps } = shown;
    const next = steps[steps.indexOf(step) + 1];
    const about = connectionId === "" ? {} : { connection: connectionId };
    const lens = (title: string, command: CommandId, argument: object): vscode.CodeLens =>
      new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title, command, arguments: [argument] });
    return [
      lens(l10n.t("Copy as cURL"), "procore.copyStepAsCurl", { ...about, step: step.id }),
      ...(next === undefined
        ? []
        : [lens(l10n.t("Next: {0}", next.title), "procore.showWhatWasSent", { ...about, step: next.id })]),
      lens(l10n.t("All Steps"), "procore.showWhatWasSent", about),
      ...(connectionId === "" ? [] : [lens(l10n.t("Show Session"), "procore.showSession", about)]),
    ];
  }

  /** Undefined when the connection is gone, or the address is none of ours. */
  #shown({ query, authority }: vscode.Uri) {
    const connection = query === "" ? undefined : this.#deps.connections.get(query);
    if (query !== "" && connection === undefined) return undefined;
    const subject = subjectOf(connection);
    const steps = stepsOf(subject);
    const step = steps.find(({ id }) => id === authority);
    return step === undefined ? undefined : { subject, connectionId: query, step, steps };
  }

  #repaint(): void {
    for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === sentScheme) this.#changed.fire(uri);
  }
}

interface Asked extends Omit<MeantStep, "step"> {
  readonly steps: readonly Step[];
  readonly placeholder: string;
}

/** The title of its tab is the last part of the path. */
function documentOf({ step, subject, connectionId }: MeantStep): vscode.Uri {
  const title = l10n.t("{0} ({1})", step.title, plain(subject.label, 60)).replaceAll(/[\\/]/gu, " ");
  return vscode.Uri.from({ scheme: sentScheme, authority: step.id, path: `/${title}`, query: connectionId });
}

/** Which step an argument names: a document of ours, or an action there; arguments come from anywhere. */
function stepNamed(argument: unknown): unknown {
  if (argument instanceof vscode.Uri) return argument.scheme === sentScheme ? argument.authority : undefined;
  return typeof argument === "object" && argument !== null && "step" in argument ? argument.step : undefined;
}

function stateOf({ at, outcome }: SentRecord, now: number): string {
  const when = localTime(at, { now });
  if (outcome.kind === "reply") return l10n.t("{0}, answered {1}", when, outcome.status);
  if (outcome.kind === "failed") return l10n.t("{0}, no answer", when);
  return outcome.how === "opened" ? l10n.t("{0}, opened in the browser", when) : l10n.t("{0}, copied", when);
}

const requestLine = ({ request }: Step, { origins }: Subject): string =>
  `${request.method} ${new URL(origins[request.host]).host}/${request.path.join("/")}`;
