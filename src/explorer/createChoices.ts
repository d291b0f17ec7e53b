import type * as vscode from "vscode";
import type { Clock } from "../core/clock.ts";
import type { ProcoreClient } from "../core/procore/client.ts";
import { withProgress } from "../platform/cancellation.ts";
import { setContextKey } from "../platform/contextKeys.ts";
import type { Disposable } from "../platform/disposables.ts";
import type { Report } from "../platform/report.ts";
import { projectsSetting } from "../platform/settings.ts";
import { arrangementMessage, isArranged } from "./arrangement.ts";
import { ArrangementChoice } from "./arrangementChoice.ts";
import { CompanyAnswers } from "./companyAnswers.ts";
import type { CompanyNode } from "./nodes.ts";
import { PinChecks } from "./pinChecks.ts";
import { Pins } from "./pins.ts";
import type { ByConnection } from "./removals.ts";
import { nameOf } from "./row.ts";
import type { ViewChoices } from "./viewChoices.ts";
import type { MemoryStore } from "./viewMemory.ts";
import { WholeCompanies } from "./wholeCompanies.ts";

export interface ChoicesDependencies {
  readonly procore: ProcoreClient;
  readonly clock: Pick<Clock, "now">;
  readonly report: Report;
  /** Of this window. */
  readonly memory: vscode.Memento;
  /** Of all windows. */
  readonly shared: vscode.Memento;
  /** All projects of a company came, so that they can be shown in another order. */
  readonly loaded: (company: CompanyNode) => void;
  /** Other projects are pinned, or Procore answered about those that are. */
  readonly pinnedChanged: () => void;
  /** The companies that are open in the view. */
  readonly open: () => readonly CompanyNode[];
  /** Says how the rows are arranged; "" when they are as they come. */
  readonly say: (message: string) => void;
}

/** What is chosen and remembered, with what changes it. */
export interface Choices extends ViewChoices, ByConnection, Disposable {
  readonly choice: ArrangementChoice;
  readonly pins: Pins;
  /** The arrangement is another one: ends loads that it does not need, tries again what was stopped, and says so. */
  rearranged(): void;
  /** Says how the rows are arranged, as it is now. */
  describe(): void;
}

/** Brings together what the view's rows are made by. */
export function createChoices(deps: ChoicesDependencies): Choices {
  const { procore, clock, report } = deps;
  const choice = new ArrangementChoice(storeIn(deps.memory, "procore.explorerArrangement", report), projectsSetting);
  const pins = new Pins(storeIn(deps.shared, "procore.pins", report));
  const answers = new CompanyAnswers(storeIn(deps.shared, "procore.companyAnswers", report));
  const checks = new PinChecks(procore);
  const subscriptions = [checks.onDidAnswer(deps.pinnedChanged), pins.onDidChange(deps.pinnedChanged)];
  const lookedThrough = new Map<string, string>();
  const wholes = new WholeCompanies({
    procore,
    arrangement: () => choice.current,
    open: deps.open,
    withProgress: (title, run) => loadVisibly(title, run),
    loaded: deps.loaded,
    changed: () => describe(),
    failed: (error) => report.failure(error),
  });
  const describe = (): void => {
    const shortfall = {
      loading: wholes.names("loading"),
      stopped: wholes.names("stopped"),
      looksThroughLoaded: [...lookedThrough.values()],
    };
    deps.say(arrangementMessage(choice.current, shortfall));
    report.background(setContextKey("procore.projectsFiltered", isArranged(choice.current)), "set a context key");
  };
  return {
    choice,
    pins,
    describe,
    rearranged() {
      if (choice.current.order === "name") wholes.forget();
      else wholes.forgetStopped();
      describe();
    },
    arrangement: () => choice.current,
    allProjects: (connection, company) => wholes.projects(connection, company),
    noteStageFilter(company, by) {
      if (by === "loadedRows") lookedThrough.set(company.id, nameOf(company.company));
      else lookedThrough.delete(company.id);
      describe();
    },
    answerOf: ({ id }, companyId) => answers.get(id, companyId),
    noteAnswer: ({ id }, companyId, kind) => answers.note(id, companyId, { kind, at: clock.now() }),
    pinned: ({ id }) => pins.of(id).map((pin) => ({ pin, answer: checks.answerOf(pin) })),
    askAboutPinned: (connection) =>
      report.background(checks.ask(connection, pins.of(connection.id)), "read pinned projects"),
    forgetLoaded(below) {
      checks.forget();
      if (below === undefined) lookedThrough.clear();
      if (below?.kind !== "pinned") wholes.forget(below?.id);
    },
    keepOnly(connections) {
      pins.keepOnly(connections);
      answers.keepOnly(connections);
    },
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
      pins.dispose();
      checks.dispose();
    },
  };
}

/** A place of its own in a memory of the editor's. */
export const storeIn = (memento: vscode.Memento, key: string, report: Report): MemoryStore => ({
  get: () => memento.get(key),
  set: (value) => report.background(Promise.resolve(memento.update(key, value)), `keep ${key}`),
});

async function loadVisibly<T>(
  title: string,
  run: (signal: AbortSignal, show: (text: string) => void) => Promise<T>,
): Promise<T | undefined> {
  const shown: { text?: string; show?: (text: string | undefined) => void } = {};
  const tell = (text: string): void => {
    shown.text = text;
    shown.show?.(text);
  };
  return await withProgress(
    title,
    (signal) => run(signal, tell),
    (show) => {
      shown.show = show;
      show(shown.text);
      return { dispose: () => delete shown.show };
    },
  );
}
