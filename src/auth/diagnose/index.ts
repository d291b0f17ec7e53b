import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Report } from "../../core/diagnose/check.ts";
import { diagnose } from "../../core/diagnose/diagnose.ts";
import type { DiagnosePorts, Subject } from "../../core/diagnose/ports.ts";
import { type Names, textOf, createShow } from "../../core/diagnose/words.ts";
import { reportText } from "../../core/diagnose/reportText.ts";
import { ProcoreError } from "../../core/errors.ts";
import { withProgress } from "../../platform/cancellation.ts";
import { writeClipboard } from "../../platform/clipboard.ts";
import type { Disposable } from "../../platform/disposables.ts";
import { createNetworkProbe } from "../../platform/network/networkProbe.ts";
import { networkSettings } from "../../platform/settings.ts";
import { homeKind, keyringOf } from "../workbench.ts";
import {
  chooseSubject,
  connectionIdOf,
  environmentIdOf,
  type SubjectKey,
  subjectOf,
  toolMeant,
} from "./chooseSubject.ts";
import type { DiagnoseDependencies } from "./dependencies.ts";
import { createRoundTrip } from "./keyringProbe.ts";
import { readMachine, readSettings } from "./machine.ts";
import { type FoundReport, ReportDocuments, titlesOf } from "./reportDocuments.ts";

/** Diagnose Connection. Command arguments may name what it is about; anybody may call. */
export interface Diagnosis {
  /** Makes a report and shows it while it is made; resolves when it is whole or was cancelled. */
  run(argument: unknown): Promise<void>;
  /** Copies a report without what a stranger may not read, and offers the other form. */
  copy(argument: unknown): Promise<void>;
}

/** The entry of `dist/diagnose.js`. */
export function createDiagnosis(deps: DiagnoseDependencies): Diagnosis {
  const documents = new ReportDocuments(deps);
  const running = new Map<SubjectKey, AbortController>();
  return {
    async run(argument) {
      const key = await chooseSubject(deps, argument);
      const named = key === undefined ? undefined : subjectOf(deps, key);
      if (key === undefined || named === undefined) return;
      const tool = toolMeant(argument, key, documents.find({ subject: key })?.report.tool);
      const subject: Subject = named.kind === "connection" ? { ...named, tool } : named;
      // A second report about the same takes the place of the first.
      running.get(key)?.abort();
      const own = new AbortController();
      running.set(key, own);
      let shown: Promise<void> | undefined;
      let tell = (_text: string | undefined): void => undefined;
      const show = createShow("shown");
      const onChange = (report: Report): void => {
        if (running.get(key) !== own) return;
        tell(report.running === undefined ? undefined : textOf(report.running, show));
        if (shown === undefined)
          shown = documents.open(key, l10n.t("Connection Report ({0})", textOf(report.about, show)), report);
        else documents.update(key, report);
      };
      const make = async (signal: AbortSignal): Promise<void> => {
        const stop = AbortSignal.any([signal, own.signal]);
        const onError = (error: unknown, stepId: string): void => logTrouble(deps, error, stepId);
        await diagnose(portsOf(deps, environmentIdOf(deps, key)), subject, { signal: stop, onChange, onError });
        if (running.get(key) === own) running.delete(key);
      };
      await withProgress(l10n.t("Diagnosing the connection"), make, (progress): Disposable => {
        tell = progress;
        return deps.followWaits(() => connectionIdOf(key), progress);
      });
      await shown;
    },
    async copy(argument) {
      const found = documents.find(argument);
      if (found === undefined) {
        const again = l10n.t("Diagnose Connection");
        const chosen = await vscode.window.showInformationMessage(l10n.t("There is no connection report yet."), again);
        if (chosen === again) await vscode.commands.executeCommand("procore.diagnose");
        return;
      }
      await copyReport(found, "hidden");
      deps.report.background(offerNames(deps, found), "offer to copy a report with its names");
    },
  };
}

/** Whoever wants the names to be told says so. The credentials of a proxy are in no report at all. */
async function offerNames(deps: DiagnoseDependencies, found: FoundReport): Promise<void> {
  const withNames = l10n.t("Copy with Names");
  const message = l10n.t(
    "Copied for a bug report. Names, e-mail addresses, companies, projects, apps, hosts of your own, proxies and paths are replaced by numbers.",
  );
  if ((await vscode.window.showInformationMessage(message, withNames)) !== withNames) return;
  try {
    await copyReport(found, "shown");
    vscode.window.setStatusBarMessage(l10n.t("Copied with names: look through it before you give it to others"), 5_000);
  } catch (error) {
    deps.report.failure(error);
  }
}

async function copyReport(found: FoundReport, names: Names): Promise<void> {
  const { text } = reportText(found.report, { names, titleOf: titlesOf(found) });
  await writeClipboard(text);
}

function logTrouble({ report }: DiagnoseDependencies, error: unknown, stepId: string): void {
  const what = `make the part "${stepId}" of a connection report`;
  if (error instanceof ProcoreError) report.told(error, what);
  else report.background(Promise.reject(error), what);
}

function portsOf(deps: DiagnoseDependencies, environmentId: string | undefined): DiagnosePorts {
  const { context, environments, ask, clock } = deps;
  const roundTrip = createRoundTrip(context.secrets, (error) => logTrouble(deps, error, "keyring"));
  return {
    clock,
    machine: readMachine(context),
    settings: readSettings(environments),
    probe: createNetworkProbe({ settings: networkSettings, env: process.env }),
    keyring: { home: homeKind(context), keyring: keyringOf(context), roundTrip },
    signInTrouble: environmentId === undefined ? undefined : deps.signInTrouble(environmentId),
    send: ask,
  };
}
