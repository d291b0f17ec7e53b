import * as vscode from "vscode";
import type { ApiRequest } from "../core/http/api.ts";
import { plain } from "../core/plain.ts";
import type { FetchedRecord } from "./records.ts";

const mostKept = 50;

/**
 * The documents that Show Details opens: `procore://record/<connection>/<row>/<name>.json`, read-only. Their text is
 * kept in memory and nowhere else, so that no opened document ever sends a request by itself.
 */
export class RecordDocuments {
  readonly #records = new Map<string, FetchedRecord>();
  readonly #changed: (uri: vscode.Uri) => void;

  /** @param changed hears of documents whose text is a new one */
  constructor(changed: (uri: vscode.Uri) => void) {
    this.#changed = changed;
  }

  /** Keeps a record and gives its document's address: the same for the same row and name. */
  add(
    record: FetchedRecord,
    place: { readonly connectionId: string; readonly rowId: string; readonly name: string },
  ): vscode.Uri {
    // What is a separator in an address, or a name that a person cannot tell, makes no good title of a tab.
    const title = plain(place.name, 60)
      .replaceAll(/[/\\:?#]+/gu, " ")
      .trim();
    const path = `/${place.connectionId}/${place.rowId}/${title === "" ? "record" : title}.json`;
    const uri = vscode.Uri.from({ scheme: "procore", authority: "record", path });
    const key = uri.toString();
    this.#records.delete(key);
    this.#records.set(key, record);
    for (const oldest of [...this.#records.keys()].slice(0, -mostKept)) this.#records.delete(oldest);
    this.#changed(uri);
    return uri;
  }

  text(uri: vscode.Uri): string {
    return this.#records.get(uri.toString())?.text ?? forgotten;
  }

  /** How the record was asked for: method, path, query and company, never a token. */
  requestOf(uri: vscode.Uri): ApiRequest | undefined {
    return this.#records.get(uri.toString())?.request;
  }
}

const forgotten = "// This record is not kept over a reload of the window. Choose Show Details on its row again.\n";
