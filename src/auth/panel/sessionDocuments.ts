import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { minuteMs } from "../../core/clock.ts";
import { ProcoreError } from "../../core/errors.ts";
import { plain } from "../../core/plain.ts";
import { needsSignIn, type Connection } from "../../core/session.ts";
import { withProgress } from "../../platform/cancellation.ts";
import type { CommandId } from "../../platform/commands.ts";
import { createRepaintTimer } from "../../platform/repaintTimer.ts";
import { sessionScheme } from "../sessionScheme.ts";
import { mayBeShared } from "../sharing.ts";
import { wordsOf } from "../sessionStates.ts";
import { needConnection } from "./arguments.ts";
import type { PanelDependencies } from "./dependencies.ts";
import { goneText, sessionText } from "./sessionText.ts";
import type { TokenInfoState } from "./tokenInfoText.ts";

/** A state, and which token it is about: it says nothing of the next one. */
interface AskedToken {
  readonly token: string;
  readonly state: TokenInfoState;
}

/**
 * What Show Session opens: read-only documents, one for each connection. Plain text in an editor can be searched,
 * copied and read aloud. The actions above it are CodeLenses; the same are in the editor's title for those who have no
 * CodeLenses. Shown documents follow the session and the clock; the editor keeps nothing of them for its next start.
 */
export class SessionDocuments {
  readonly #deps: PanelDependencies;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #asked = new Map<string, AskedToken>();

  constructor(deps: PanelDependencies) {
    this.#deps = deps;
    const { event: onDidChange } = this.#changed;
    deps.owned.add(this.#changed);
    deps.owned.add(
      vscode.workspace.registerTextDocumentContentProvider(sessionScheme, {
        onDidChange,
        provideTextDocumentContent: (uri) => this.#text(uri),
      }),
    );
    deps.owned.add(
      vscode.languages.registerCodeLensProvider(
        { scheme: sessionScheme },
        {
          onDidChangeCodeLenses: (listener) => onDidChange(() => void listener()),
          provideCodeLenses: ({ uri }) => this.#lenses(uri),
        },
      ),
    );
    const timer = createRepaintTimer({
      clock: deps.clock,
      paint: (now) => this.#repaint(now),
      isFocused: () => vscode.window.state.focused,
      onDidChangeFocus: (listener) => vscode.window.onDidChangeWindowState(listener),
      background: (work, what) => deps.report.background(work, what),
    });
    deps.owned.add(timer);
    deps.owned.add(deps.connections.onDidChange(() => timer.repaint()));
    deps.owned.add(deps.connections.onDidChangeRateLimit(() => timer.repaintSoon()));
    deps.owned.add(vscode.window.onDidChangeVisibleTextEditors(() => timer.repaint()));
  }

  /** Opens the session of a connection and asks the login service about its token. */
  async show(argument: unknown): Promise<void> {
    const connection = needConnection(argument, this.#deps.connections.current);
    const document = await vscode.workspace.openTextDocument(documentOf(connection));
    await vscode.window.showTextDocument(document);
    await this.#ask(connection);
  }

  async #text({ query: id }: vscode.Uri): Promise<string> {
    const { connections, sessions, handOuts, clock, windowId, report } = this.#deps;
    const connection = connections.get(id);
    if (connection === undefined) return goneText;
    // Each part tells for itself that it could not be read.
    const readable = async <T>(work: Promise<T>, what: string): Promise<T | undefined> => {
      report.background(work, what);
      return await work.catch(() => undefined);
    };
    const keeping = await readable(sessions.keeping(id), "read the record of a session");
    const handed = await readable(handOuts.read(id), "read what was handed out");
    const view = {
      connection,
      place: connections.current.active?.id === id ? "active" : "other",
      windowId,
      keeping,
      handOuts: handed,
      sharing: mayBeShared(connection) ? "shared" : "withheld",
      tokenInfo: this.#tokenInfo(connection),
      rateLimit: connections.rateLimit(id),
      transport: connections.transportUse(id),
    } as const;
    return sessionText(view, { now: clock.now() });
  }

  /** What can be done with the session, as links above its text. */
  #lenses({ query: id }: vscode.Uri): vscode.CodeLens[] {
    const connection = this.#deps.connections.get(id);
    const top = new vscode.Range(0, 0, 0, 0);
    return lensActions(connection, this.#deps.clock.now()).map(
      ([title, command]) => new vscode.CodeLens(top, { title, command, arguments: [{ connection: id }] }),
    );
  }

  #tokenInfo(connection: Connection): TokenInfoState {
    const asked = this.#asked.get(connection.id);
    return asked === undefined || asked.token !== tokenOf(connection) ? { kind: "notAsked" } : asked.state;
  }

  /** Looking changes nothing: a token that has ended is not renewed for this. */
  async #ask(connection: Connection): Promise<void> {
    const { clock, connections, sessions, tokenEndpoint } = this.#deps;
    const { session, environment, origins } = connection;
    const endsAt = endOf(session);
    const token = tokenOf(connection);
    const tell = (state: TokenInfoState): void => {
      this.#asked.set(connection.id, { token, state });
      this.#changed.fire(documentOf(connections.get(connection.id) ?? connection));
    };
    if (endsAt === undefined || endsAt <= clock.now() + connection.clockSkewMs) return tell({ kind: "ended" });
    tell({ kind: "asking" });
    try {
      const app = { connectionId: connection.id, environmentLabel: environment.label, loginOrigin: origins.login };
      const info = await withProgress(
        l10n.t("Asking {0} about the token", new URL(origins.login).host),
        async (signal) => tokenEndpoint.tokenInfo(app, (await sessions.presentToken(connection)).accessToken, signal),
      );
      tell(info === undefined ? { kind: "cancelled" } : { kind: "answer", info, at: clock.now() });
    } catch (error) {
      tell({ kind: "failed", message: wordsOf(error), at: clock.now() });
      // What was foreseen stands in its place in the text; our own bugs are for the log.
      if (!(error instanceof ProcoreError)) throw error;
    }
  }

  #repaint(now: number): number | undefined {
    for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === sessionScheme) this.#changed.fire(uri);
    const isShown = vscode.window.visibleTextEditors.some(({ document }) => document.uri.scheme === sessionScheme);
    return isShown ? now + minuteMs : undefined;
  }
}

const endOf = (session: Connection["session"]): number | undefined =>
  session.kind === "active" ? session.expiresAt : undefined;

/** Tells a connection's tokens apart; two of them may have been issued in the same second. */
const tokenOf = ({ session, lastRefreshAt }: Connection): string => `${endOf(session)} ${lastRefreshAt}`;

/** The title of its tab is the last part of the path. */
function documentOf({ id, environment }: Connection): vscode.Uri {
  const label = plain(environment.label, 60).replaceAll(/[\\/]/gu, " ");
  return vscode.Uri.from({ scheme: sessionScheme, path: `/${l10n.t("Procore Session ({0})", label)}`, query: id });
}

function lensActions(
  connection: Connection | undefined,
  now: number,
): readonly (readonly [title: string, command: CommandId])[] {
  const log = [l10n.t("Show Log"), "procore.showLog"] as const;
  const sent = [l10n.t("Show What Was Sent"), "procore.showWhatWasSent"] as const;
  if (connection === undefined) return [log];
  const diagnose = [l10n.t("Diagnose Connection"), "procore.diagnose"] as const;
  if (needsSignIn(connection, now)) return [[l10n.t("Sign In"), "procore.signIn"], sent, diagnose, log];
  return [
    [l10n.t("Refresh Session Now"), "procore.refreshSession"],
    [l10n.t("Copy Access Token"), "procore.copyAccessToken"],
    [l10n.t("Open Signed-in Terminal"), "procore.openTerminal"],
    [l10n.t("Sign Out"), "procore.signOut"],
    sent,
    diagnose,
    log,
  ];
}
