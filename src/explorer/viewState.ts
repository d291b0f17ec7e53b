import type * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../platform/disposables.ts";
import type { Report } from "../platform/report.ts";
import type { ExplorerModel } from "./model.ts";
import type { TreeNode } from "./nodes.ts";
import type { ViewMemory } from "./viewMemory.ts";

export interface ViewStateDependencies {
  readonly view: Pick<
    vscode.TreeView<TreeNode>,
    "visible" | "selection" | "reveal" | "onDidExpandElement" | "onDidCollapseElement" | "onDidChangeSelection"
  >;
  readonly model: ExplorerModel;
  readonly memory: ViewMemory;
  readonly report: Report;
}

/** Remembers what a person opens and selects, and brings it back. */
export interface ViewState extends Disposable {
  isOpen(node: TreeNode): boolean;
  /** The rows below one, or at the top, are there: what was selected among them is selected again, if nothing else is. */
  rowsCame(parent: TreeNode | undefined): void;
}

export function followView({ view, model, memory, report }: ViewStateDependencies): ViewState {
  const store = new DisposableStore();
  const connectionId = (): string | undefined => model.connection?.id;
  const note = (run: (connection: string) => void): void => {
    const id = connectionId();
    if (id !== undefined) run(id);
  };
  store.add(view.onDidExpandElement(({ element }) => note((id) => memory.open(id, element.id, model.pages(element)))));
  store.add(view.onDidCollapseElement(({ element }) => note((id) => memory.close(id, element.id))));
  store.add(
    view.onDidChangeSelection(({ selection: [first] }) => {
      // The editor drops the selection with the rows, e.g. while nobody is signed in: that is no wish of the person's.
      if (first !== undefined) note((id) => memory.select(id, first.id));
    }),
  );
  store.add(
    model.onDidChange((node) => {
      // More pages came below an open row.
      if (node === undefined) return;
      note((id) => {
        if (memory.isOpen(id, node.id)) memory.open(id, node.id, model.pages(node));
      });
    }),
  );

  /** Only where every row above is open: a selection must not open what a person has closed. */
  const restoreSelection = async (): Promise<void> => {
    const connection = connectionId();
    const selected = connection === undefined ? undefined : memory.selected(connection);
    if (connection === undefined || selected === undefined) return;
    const node = await model.find(selected, (above) => memory.isOpen(connection, above.id));
    if (node === undefined || !view.visible || view.selection.length > 0 || connectionId() !== connection) return;
    await view.reveal(node, { select: true, focus: false });
  };
  return {
    isOpen: (node) => {
      const id = connectionId();
      return id !== undefined && memory.isOpen(id, node.id);
    },
    rowsCame(parent) {
      const id = connectionId();
      const selected = id === undefined ? undefined : memory.selected(id);
      // Below a company it may only come now: once all projects are loaded they are in another order.
      const isBelow = parent === undefined || selected?.startsWith(`${parent.id}/`) === true;
      if (!isBelow || view.selection.length > 0) return;
      report.background(restoreSelection(), "select the row that was selected");
    },
    dispose: () => store.dispose(),
  };
}
