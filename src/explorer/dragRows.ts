import * as l10n from "@vscode/l10n";
import * as v from "valibot";
import * as vscode from "vscode";
import { describeRow } from "./kinds.ts";
import { idsOf } from "./meant.ts";
import type { TreeNode } from "./nodes.ts";

/** What rows are while they are dragged: beside plain text, which any program takes, their names for our drop provider. */
const rowsMime = "application/vnd.procore.rows";

const rowsSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ ids: v.array(v.string()), names: v.array(v.string()) }),
);

/** Puts the ids of the dragged rows into `transfer`, one a line; rows in place of data have none. */
export function dragRows(nodes: readonly TreeNode[], transfer: vscode.DataTransfer): void {
  const ids = idsOf(nodes);
  if (ids.length === 0) return;
  const labels = new Map(nodes.flatMap((node) => idsOf([node]).map((id) => [id, describeRow(node).label])));
  const names = ids.map((id) => labels.get(id) ?? id);
  transfer.set("text/plain", new vscode.DataTransferItem(ids.join("\n")));
  transfer.set(rowsMime, new vscode.DataTransferItem(JSON.stringify({ ids, names })));
}

/** Lets every text editor take dragged rows: their ids, one a line, or by the widget beside the drop their names. */
export function registerRowDrop(): vscode.Disposable {
  const kinds = {
    ids: vscode.DocumentDropOrPasteEditKind.Text.append("procore", "ids"),
    names: vscode.DocumentDropOrPasteEditKind.Text.append("procore", "names"),
  };
  const provider: vscode.DocumentDropEditProvider = {
    async provideDocumentDropEdits(_document, _position, transfer) {
      const dragged = v.safeParse(rowsSchema, await transfer.get(rowsMime)?.asString());
      if (!dragged.success) return undefined;
      const { ids, names } = dragged.output;
      const [idWords, nameWords] =
        ids.length === 1
          ? [l10n.t("Insert Procore ID"), l10n.t("Insert Name")]
          : [l10n.t("Insert Procore IDs"), l10n.t("Insert Names")];
      const insertIds = new vscode.DocumentDropEdit(ids.join("\n"), idWords, kinds.ids);
      const insertNames = new vscode.DocumentDropEdit(names.join("\n"), nameWords, kinds.names);
      insertNames.yieldTo = [kinds.ids];
      return [insertIds, insertNames];
    },
  };
  return vscode.languages.registerDocumentDropEditProvider({ pattern: "**" }, provider, {
    dropMimeTypes: [rowsMime],
    providedDropEditKinds: [kinds.ids, kinds.names],
  });
}
