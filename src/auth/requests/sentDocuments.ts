import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { localTime } from "../../core/localTime.ts";
import { plain } from "../../core/plain.ts";
import type { SentRecord } from "../../core/sent/sentRecord.ts";
import { stepsOf, type Step } from "../../core/sent/steps.ts";
import { type CommandId, runCommand } from "../../platform/commands.ts";
import { askChoice, type Choice, type StepResult } from "../../platform/quickInput.ts";
import { environmentOfKey, sentScheme } from "../sessionScheme.ts";
import type { RequestsDependencies } from "./dependencies.ts";
import { goneText, sentText } from "./sentText.ts";
import { askWhose, keyMeant, type SentSubject, sentSubject, whoseKey } from "./sentSubjects.ts";
import type { Subject } from "./subject.ts";

/** A step and whose it is. */
export interface MeantStep extends SentSubject {
  readonly step: Step;
}

/** How a step is chosen; `signIn`: where nothing was sent, Sign In is offered as well. */
interface Question {
  readonly placeholder: string;
  readonly offer: "steps" | "signIn";
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
    const question = { placeholder: l10n.t("Which step do you want to see?"), offer: "signIn" } as const;
    const meant = await this.#choose(argument, question);
    if (meant === "signIn") return await runCommand("procore.signIn", { choose: "environment" });
    if (meant === undefined) return;
    const uri = documentOf(meant);
    // What was sent since it was shown last.
    this.#changed.fire(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
  }

  /** The step that a command is meant for, asked for where its argument names none; undefined when that was closed. */
  async choose(argument: unknown, placeholder: string): Promise<MeantStep | undefined> {
    const meant = await this.#choose(argument, { placeholder, offer: "steps" });
    return meant === "signIn" ? undefined : meant;
  }

  async #choose(argument: unknown, question: Question): Promise<MeantStep | "signIn" | undefined> {
    for (;;) {
      const meant = keyMeant(this.#deps, argument);
      const whose = meant === undefined ? await askWhose(this.#deps) : ({ kind: "answer", answer: meant } as const);
      const found = whose.kind === "answer" ? sentSubject(this.#deps, whose.answer) : undefined;
      if (found === undefined) return undefined;
      const steps = stepsOf(found.subject);
      const named = stepNamed(argument);
      const known = steps.find(({ id }) => id === named);
      if (known !== undefined) return { ...found, step: known };
      const back = meant === undefined ? "shown" : "hidden";
      const result = await this.#askStep({ ...found, ...question, steps, back });
      if (result.kind === "back") continue;
      if (result.kind === "closed") return undefined;
      return result.answer === "signIn" ? "signIn" : { ...found, step: result.answer };
    }
  }

  async #askStep({ subject, records, whose, steps, placeholder, offer, back }: Asked): Promise<StepResult<Answer>> {
    const now = this.#deps.clock.now();
    const choices = steps.map((step, index): Choice<Answer> => {
      const record = records.get(step.id);
      return {
        label: `${index + 1}. ${step.title}`,
        description: record === undefined ? l10n.t("no record in this window") : stateOf(record, now),
        detail: requestLine(step, subject),
        answer: step,
      };
    });
    return await askChoice<Answer>({
      title: l10n.t("What was sent: {0}", plain(subject.label, 60)),
      step: back === "shown" ? 2 : 1,
      totalSteps: back === "shown" ? 2 : 1,
      back,
      placeholder:
        whose === "nobody" && offer === "signIn"
          ? l10n.t("This window has nothing to show yet: sign in, or see how a step looks")
          : placeholder,
      choices: whose === "nobody" && offer === "signIn" ? [signInChoice(), ...choices] : choices,
    });
  }

  #text(uri: vscode.Uri): string {
    const shown = this.#shown(uri);
    if (shown === undefined) return goneText(whoseKey(uri.query));
    const { subject, step, steps, records, whose } = shown;
    const place = { number: steps.indexOf(step) + 1, of: steps.length };
    const record = records.get(step.id);
    return sentText({ subject, step, place, record, whose }, { now: this.#deps.clock.now() });
  }

  #lenses(uri: vscode.Uri): vscode.CodeLens[] {
    const shown = this.#shown(uri);
    if (shown === undefined) return [];
    const { key, whose, step, steps } = shown;
    const next = steps[steps.indexOf(step) + 1];
    const about = aboutOf(key);
    const lens = (title: string, command: CommandId, argument: object): vscode.CodeLens =>
      new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title, command, arguments: [argument] });
    return [
      ...(whose === "nobody" ? [lens(l10n.t("Sign In"), "procore.signIn", { choose: "environment" })] : []),
      lens(l10n.t("Copy as cURL"), "procore.copyStepAsCurl", { ...about, step: step.id }),
      ...(next === undefined
        ? []
        : [lens(l10n.t("Next: {0}", next.title), "procore.showWhatWasSent", { ...about, step: next.id })]),
      lens(l10n.t("All Steps"), "procore.showWhatWasSent", about),
      ...(whose === "connection" ? [lens(l10n.t("Show Session"), "procore.showSession", about)] : []),
    ];
  }

  /** Undefined when the connection is gone or the sign-in over, or the address is none of ours. */
  #shown({ query, authority }: vscode.Uri) {
    const found = sentSubject(this.#deps, query);
    if (found === undefined) return undefined;
    const steps = stepsOf(found.subject);
    const step = steps.find(({ id }) => id === authority);
    return step === undefined ? undefined : { ...found, step, steps };
  }

  #repaint(): void {
    for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === sentScheme) this.#changed.fire(uri);
  }
}

type Answer = Step | "signIn";

interface Asked extends SentSubject, Question {
  readonly steps: readonly Step[];
  /** Shown where there is a question before. */
  readonly back: "shown" | "hidden";
}

const signInChoice = (): Choice<Answer> => ({
  label: l10n.t("Sign In"),
  description: l10n.t("sends the first steps; they can be seen here, also when one fails"),
  iconPath: new vscode.ThemeIcon("sign-in"),
  answer: "signIn",
});

/** What a command of ours is told so that it is about the same. */
function aboutOf(key: string): object {
  const environment = environmentOfKey(key);
  if (environment !== undefined) return { environment };
  return key === "" ? {} : { connection: key };
}

/** The title of its tab is the last part of the path. */
function documentOf({ step, subject, key }: MeantStep): vscode.Uri {
  const title = l10n.t("{0} ({1})", step.title, plain(subject.label, 60)).replaceAll(/[\\/]/gu, " ");
  return vscode.Uri.from({ scheme: sentScheme, authority: step.id, path: `/${title}`, query: key });
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
