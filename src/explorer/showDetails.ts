import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { FollowWaits } from "../core/http/pacing/followWaits.ts";
import type { ProcoreClient } from "../core/procore/client.ts";
import type { Connection } from "../core/session.ts";
import { withProgress } from "../platform/cancellation.ts";
import { describeRow } from "./kinds.ts";
import type { RecordDocuments } from "./recordDocuments.ts";
import { fetchRecord, type RecordNode } from "./records.ts";

/**
 * Reads the whole record of a row and shows it as a read-only JSON document. "gone": the server no longer has it;
 * undefined: shown, or cancelled.
 */
export async function showDetails(
  {
    procore,
    records,
    followWaits,
  }: { readonly procore: ProcoreClient; readonly records: RecordDocuments; readonly followWaits: FollowWaits },
  { connection, node }: { readonly connection: Connection; readonly node: RecordNode },
): Promise<"gone" | undefined> {
  const name = describeRow(node).label;
  const fetched = await withProgress(
    l10n.t("Reading {0}", name),
    async (signal) => ({ record: await fetchRecord(procore, { connection, node }, signal) }),
    (show) => followWaits(() => connection.id, show),
  );
  if (fetched === undefined) return undefined;
  if (fetched.record === undefined) return "gone";
  const uri = records.add(fetched.record, { connection, rowId: node.id, name });
  await vscode.window.showTextDocument(uri, { preview: true });
  return undefined;
}
