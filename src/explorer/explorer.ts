import type * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../platform/disposables.ts";
import type { Connection } from "../core/session.ts";
import { onDidChangeProjectsSetting } from "../platform/settings.ts";
import { createCommands } from "./commands.ts";
import { createChoices, storeIn, type Choices } from "./createChoices.ts";
import { createFinder } from "./find/index.ts";
import { createFirstSteps } from "./firstSteps.ts";
import { dragRows, registerRowDrop } from "./dragRows.ts";
import type { ExplorerCommand } from "../platform/commands.ts";
import { helpText, helpUri } from "./helpDocument.ts";
import type { ExplorerDependencies } from "./index.ts";
import { ExplorerModel } from "./model.ts";
import { isParent, pinOf, rowAbove, type TreeNode } from "./nodes.ts";
import { offlineMessage } from "./offlineMessage.ts";
import { createOpenAddress } from "./openAddress.ts";
import { Recents } from "./recents.ts";
import { RecordDocuments } from "./recordDocuments.ts";
import type { ByConnection } from "./removals.ts";
import type { About } from "./row.ts";
import { toTreeItem } from "./treeItem.ts";
import { ViewMemory } from "./viewMemory.ts";
import { followView } from "./viewState.ts";
import { createWebOrigins } from "./webOrigins.ts";

/** What the view asks for once it is in sight. */
export interface Explorer extends ByConnection, Disposable {
  children(node: TreeNode | undefined): Promise<TreeNode[]>;
  /** The row that the view shows a row below. */
  parent(node: TreeNode): TreeNode | undefined;
  treeItem(node: TreeNode): vscode.TreeItem;
  run(command: ExplorerCommand, parameters: readonly unknown[]): Promise<void>;
  /** Fills in what dragged rows bring where they are dropped. */
  drag(nodes: readonly TreeNode[], transfer: vscode.DataTransfer): void;
  /** The text of a document of ours: one that Show Details opened, or the help. */
  documentText(uri: vscode.Uri): string;
}

export interface LoadedDependencies extends ExplorerDependencies {
  readonly view: vscode.TreeView<TreeNode>;
  /** Tells the editor which row to ask for again, or all. */
  readonly changed: (node: TreeNode | undefined) => void;
  /** Tells the editor that an open record was read again. */
  readonly recordChanged: (uri: vscode.Uri) => void;
}

/** The entry of `dist/explorer.js`: rows, what is done with them, and what is remembered of them. */
export function createExplorer(deps: LoadedDependencies): Explorer {
  const { session, procore, clock, followWaits, report, log, view, changed } = deps;
  const store = new DisposableStore();
  const memory = new ViewMemory(storeIn(deps.memory, "procore.explorerView", report));
  const recents = new Recents(storeIn(deps.memory, "procore.recentProjects", report));
  const message = viewMessage(view);
  const choices: Choices = store.add(
    createChoices({
      ...deps,
      loaded: (company) => model.refresh(company),
      pinnedChanged: () => model.refreshPinned(),
      open: () => model.companies().filter((company) => state.isOpen(company)),
      say: message.arrangement,
    }),
  );
  const model: ExplorerModel = store.add(
    new ExplorerModel({
      session,
      procore,
      clock,
      rememberedPages: ({ id }, node) => memory.pages(id, node),
      onUnforeseen: (error) => log.error("The Companies view could not load", error),
      onForeseen: (error) => log.warn("The Companies view could not load", error),
      choices,
    }),
  );
  const records = new RecordDocuments(deps.recordChanged);
  store.add(registerRowDrop());
  store.add(model.onDidChange(changed));
  store.add(
    onDidChangeProjectsSetting(() => {
      choices.rearranged();
      model.refreshProjects();
    }),
  );
  store.add(
    model.onDidChangeOffline((offline) => message.offline(offline === undefined ? "" : offlineMessage(offline))),
  );
  store.add(
    followWaits(
      () => session.current.active?.id,
      (text = "") => message.waiting(text),
    ),
  );
  const state = store.add(followView({ view, model, memory, report }));
  choices.describe();
  const findWebOrigin = createWebOrigins(procore);
  const openAddress = createOpenAddress({ connection: () => model.connection, findWebOrigin, followWaits });
  const find = store.add(createFinder({ ...deps, model, recents, pins: choices.pins, openAddress }));
  const commands = createCommands({
    model,
    view,
    procore,
    session,
    records,
    choices,
    followWaits,
    report,
    openAddress,
    find,
  });
  const firstSteps = createFirstSteps((key, value) =>
    report.background(deps.tellWalkthrough(key, value), "tell the walkthrough what was seen"),
  );
  return {
    async children(node) {
      if (node !== undefined && !isParent(node)) return [];
      const rows = [...(await model.children(node))];
      state.rowsCame(node);
      // Which companies there are decides where an order does not hold yet.
      if (node === undefined) choices.describe();
      if (node !== undefined) firstSteps.opened(node, rows, model.connection);
      return rows;
    },
    parent: (node) => rowAbove(node),
    treeItem: (node) =>
      toTreeItem(node, {
        children: model.loaded(node),
        isOpen: state.isOpen(node),
        about: aboutRow(node, { connection: model.connection, choices }),
      }),
    run: (command, parameters) => commands[command](parameters),
    drag: dragRows,
    documentText: (uri) => (uri.authority === helpUri.authority ? helpText() : records.text(uri)),
    keepOnly(connections) {
      for (const kept of [memory, recents, choices]) kept.keepOnly(connections);
    },
    dispose: () => store.dispose(),
  };
}

function aboutRow(
  node: TreeNode,
  { connection, choices }: { readonly connection: Connection | undefined; readonly choices: Choices },
): About {
  if (connection === undefined) return {};
  if (node.kind === "company") return { answer: choices.answerOf(connection, node.company.id) };
  if (node.kind === "failed") return { connectionId: connection.id };
  if (node.kind !== "project") return {};
  return { pin: choices.pins.has(connection.id, pinOf(node)) ? "pinned" : "notPinned" };
}

/** Three things may be said above the rows at once: how they are arranged, what is waited for, since when they are old. */
function viewMessage(view: Pick<vscode.TreeView<TreeNode>, "message">) {
  const said = { arrangement: "", waiting: "", offline: "" };
  const say = (what: keyof typeof said) => (text: string) => {
    said[what] = text;
    view.message = [said.arrangement, said.waiting, said.offline].filter((each) => each !== "").join(" ");
  };
  return { arrangement: say("arrangement"), waiting: say("waiting"), offline: say("offline") };
}
