import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Report } from "../../core/diagnose/check.ts";
import { reportText, type ReportText, type ReportTextOptions } from "../../core/diagnose/reportText.ts";
import type { FailureAction } from "../../core/errors.ts";
import { plain } from "../../core/plain.ts";
import { toToolArgument } from "../../core/procore/toolPlace.ts";
import { actionCommand } from "../../platform/failureActions.ts";
import { reportScheme } from "../reportScheme.ts";
import { connectionIdOf, environmentIdOf, type SubjectKey } from "./chooseSubject.ts";
import type { DiagnoseDependencies } from "./dependencies.ts";

/**
 * Reports as read-only Markdown documents, one for each subject, which follow the report while it is made. Next steps
 * are links in the lines that name them, and CodeLenses above; what concerns the whole report is in the editor's title
 * as well, for those who have no CodeLenses.
 */
export class ReportDocuments {
  readonly #reports = new Map<SubjectKey, Report>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #addresses = new Map<SubjectKey, vscode.Uri>();

  readonly #connections: DiagnoseDependencies["connections"];

  constructor({ owned, connections }: Pick<DiagnoseDependencies, "owned" | "connections">) {
    this.#connections = connections;
    owned.add(connections.onDidChange(() => this.#forgetGone()));
    const { event: onDidChange } = this.#changed;
    owned.add(this.#changed);
    owned.add(
      vscode.workspace.registerTextDocumentContentProvider(reportScheme, {
        onDidChange,
        provideTextDocumentContent: ({ query }) => this.#text(query).text,
      }),
    );
    owned.add(
      vscode.languages.registerCodeLensProvider(
        { scheme: reportScheme },
        {
          onDidChangeCodeLenses: (listener) => onDidChange(() => void listener()),
          provideCodeLenses: ({ uri }) => this.#lenses(uri.query),
        },
      ),
    );
    owned.add(
      vscode.languages.registerDocumentLinkProvider(
        { scheme: reportScheme },
        { provideDocumentLinks: (document) => this.#documentLinks(document) },
      ),
    );
  }

  /** Opens the document of a report that was begun. */
  async open(key: SubjectKey, label: string, report: Report): Promise<void> {
    const name = plain(label, 60).replaceAll(/[\\/]/gu, " ");
    // The name of its tab is the last part of the path, and its ending makes it Markdown.
    const uri = vscode.Uri.from({ scheme: reportScheme, path: `/${name}.md`, query: key });
    this.#addresses.set(key, uri);
    this.update(key, report);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
    // The editor does not hear of changes of a document that is still being opened.
    this.#changed.fire(uri);
  }

  update(key: SubjectKey, report: Report): void {
    // It may have been removed while its report was being made.
    if (this.#isGone(key)) return;
    // The newest one is the last.
    this.#reports.delete(key);
    this.#reports.set(key, report);
    const uri = this.#addresses.get(key);
    if (uri !== undefined) this.#changed.fire(uri);
  }

  /** A removed connection's report goes with it; its document says so. */
  #forgetGone(): void {
    for (const key of this.#reports.keys()) {
      if (!this.#isGone(key)) continue;
      this.#reports.delete(key);
      const uri = this.#addresses.get(key);
      this.#addresses.delete(key);
      if (uri !== undefined) this.#changed.fire(uri);
    }
  }

  #isGone(key: SubjectKey): boolean {
    const id = connectionIdOf(key);
    return id !== undefined && this.#connections.get(id) === undefined;
  }

  /**
   * The report of a document that a command was called on, else of the one in the active editor, else the newest one.
   */
  find(argument: unknown): FoundReport | undefined {
    const meant = argument ?? vscode.window.activeTextEditor?.document.uri;
    const subject = typeof meant === "object" && meant !== null && "subject" in meant ? meant.subject : undefined;
    const named = meant instanceof vscode.Uri && meant.scheme === reportScheme ? meant.query : subject;
    const key = typeof named === "string" ? named : [...this.#reports.keys()].at(-1);
    const report = key === undefined ? undefined : this.#reports.get(key);
    return key === undefined || report === undefined ? undefined : { key, report };
  }

  #text(key: SubjectKey): ReportText {
    const report = this.#reports.get(key);
    if (report === undefined)
      return { text: l10n.t("There is no report any more: run Diagnose Connection again."), links: [] };
    return reportText(report, { names: "shown", titleOf: titlesOf({ key, report }) });
  }

  /** Each runs one of our own commands, or one of the editor's that a failure's table names. */
  #documentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    const key = document.uri.query;
    return this.#text(key).links.flatMap(({ line, action }) => {
      const known = this.#command(action, key);
      // The document may be a moment behind its report.
      if (known === undefined || line >= document.lineCount) return [];
      const parameters = encodeURIComponent(JSON.stringify(known.arguments ?? []));
      const link = new vscode.DocumentLink(
        document.lineAt(line).range,
        vscode.Uri.parse(`command:${known.command}?${parameters}`),
      );
      link.tooltip = known.title;
      return [link];
    });
  }

  #lenses(key: SubjectKey): vscode.CodeLens[] {
    const at = (line: number, command: vscode.Command): vscode.CodeLens =>
      new vscode.CodeLens(new vscode.Range(line, 0, line, 0), command);
    const subject = { subject: key };
    const top: readonly vscode.Command[] = [
      { title: l10n.t("Copy for a Bug Report"), command: "procore.copyReport", arguments: [subject] },
      { title: l10n.t("Run Again"), command: "procore.diagnose", arguments: [subject] },
      { title: l10n.t("Show Log"), command: "procore.showLog" },
    ];
    const links = this.#text(key).links.map(({ line, action }) => at(line, this.#command(action, key)));
    return [...top.map((command) => at(0, command)), ...links];
  }

  #command(action: FailureAction, key: SubjectKey): vscode.Command {
    const tool = this.#reports.get(key)?.tool;
    const environmentId = environmentIdOf({ connections: this.#connections }, key);
    return commandOf(action, { key, tool, environmentId });
  }
}

/** A report, and what it is about. */
export interface FoundReport {
  readonly key: SubjectKey;
  readonly report: Report;
}

/** The buttons of actions in a report, in its words. */
export const titlesOf =
  ({ key, report: { tool } }: FoundReport): ReportTextOptions["titleOf"] =>
  (action) =>
    commandOf(action, { key, tool }).title;

interface About extends Pick<FoundReport, "key">, Pick<Report, "tool"> {
  /** Whose last sign-in that failed stands in the report. */
  readonly environmentId?: string | undefined;
}

function commandOf(action: FailureAction, { key, tool, environmentId }: About): vscode.Command {
  if (action === "retry")
    return { title: l10n.t("Run Again"), command: "procore.diagnose", arguments: [{ subject: key }] };
  const connectionId = connectionIdOf(key);
  // No connection has the keys of a sign-in that failed; what was typed stands in its boxes again.
  if (action === "editCredentials" && connectionId === undefined)
    return { title: l10n.t("Sign In"), command: "procore.signIn", arguments: [{ choose: "environment" }] };
  const { title, command, parameters } = actionCommand(action, connectionId);
  if (action === "copyAdminMessage" && tool !== undefined)
    return { title, command, arguments: [{ connection: connectionId, ...toToolArgument(tool) }] };
  // The sign-in that failed, not what the connection sent before.
  if (action === "showWhatWasSent" && environmentId !== undefined)
    return { title, command, arguments: [{ environment: environmentId }] };
  return { title, command, arguments: [...parameters] };
}
