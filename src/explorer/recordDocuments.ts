import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { ApiRequest } from "../core/http/api.ts";
import { plain } from "../core/plain.ts";
import type { Connection } from "../core/session.ts";
import type { FetchedRecord } from "./records.ts";

const mostKept = 50;

/** Where a record came from. */
export interface RecordOrigin {
  /** As it was when it sent the request. */
  readonly connection: Connection;
  /** The row's own name: text for people. */
  readonly name: string;
}

interface Kept extends RecordOrigin {
  readonly record: FetchedRecord;
}

/**
 * The documents that Show Details opens: `procore://record/<connection>/<row>/<name>.json`, read-only. Their text is
 * kept in memory and nowhere else, so that no opened document ever sends a request by itself.
 */
export class RecordDocuments {
  readonly #records = new Map<string, Kept>();
  readonly #changed: (uri: vscode.Uri) => void;

  /** @param changed hears of documents whose text is a new one */
  constructor(changed: (uri: vscode.Uri) => void) {
    this.#changed = changed;
  }

  /** Keeps a record and gives its document's address: the same for the same row and name. */
  add(record: FetchedRecord, { connection, rowId, name }: RecordOrigin & { readonly rowId: string }): vscode.Uri {
    // What is a separator in an address, or a name that a person cannot tell, makes no good title of a tab.
    const title = plain(name, 60)
      .replaceAll(/[/\\:?#]+/gu, " ")
      .trim();
    const path = `/${connection.id}/${rowId}/${title === "" ? l10n.t({ message: "record", comment: ["Title of a tab that shows what Procore has of a row, when the row has no name"] }) : title}.json`;
    const uri = vscode.Uri.from({ scheme: "procore", authority: "record", path });
    const key = uri.toString();
    this.#records.delete(key);
    this.#records.set(key, { record, connection, name });
    for (const oldest of [...this.#records.keys()].slice(0, -mostKept)) this.#records.delete(oldest);
    this.#changed(uri);
    return uri;
  }

  text(uri: vscode.Uri): string {
    return this.#records.get(uri.toString())?.record.text ?? forgotten;
  }

  /** How the record was asked for, never with a token; undefined for a document that is no longer kept. */
  requestOf(uri: vscode.Uri): (RecordOrigin & { readonly request: ApiRequest }) | undefined {
    const kept = this.#records.get(uri.toString());
    return kept === undefined ? undefined : { ...kept, request: kept.record.request };
  }
}

/** Is it the address of a document that Show Details opens? */
export const isRecordUri = (value: unknown): value is vscode.Uri =>
  value instanceof vscode.Uri && value.scheme === "procore" && value.authority === "record";

const forgotten = `// ${l10n.t("This record is not kept over a reload of the window. Choose Show Details on its row again.")}\n`;
